import type { EntryId } from '../types.js';

/** Orders ids as a stream does; below 0 when `a` comes first. Exact for all 64-bit numbers. */
export function compareIds(a: EntryId, b: EntryId): number {
  const dashA = a.indexOf('-');
  const dashB = b.indexOf('-');
  return (
    compareDigits(a.slice(0, dashA), b.slice(0, dashB)) ||
    compareDigits(a.slice(dashA + 1), b.slice(dashB + 1))
  );
}

/** Of decimals without leading zeros the longer is the larger. */
function compareDigits(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
