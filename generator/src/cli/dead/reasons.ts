import type { DeadLetter } from './runtime.js';
import { counted, oneLine } from './text.js';

/** Reasons are any text: beyond this many the others are counted as one. */
const MOST = 1_000;
const SHOWN = 5;
const OTHERS = 'others';

/** How many dead letters there are, by what went wrong. */
export class Reasons {
  readonly #counts = new Map<string, number>();

  add(letter: DeadLetter): void {
    const cause = causeOf(letter);
    const key = this.#counts.has(cause) || this.#counts.size < MOST ? cause : OTHERS;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  /** The most frequent first. */
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#counts].sort(([, a], [, b]) => b - a));
  }

  /** `7 Error, 5 FS_MESSAGE_INVALID` */
  get summary(): string {
    const counts = [...this.#counts].sort(([, a], [, b]) => b - a);
    const rest = counts.slice(SHOWN).reduce((sum, [, count]) => sum + count, 0);
    const shown = counts.slice(0, SHOWN).map(([cause, count]) => `${count.toLocaleString('en')} ${cause}`);
    return [...shown, ...(rest > 0 ? [`${rest.toLocaleString('en')} ${OTHERS}`] : [])].join(', ');
  }
}

/** What tells dead letters apart best: a message often holds ids, and is different every time. */
function causeOf({ origin }: DeadLetter): string {
  if (origin === null) return 'foreign';
  return oneLine(origin.error?.name ?? origin.reason) || 'no reason';
}

/** Why, in one line. */
export function whyOf({ origin, size }: DeadLetter): string {
  if (origin === null) return `foreign: another tool wrote this entry of ${counted(size, 'byte')}`;
  const { reason, error } = origin;
  return oneLine(error === undefined ? reason : `${error.name ?? 'thrown'}: ${error.message || reason}`);
}
