import type { DrainRequest, Entry, EntryId, GroupState, TakeOver, TakeOverRequest } from '../types.js';
import type { EntryLog, StoredEntry } from './entry-log.js';
import { formatId, type IdParts, isBefore, parseId, ZERO } from './id.js';

interface Pending {
  readonly id: EntryId;
  readonly parts: IdParts;
  /** In the log. */
  readonly position: number;
  consumer: string;
  /** When its consumer last showed life. */
  seenAt: number;
  deliveries: number;
}

/** One entry of a group's pending list, for looking at. */
export interface PendingEntry {
  readonly id: EntryId;
  readonly consumer: string;
  /** Milliseconds since its consumer last showed life; very large when it was handed back. */
  readonly idleMs: number;
  readonly deliveries: number;
}

/** Longer than any lease: an entry this idle is anybody's. */
const ABANDONED = 30 * 24 * 3_600_000;
/** How many entries XAUTOCLAIM looks at for each that it may take over. */
const SCANNED_PER_CLAIM = 10;

/** One consumer group. What Redis does and its documentation doesn't say is imitated, and remarked on. */
export class MemoryGroup {
  readonly #log: EntryLog;
  /** In the order of ids: entries are read in that order, and a claim changes them in place. */
  readonly #pending = new Map<EntryId, Pending>();
  readonly #consumers = new Set<string>();
  /** When consumers last showed life. */
  readonly #alive = new Map<string, number>();
  /** Position of the next entry that nobody has seen. */
  #next: number;

  /** @param from position of the first entry that nobody has seen */
  constructor(log: EntryLog, from: number) {
    this.#log = log;
    this.#next = from;
  }

  /** Position of the first entry that is not settled: whatever stands before it is. */
  get floor(): number {
    const [first] = this.#pending.values();
    return first?.position ?? this.#next;
  }

  read(consumer: string, count: number, now: number): Entry[] {
    const { entries, next } = this.#log.read(this.#next, count);
    this.#next = next;
    this.#consumers.add(consumer);
    return entries.map((entry) => {
      const { id, parts, position } = entry;
      this.#pending.set(id, { id, parts, position, consumer, seenAt: now, deliveries: 1 });
      return delivered(entry, 1);
    });
  }

  heldBy(consumer: string, known: ReadonlySet<EntryId>, count: number): Entry[] {
    const found: Entry[] = [];
    for (const { id, consumer: owner, deliveries } of this.#pending.values()) {
      if (found.length >= count) break;
      if (owner !== consumer || known.has(id)) continue;
      const entry = this.#log.get(id);
      found.push(entry === undefined ? { id, fields: null, deliveries } : delivered(entry, deliveries));
    }
    return found;
  }

