import { setTimeout as sleep } from 'node:timers/promises';
import { openClient } from '../../../runtime/src/codegen/v1.js';
import type { PolicyDeclaration } from '../../../runtime/src/contract.js';
import { shardKeys } from '../../../runtime/src/core/shards.js';
import { isFsError } from '../../../runtime/src/errors.js';
import type { Broker, Confirmation } from '../../../runtime/src/types.js';
import { chaosContract, type Job, type Publishers, STREAM } from './contract.js';
import { wallClock } from './ledger.js';

export interface Confirmed {
  readonly entryId: string;
  readonly at: number;
}

/** Messages on their way at once. */
const WINDOW = 500;
const STANDSTILL_MS = 30_000;

export interface PublishingOptions {
  /** Milliseconds until a publish is given up. Default 10,000. */
  readonly publishTimeout?: number;
  readonly confirm?: Confirmation | undefined;
  /** The workers' policy, where it says which shard a message belongs to. */
  readonly policy?: PolicyDeclaration;
  /** The channel's own stream. */
  readonly stream?: string;
}

/** A client, for one publisher or several; the first that is closed closes it. */
export type Publishing = ReturnType<typeof openPublishing>;

export function openPublishing(broker: Broker, options: PublishingOptions = {}) {
  const { publishTimeout = 10_000, confirm, policy = {}, stream = STREAM } = options;
  const client = openClient<Publishers>(chaosContract(policy, stream), {
    broker,
    publishTimeout,
    ...(confirm !== undefined && { confirm }),
  });
  return { broker, client, streams: shardKeys(stream, policy.stream?.shards ?? 1) };
}

/** What one of several publishers does. */
export interface Part {
  /** Where its messages belong. */
  readonly stream: string;
  /** Numbers of its messages. */
  readonly first: number;
  readonly step: number;
}

/** Publishes, and writes down what was confirmed and what was refused. Message numbers begin at 0 unless told otherwise. */
export class Publisher {
  readonly confirmed = new Map<number, Confirmed>();
  /** Numbers that nobody confirmed: they may be in the stream or not. */
  readonly unconfirmed = new Set<number>();
  /** How often publishing was refused, by error code. */
  readonly refusals = new Map<string, number>();
  /** The longest that anybody waited for a publish to be settled, ms. */
  slowest = 0;
  lastConfirmed = 0;
  next = 0;
  /** Where the messages go. */
  readonly streams: readonly string[];
  readonly #publishing: Publishing;
  /** Numbers of its messages. */
  readonly #first: number;
  readonly #step: number;
  #open = 0;
  #closed = false;

  constructor(publishing: Publishing, part?: Part) {
    this.#publishing = publishing;
    this.streams = part ? [part.stream] : publishing.streams;
    this.#first = part?.first ?? 0;
    this.#step = part?.step ?? 1;
  }

  /** Promises that have not settled. */
  get open(): number {
    return this.#open;
  }

  /** Publishes one message under the next number. Gives whether it was confirmed. */
  publish(job: Omit<Job, 'n'> = {}): Promise<boolean> {
    return this.#send({ ...job, n: this.#number() });
  }

  /** Goes on until the message is confirmed, unless it may have been written or `over` says so. */
  async insist(over: () => boolean, pauseMs = 20): Promise<void> {
    const n = this.#number();
    while (!(await this.#send({ n })) && !this.unconfirmed.has(n) && !over() && !this.#closed) {
      await sleep(pauseMs);
    }
  }

  /**
   * Publishes until `count` messages have numbers, never running further ahead of `handled` than `backlog`; what is
   * refused is not tried again.
   */
  async feed(options: {
    readonly count: number;
    readonly backlog: number;
    readonly handled: () => number;
    readonly job?: (n: number) => Omit<Job, 'n'>;
    /** Messages a second at most. */
    readonly rate?: number;
    readonly until?: () => boolean;
  }): Promise<void> {
    const { count, backlog, handled, job, rate = Number.POSITIVE_INFINITY, until = () => false } = options;
    const [start, first] = [performance.now(), this.next];
    const open = new Set<Promise<unknown>>();
    let roomy = start;
    while (this.next < count && !until() && !this.#closed) {
      const due = first + Math.ceil((rate * (performance.now() - start)) / 1_000 + 1);
      const room = Math.min(
        WINDOW - open.size,
        backlog + handled() - this.next,
        due - this.next,
        count - this.next,
      );
      for (let i = 0; i < room; i++) {
        const sent = this.publish(job?.(this.next) ?? {}).finally(() => open.delete(sent));
        open.add(sent);
      }
      if (room > 0 || open.size > 0) roomy = performance.now();
      // Lost messages are never handled: then there may be no more room, ever.
      if (performance.now() - roomy > STANDSTILL_MS) break;
      if (room > 0 && open.size >= WINDOW) await Promise.race(open);
      else await sleep(5);
    }
    await Promise.all(open);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#publishing.client.close();
    await this.#publishing.broker.close();
  }

  #number(): number {
    return this.#first + this.#step * this.next++;
  }

  async #send(job: Job): Promise<boolean> {
    const start = performance.now();
    this.#open += 1;
    try {
      const { entryId } = await this.#publishing.client.publish.jobs(job);
      this.lastConfirmed = wallClock();
      this.confirmed.set(job.n, { entryId, at: this.lastConfirmed });
      return true;
    } catch (error) {
      if (!isFsError(error)) throw error;
      this.refusals.set(error.code, (this.refusals.get(error.code) ?? 0) + 1);
      if (error.code === 'FS_PUBLISH_UNCERTAIN') this.unconfirmed.add(job.n);
      return false;
    } finally {
      this.#open -= 1;
      this.slowest = Math.max(this.slowest, performance.now() - start);
    }
  }
}
