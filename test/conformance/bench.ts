/** What a conformance test works with: the broker, the stream from outside, and shorthands. */
import { Buffer } from 'node:buffer';
import type {
  Broker,
  BrokerEvent,
  Consumer,
  ConsumerSource,
  Entry,
  EntryId,
} from '../../runtime/src/types.js';
import { eventually } from '../support/eventually.js';

export interface PendingState {
  readonly id: EntryId;
  readonly consumer: string;
  readonly idleMs: number;
  readonly deliveries: number;
}

/** A broker, and hands that reach its streams without it. */
export interface Subject {
  readonly broker: Broker;
  /** A second, closed by the test itself, to the same server; the memory broker gives an unrelated one. */
  openAnother(): Broker;
  entries(stream: string): Promise<{ id: EntryId; fields: readonly Uint8Array[] }[]>;
  pending(stream: string, group: string): Promise<readonly PendingState[]>;
  consumers(stream: string, group: string): Promise<number>;
  deleteEntry(stream: string, id: EntryId): Promise<void>;
  deleteStream(stream: string): Promise<void>;
  destroyGroup(stream: string, group: string): Promise<void>;
  close(): Promise<void>;
}

export const GROUP = 'workers';
/** Longer than any test: an entry this idle was handed back. */
export const LONG = 3_600_000;
/** A wait that a test would not survive, so that what ends it must have been a signal. */
export const FOR_EVER = 60_000;
export const TEST_LIMIT = FOR_EVER / 2;

let streams = 0;

/** One test's own stream, group and consumers. */
export class Bench {
  readonly stream: string;
  readonly subject: Subject;
  readonly events: BrokerEvent[] = [];
  #consumers = 0;

  constructor(subject: Subject) {
    this.subject = subject;
    this.stream = `{s${++streams}:${process.pid}}`;
  }

  get broker(): Broker {
    return this.subject.broker;
  }

  consumer(source: Partial<ConsumerSource> = {}): Promise<Consumer> {
    return this.broker.consume({
      stream: this.stream,
      group: GROUP,
      consumer: `c${++this.#consumers}`,
      startFrom: 'beginning',
      onEvent: (event) => this.events.push(event),
      ...source,
    });
  }

  append(value: string): Promise<EntryId> {
    return this.broker.append(this.stream, [Buffer.from('v'), Buffer.from(value)]);
  }

  async appendAll(values: readonly string[]): Promise<EntryId[]> {
    const ids: EntryId[] = [];
    for (const value of values) ids.push(await this.append(value));
    return ids;
  }

  /** A consumer that has read `values`, and their ids. */
  async holding(values: readonly string[], source: Partial<ConsumerSource> = {}) {
    const consumer = await this.consumer(source);
    const ids = await this.appendAll(values);
    await consumer.read(values.length, 0);
    return { consumer, ids };
  }

  /** As `holding`, but handed back: a take-over gets all of it, however long the lease. */
  async abandoned(values: readonly string[]): Promise<EntryId[]> {
    const { consumer, ids } = await this.holding(values);
    await consumer.handBack(ids.map((id) => ({ id, deliveries: 1 })));
    return ids;
  }

  async pending(group = GROUP): Promise<readonly PendingState[]> {
    return this.subject.pending(this.stream, group);
  }

  async pendingIds(): Promise<EntryId[]> {
    return (await this.pending()).map(({ id }) => id);
  }

  async deliveries(): Promise<number[]> {
    return (await this.pending()).map(({ deliveries }) => deliveries);
  }

  /** Waits until every pending entry has been idle this long by the broker's own clock. */
  async idle(ms: number): Promise<void> {
    await eventually(
      async () => ((await this.pending()).every(({ idleMs }) => idleMs >= ms) ? true : undefined),
      `idle for ${ms} ms`,
    );
  }
}

export function values(entries: readonly Entry[]): (string | null)[] {
  return entries.map(({ fields }) => (fields === null ? null : Buffer.from(fields[1] ?? []).toString()));
}

export function idsOf(entries: readonly Entry[]): EntryId[] {
  return entries.map(({ id }) => id);
}

export function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, i) => String(i));
}

/** Gives the milliseconds since it was made, rounded up as two clocks of whole milliseconds demand. */
export function stopwatch(): () => number {
  const start = performance.now();
  return () => Math.ceil(performance.now() - start) + 1;
}