  ack(ids: readonly EntryId[]): number {
    return ids.filter((id) => this.#pending.delete(id)).length;
  }

  /** Gives the ids that are not this consumer's, or were deleted. */
  renew(consumer: string, ids: readonly EntryId[], now: number): EntryId[] {
    return ids.filter((id) => !this.#claim(consumer, id, now));
  }

  recordAttempt(consumer: string, id: EntryId, attempt: number, now: number): boolean {
    return this.#claim(consumer, id, now, attempt);
  }

  handBack(consumer: string, entries: readonly { id: EntryId; deliveries: number }[], now: number): number {
    // What was deleted stays on the list, so that the next take-over finds and reports it.
    return entries.filter(
      ({ id, deliveries }) => this.#log.get(id) && this.#claim(consumer, id, now - ABANDONED, deliveries),
    ).length;
  }

  takeOver(consumer: string, { idleMs, count, cursor }: TakeOverRequest, now: number): TakeOver {
    this.#consumers.add(consumer);
    const from = parseId(cursor);
    const entries: Entry[] = [];
    const deleted: EntryId[] = [];
    let scans = count * SCANNED_PER_CLAIM;
    for (const pending of this.#pending.values()) {
      if (isBefore(pending.parts, from)) continue;
      if (scans-- <= 0 || entries.length + deleted.length >= count) {
        return { entries, deleted, cursor: pending.id };
      }
      const entry = this.#log.get(pending.id);
      if (entry === undefined) {
        // However fresh it is: nobody can do anything with it any more.
        this.#pending.delete(pending.id);
        deleted.push(pending.id);
      } else if (now - pending.seenAt >= idleMs) {
        pending.consumer = consumer;
        pending.seenAt = now;
        entries.push(delivered(entry, pending.deliveries));
      }
    }
    return { entries, deleted, cursor: formatId(ZERO) };
  }

  drain(consumer: string, { count, cursor, known }: DrainRequest, now: number): TakeOver {
    this.#consumers.add(consumer);
    const after = parseId(cursor);
    const entries: Entry[] = [];
    const deleted: EntryId[] = [];
    let scans = count * SCANNED_PER_CLAIM;
    for (const pending of this.#pending.values()) {
      if (!isBefore(after, pending.parts)) continue;
      const entry = this.#log.get(pending.id);
      if (known.has(pending.id)) {
        // Left as it is.
      } else if (entry === undefined) {
        this.#pending.delete(pending.id);
        deleted.push(pending.id);
      } else {
        pending.consumer = consumer;
        pending.seenAt = now;
        entries.push(delivered(entry, pending.deliveries));
      }
      scans -= 1;
      if (scans === 0 || entries.length + deleted.length === count) {
        return { entries, deleted, cursor: pending.id };
      }
    }
    return { entries, deleted, cursor: formatId(ZERO) };
  }

  owns(consumer: string, id: EntryId): boolean {
    return this.#pending.get(id)?.consumer === consumer;
  }

  state(): GroupState {
    return {
      length: this.#log.size,
      pending: this.#pending.size,
      lag: this.#log.read(this.#next, Number.POSITIVE_INFINITY).entries.length,
      consumers: this.#consumers.size,
    };
  }

  pending(now: number): PendingEntry[] {
    return [...this.#pending.values()].map(({ id, consumer, seenAt, deliveries }) => ({
      id,
      consumer,
      idleMs: now - seenAt,
      deliveries,
    }));
  }

  alive(consumer: string, now: number): void {
    this.#alive.set(consumer, now);
  }

  /** Removes consumers that hold nothing and have shown no life for long; gives how many. */
  sweep(now: number, idle: number): number {
    const holding = new Set([...this.#pending.values()].map(({ consumer }) => consumer));
    const gone = [...this.#alive].filter(([name, seenAt]) => !holding.has(name) && now - seenAt > idle);
    for (const [name] of gone) {
      this.#consumers.delete(name);
      this.#alive.delete(name);
    }
    return gone.length;
  }

  /** Removes a consumer that holds nothing. */
  leave(consumer: string): void {
    for (const { consumer: owner } of this.#pending.values()) if (owner === consumer) return;
    this.#consumers.delete(consumer);
    this.#alive.delete(consumer);
  }

  /** XCLAIM by the consumer that already has the entry. `false`: it hasn't, or the entry was deleted. */
  #claim(consumer: string, id: EntryId, seenAt: number, deliveries?: number): boolean {
    const pending = this.#pending.get(id);
    if (pending?.consumer !== consumer) return false;
    if (this.#log.get(id) === undefined) {
      // Redis claims nothing that was deleted: it takes it off the list.
      this.#pending.delete(id);
      return false;
    }
    pending.seenAt = seenAt;
    if (deliveries !== undefined) pending.deliveries = deliveries;
    return true;
  }
}

/** Bytes of its own for each delivery, as over a connection: what a handler does to them stays with it. */
function delivered({ id, fields }: StoredEntry, deliveries: number): Entry {
  return { id, fields: fields.map((bytes) => Buffer.from(bytes)), deliveries };
}
