import { shardKeys } from '../../runtime/src/core/shards.js';
import type { EngineEvent } from '../../runtime/src/events.js';
import { type MemoryBroker, memory } from '../../runtime/src/memory/broker.js';
import type { PendingEntry } from '../../runtime/src/memory/group.js';
import type { EntryId, StreamKey } from '../../runtime/src/types.js';
import { Fates } from './fates.js';
import type { Host } from './host.js';
import type { Invariant, Violation } from './invariants.js';
import type { Member } from './member.js';
import type { Mutation } from './mutation.js';
import { OrderBooks } from './order-books.js';
import { Owners } from './owners.js';
import type { Plan } from './plan.js';
import { Random } from './random.js';
import { Scheduler } from './scheduler.js';

export const STREAM = 'jobs';
export const GROUP = 'simulated';

/** After so many violations there is no more to learn. */
const ENOUGH = 20;

/** 2025-01-01, so that ids look like ids. */
const EPOCH = 1_735_689_600_000;

export interface SimulateOptions {
  /** Switches a rule off. */
  readonly mutation?: Mutation;
  /** Ends as soon as this is violated. */
  readonly until?: Invariant;
  /** Keeps the log. */
  readonly verbose?: boolean;
}

/** What is known of one entry, over all processes. */
export interface EntryRecord {
  starts: number;
  takeOvers: number;
  /** Times that an attempt may have begun under a number that was used: nobody could know that it was. */
  repeats: number;
  /** By how much its delivery count was put down again after starts. */
  uncounted: number;
  /** What its delivery count may be: it was read, attempts were recorded, and some of that was taken back. */
  counted: number;
  /** Whose attempt was recorded last. */
  countedBy: Host | undefined;
  /** The highest attempt that a handler was told. */
  lastAttempt: number;
  read: boolean;
  succeeded: boolean;
  deadLettered: number;
  /** Given up for good, and by the policy not to be kept. */
  dropped: boolean;
  /** The simulation itself deleted it while it was pending. */
  deleted: boolean;
  /** Somebody said that it can't be handled any more, or that it is not theirs any more. */
  reportedLost: boolean;
  /** Whose request took it off the pending list after it was deleted. */
  removedBy: Host | undefined;
}

/** Everything that processes share, and what has been seen of them. */
export class World {
  readonly plan: Plan;
  /** Switches a rule off; empty for a real run. */
  readonly mutation: Mutation;
  readonly random: Random;
  readonly fates: Fates;
  readonly scheduler = new Scheduler();
  readonly memory: MemoryBroker;
  /** Those of the channel: its own, and its shards. */
  readonly streams: readonly StreamKey[];
  readonly owners: Owners;
  readonly order: OrderBooks | undefined;
  /** By the name of their consumer. */
  readonly members = new Map<string, Member>();
  readonly entries = new Map<EntryId, EntryRecord>();
  readonly violations: Violation[] = [];
  readonly log: string[] = [];
  readonly counts = new Map<string, number>();
  /** How often the group was destroyed. */
  generation = 0;
  /** Requests that have not taken effect yet. */
  underWay = 0;
  /** How far the calendar is off. */
  calendarOffset = 0;
  readonly #timesGiven = new Set<number>();
  #hash = 0x811c9dc5;
  readonly #options: SimulateOptions;

  constructor(plan: Plan, options: SimulateOptions) {
    this.plan = plan;
    this.mutation = options.mutation ?? {};
    this.#options = options;
    this.random = new Random(plan.seed).fork(1);
    this.streams = shardKeys(STREAM, plan.policy.stream?.shards ?? 1);
    this.owners = new Owners(this);
    this.order = plan.order && new OrderBooks(this);
    this.fates = new Fates(plan, this.random.fork(2));
    this.memory = memory({
      clock: {
        now: () => this.scheduler.now,
        time: this.#timeOfIds,
        after: (ms, callback) => this.scheduler.after(ms, callback),
        nextTurn: (callback) => void this.scheduler.after(0, callback),
      },
    });
  }

  readonly calendar = (): number => EPOCH + this.calendarOffset + this.scheduler.now;

  /** Where there are several streams, no two entries get the same id: the books are kept by id alone. */
  readonly #timeOfIds = (): number => {
    if (this.streams.length === 1) return this.calendar();
    let time = Math.floor(this.calendar());
    while (this.#timesGiven.has(time)) time += 1;
    this.#timesGiven.add(time);
    return time;
  };

  entry(id: EntryId): EntryRecord {
    let record = this.entries.get(id);
    if (record === undefined) {
      record = {
        starts: 0,
        takeOvers: 0,
        repeats: 0,
        uncounted: 0,
        counted: 1,
        countedBy: undefined,
        lastAttempt: 0,
        read: false,
        succeeded: false,
        deadLettered: 0,
        dropped: false,
        deleted: false,
        reportedLost: false,
        removedBy: undefined,
      };
      this.entries.set(id, record);
    }
    return record;
  }

  /** Who has what: the group's pending list by id. */
  pending(): Map<EntryId, PendingEntry> {
    const all = this.streams.flatMap((stream) => this.memory.pending(stream, GROUP));
    return new Map(all.map((entry) => [entry.id, entry]));
  }

  /** What the channel's streams hold. */
  stored() {
    return this.streams.flatMap((stream) =>
      this.memory.entries(stream).map((entry) => ({ stream, ...entry })),
    );
  }

  note(who: string, what: string): void {
    const line = `${this.scheduler.now.toFixed(3)} ${who} ${what}`;
    for (let i = 0; i < line.length; i++) {
      this.#hash = Math.imul(this.#hash ^ line.charCodeAt(i), 0x01000193);
    }
    if (this.#options.verbose) this.log.push(line);
  }

  /** Of everything that was noted, in its order. */
  get hash(): string {
    return (this.#hash >>> 0).toString(16).padStart(8, '0');
  }

  count(what: string, by = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + by);
  }

  violated(invariant: Invariant, how: string): void {
    this.violations.push({ invariant, how, at: this.scheduler.now });
    this.note('!', `${invariant}: ${how}`);
    const { until } = this.#options;
    this.scheduler.halted ||= invariant === until || this.violations.length >= ENOUGH;
  }
}

/** An event in one line, without what differs from run to run. */
export function describeEvent(event: EngineEvent): string {
  const parts: string[] = [event.kind];
  if ('id' in event) parts.push(event.id.slice(-7));
  for (const field of [
    'attempt',
    'count',
    'delay',
    'retryIn',
    'drained',
    'aborted',
    'released',
    'unacknowledged',
  ]) {
    const value = (event as unknown as Record<string, unknown>)[field];
    if (value !== undefined) parts.push(`${field}=${value}`);
  }
  if ('ids' in event) parts.push(event.ids.map((id) => id.slice(-7)).join(' '));
  if ('reason' in event) parts.push(event.reason);
  return parts.join(' ');
}
