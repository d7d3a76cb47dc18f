import type { Spot } from '../places.js';
import type { Breaks, ChangeArea, ChangeKind } from '../types.js';

/** A change that nobody's role has been held against yet. */
export interface Difference {
  readonly kind: ChangeKind;
  readonly area: Exclude<ChangeArea, 'policy'>;
  readonly path: string;
  readonly message: string;
  readonly before?: unknown;
  readonly after?: unknown;
  readonly breaks: Breaks;
  /** What of each document it is about; undefined where there is nothing. */
  readonly old: Spot | undefined;
  readonly new: Spot | undefined;
  /** The keyword that changed, for the place. */
  readonly keyword?: string;
}

/** What is compared with what. */
export interface Where {
  readonly path: string;
  readonly old: Spot | undefined;
  readonly new: Spot | undefined;
}

export const NOBODY: Breaks = { sending: false, receiving: false };

export function either(a: Breaks, b: Breaks): Breaks {
  return { sending: a.sending || b.sending, receiving: a.receiving || b.receiving };
}

/** What breaks and has not been settled already. */
export function without(a: Breaks, settled: Breaks): Breaks {
  return { sending: a.sending && !settled.sending, receiving: a.receiving && !settled.receiving };
}

/** One schema, named or of a message, held against its successor. */
export interface Unit {
  readonly differences: Difference[];
  /** Keys of the units of named schemas that it uses. */
  readonly uses: Set<string>;
}
