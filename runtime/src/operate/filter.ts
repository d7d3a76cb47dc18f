import type { StreamKey } from '../types.js';
import type { DeadLetter } from './letter.js';

/** Which dead letters are meant; what is left out doesn't matter. */
export interface DeadLetterFilter {
  /** Became one at or after this time, milliseconds since 1970. */
  readonly since?: number;
  /** Part of the reason, of the error's name or code, or of its message; upper and lower case are the same. */
  readonly reason?: string;
  /** Where it came from, for a dead-letter stream that several streams share. */
  readonly streams?: readonly StreamKey[];
}

export function isMeant({ at, origin }: DeadLetter, { since, reason, streams }: DeadLetterFilter): boolean {
  if (since !== undefined && at < since) return false;
  if (streams !== undefined && (origin === null || !streams.includes(origin.stream))) return false;
  if (reason === undefined) return true;
  if (origin === null) return false;
  const wanted = reason.toLowerCase();
  const texts = [origin.reason, origin.error?.name, origin.error?.message];
  return texts.some((text) => text?.toLowerCase().includes(wanted));
}
