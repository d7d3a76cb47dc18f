import type { EntryId, Tidied, TidyRequest } from '../types.js';
import { EntryLog, type StoredEntry } from './entry-log.js';
import { MemoryGroup } from './group.js';
import { formatId, nextId, ZERO } from './id.js';
import { Ownership } from './ownership.js';

/** A place between entries, and in which log: a stream that was deleted has another. */
export interface StreamPosition {
  readonly log: EntryLog;
  readonly position: number;
}

interface Batch {
  readonly sequence: number;
  readonly ids: readonly EntryId[];
}

/** One stream: its entries, its groups, and the reads that wait for more. */
export class MemoryStream {
  #log = new EntryLog();
  #lastId = ZERO;
  readonly #groups = new Map<string, MemoryGroup>();
  /** Up to where each group had settled everything. */
  readonly #checkpoints = new Map<string, StreamPosition>();
  readonly #batches = new Map<string, Batch>();
  /** Of each group; groups and entries may vanish without them. */
  readonly #owners = new Map<string, Ownership>();
  readonly #waiting = new Set<() => void>();

  /** @param time what the id begins with, if the last id is not later */
  append(fields: readonly Uint8Array[], time: number): EntryId {
    this.#lastId = nextId(this.#lastId, Math.floor(time));
    const id = formatId(this.#lastId);
    this.#log.add({ id, parts: this.#lastId, fields: fields.map((bytes) => Buffer.from(bytes)) });
    this.#wake();
    return id;
  }

  /** What a producer appended last. */
  lastBatch(producer: string): Batch | undefined {
    return this.#batches.get(producer);
  }

  rememberBatch(producer: string, batch: Batch): void {
    this.#batches.set(producer, batch);
  }

  /** Where the next entry will stand. */
  get end(): StreamPosition {
    return { log: this.#log, position: this.#log.end };
  }

  /** Whether a group has settled everything that stood before a position. */
  isSettledUpTo(group: string, { log, position }: StreamPosition): boolean {
    if (log !== this.#log) return true;
    const floor = this.#groups.get(group)?.floor ?? 0;
    return this.#log
      .read(0, Number.POSITIVE_INFINITY)
      .entries.every((entry) => entry.position < floor || entry.position >= position);
  }

  owner(group: string): Ownership {
    const known = this.#owners.get(group) ?? new Ownership();
    this.#owners.set(group, known);
    return known;
  }

  group(name: string): MemoryGroup | undefined {
    return this.#groups.get(name);
  }

  /** A group that had been there begins after its checkpoint. Gives it, and where it begins. */
  addGroup(
    name: string,
    startFrom: 'beginning' | 'now',
  ): { readonly group: MemoryGroup; readonly from: EntryId } {
    const checkpoint = this.#checkpoints.get(name);
    if (checkpoint === undefined && startFrom === 'now') {
      return { group: this.#put(name, this.#log.end), from: '$' };
    }
    const position = checkpoint?.log === this.#log ? checkpoint.position : 0;
    if (position === 0) this.#checkpoints.delete(name);
    return { group: this.#put(name, position), from: this.#log.before(position) ?? '0' };
  }

  #put(name: string, position: number): MemoryGroup {
    const group = new MemoryGroup(this.#log, position);
    this.#groups.set(name, group);
    return group;
  }

  /** Entries that the group that is furthest behind has not settled; all of them where there is no group. */
  backlog(): number {
    const groups = [...this.#groups.values()];
    if (groups.length === 0) return this.#log.size;
    return Math.max(
      ...groups.map((group) => {
        const { pending, lag } = group.state();
        return pending + (lag ?? 0);
      }),
    );
  }

  /** See `Consumer.tidy`. */
  tidy(
    { group, consumer }: { group: string; consumer: string },
    { trimAfter, consumerIdle }: TidyRequest,
    { now, time }: { now: number; time: number },
  ): Tidied {
    const own = this.#groups.get(group);
    own?.alive(consumer, now);
    if (own !== undefined) this.#checkpoints.set(group, { log: this.#log, position: own.floor });
    const removed = own?.sweep(now, consumerIdle) ?? 0;
    const floor = Math.min(...[...this.#groups.values()].map((each) => each.floor));
    if (trimAfter === undefined || floor === Number.POSITIVE_INFINITY)
      return { trimmed: 0, removed, more: false };
    const old = (entry: StoredEntry) => trimAfter === 0 || entry.parts.ms < time - trimAfter;
    const settled = this.entries().filter((entry) => entry.position < floor && old(entry));
    for (const { id } of settled) this.#log.delete(id);
    return { trimmed: settled.length, removed, more: false };
  }

  entries(): StoredEntry[] {
    return this.#log.read(0, Number.POSITIVE_INFINITY).entries;
  }

  entry(id: EntryId): StoredEntry | undefined {
    return this.#log.get(id);
  }

  /** Deletes entries whose ids are older than a time. */
  deleteBefore(time: number): void {
    for (const { id, parts } of this.entries()) if (parts.ms < time) this.#log.delete(id);
  }

  deleteEntry(id: EntryId): boolean {
    return this.#log.delete(id);
  }

  destroyGroup(name: string): boolean {
    const existed = this.#groups.delete(name);
    this.#wake();
    return existed;
  }

  /** As if the key had been deleted: entries, groups and the last id are gone. */
  clear(): void {
    this.#log = new EntryLog();
    this.#lastId = ZERO;
    this.#groups.clear();
    this.#wake();
  }

  /** Calls back whenever something has changed, the longest waiting first; gives a function that ends it. */
  onChange(callback: () => void): () => void {
    this.#waiting.add(callback);
    return () => this.#waiting.delete(callback);
  }

  #wake(): void {
    for (const callback of [...this.#waiting]) callback();
  }
}
