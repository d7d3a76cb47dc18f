import type { EntryId } from '../types.js';

/** An entry's id taken apart. */
export interface IdParts {
  readonly ms: number;
  readonly sequence: number;
}

/** Lies before every id, and says "from the beginning" and "gone through" as a cursor. */
export const ZERO: IdParts = Object.freeze({ ms: 0, sequence: 0 });

export function parseId(id: EntryId): IdParts {
  const [ms, sequence] = id.split('-');
  return { ms: Number(ms), sequence: Number(sequence ?? 0) };
}

export function formatId({ ms, sequence }: IdParts): EntryId {
  return `${ms}-${sequence}`;
}

export function isBefore(a: IdParts, b: IdParts): boolean {
  return a.ms < b.ms || (a.ms === b.ms && a.sequence < b.sequence);
}

/** The id after `last` at this time, however the clock behaves. */
export function nextId(last: IdParts, ms: number): IdParts {
  return ms > last.ms ? { ms, sequence: 0 } : { ms: last.ms, sequence: last.sequence + 1 };
}
