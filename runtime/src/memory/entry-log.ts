import type { EntryId } from '../types.js';
import type { IdParts } from './id.js';

export interface StoredEntry {
  readonly id: EntryId;
  readonly parts: IdParts;
  readonly position: number;
  readonly fields: readonly Uint8Array[];
}

/** Deleted entries at the front are given up in pieces of at least this many. */
const COMPACT_FROM = 1_024;

/**
 * The entries of one stream in order. Readers remember a position: that of the entry they read next. It stays
 * valid whatever is deleted.
 */
export class EntryLog {
  readonly #positions = new Map<EntryId, number>();
  #slots: (StoredEntry | undefined)[] = [];
  /** Position of the first slot. */
  #base = 0;

  get size(): number {
    return this.#positions.size;
  }

  /** The position after the last entry. */
  get end(): number {
    return this.#base + this.#slots.length;
  }

  add(entry: Omit<StoredEntry, 'position'>): void {
    const position = this.end;
    this.#positions.set(entry.id, position);
    this.#slots.push({ ...entry, position });
  }

  get(id: EntryId): StoredEntry | undefined {
    const position = this.#positions.get(id);
    return position === undefined ? undefined : this.#slots[position - this.#base];
  }

  delete(id: EntryId): boolean {
    const position = this.#positions.get(id);
    if (position === undefined) return false;
    this.#positions.delete(id);
    this.#slots[position - this.#base] = undefined;
    this.#compact();
    return true;
  }

  /** Up to `count` entries from `position` on, and the position to go on from. */
  read(position: number, count: number): { entries: StoredEntry[]; next: number } {
    const entries: StoredEntry[] = [];
    let index = Math.max(0, position - this.#base);
    while (entries.length < count && index < this.#slots.length) {
      const entry = this.#slots[index++];
      if (entry !== undefined) entries.push(entry);
    }
    return { entries, next: this.#base + index };
  }

  /** Id of the last entry before a position. */
  before(position: number): EntryId | undefined {
    for (let index = Math.min(position, this.end) - this.#base - 1; index >= 0; index--) {
      const entry = this.#slots[index];
      if (entry !== undefined) return entry.id;
    }
    return undefined;
  }

  #compact(): void {
    if (this.#slots.length < COMPACT_FROM || this.#slots[COMPACT_FROM - 1] !== undefined) return;
    const live = this.#slots.findIndex((entry) => entry !== undefined);
    const gone = live === -1 ? this.#slots.length : live;
    if (gone < COMPACT_FROM) return;
    this.#slots = this.#slots.slice(gone);
    this.#base += gone;
  }
}
