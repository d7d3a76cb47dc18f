import type { EntryId } from '../types.js';
import { EntryLog, type StoredEntry } from './entry-log.js';
import { MemoryGroup } from './group.js';
import { formatId, nextId, ZERO } from './id.js';

interface Batch {
  readonly sequence: number;
  readonly ids: readonly EntryId[];
}

/** One stream: its entries, its groups, and the reads that wait for more. */
export class MemoryStream {
  #log = new EntryLog();
  #lastId = ZERO;
  readonly #groups = new Map<string, MemoryGroup>();
  readonly #batches = new Map<string, Batch>();
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

  group(name: string): MemoryGroup | undefined {
    return this.#groups.get(name);
  }

  addGroup(name: string, startFrom: 'beginning' | 'now'): MemoryGroup {
    const group = new MemoryGroup(this.#log, startFrom);
    this.#groups.set(name, group);
    return group;
  }

  entries(): StoredEntry[] {
    return this.#log.read(0, Number.POSITIVE_INFINITY).entries;
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
