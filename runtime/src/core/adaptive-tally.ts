/** What was counted while a limit was tried, and how far it can be trusted. */
export interface Tally {
  readonly ms: number;
  readonly good: number;
  readonly failed: number;
}

export const NOTHING: Tally = { ms: 0, good: 0, failed: 0 };

export function sum(a: Tally, b: Tally): Tally {
  return { ms: a.ms + b.ms, good: a.good + b.good, failed: a.failed + b.failed };
}

/** Counts less, and says the same: so that old counts give way to new ones. */
export function faded(tally: Tally, share: number): Tally {
  return { ms: tally.ms * share, good: tally.good * share, failed: tally.failed * share };
}

/** Good ends per millisecond. */
export function goodput(tally: Tally): number {
  return tally.ms === 0 ? 0 : tally.good / tally.ms;
}

export function failureShare({ good, failed }: Tally): number {
  return good + failed === 0 ? 0 : failed / (good + failed);
}

export function ends({ good, failed }: Tally): number {
  return good + failed;
}

const SMOOTHING = 0.1;
/** Noise is never believed to be smaller or larger than this. */
const [LEAST, MOST] = [0.1, 10];

/**
 * How much counts vary by chance: the variance of a count over the count, 1 for events that know nothing of each
 * other. The larger of two estimates, because each is blind for something: neighbouring slices don't see that long
 * handlers come in clumps, and the spread of handler times does not see what goes on between handlers.
 */
export class Noise {
  #slices = 1;
  #mean = 0;
  #square = 0;
  #last: Tally | undefined;

  /** Mean time of a handler in milliseconds, of late. */
  get took(): number {
    return this.#mean;
  }

  handler(tookMs: number): void {
    const share = this.#mean === 0 ? 1 : 0.01;
    this.#mean += share * (tookMs - this.#mean);
    this.#square += share * (tookMs * tookMs - this.#square);
  }

  /** One slice of a steady time. */
  slice(slice: Tally): void {
    const last = this.#last;
    this.#last = slice;
    if (last === undefined || last.good + slice.good === 0 || last.ms === 0 || slice.ms === 0) return;
    const expected = (last.good * slice.ms) / last.ms;
    const seen = (slice.good - expected) ** 2 / Math.max(1, (slice.good + expected) * (slice.ms / last.ms));
    this.#slices += SMOOTHING * (Math.min(seen, MOST) - this.#slices);
  }

  /** What comes next is not to be held against what was before. */
  interrupted(): void {
    this.#last = undefined;
  }

  /** The relative standard error of a goodput. */
  of(tally: Tally): number {
    if (tally.good < 1) return Number.POSITIVE_INFINITY;
    const spread = this.#mean === 0 ? 0 : this.#square / this.#mean ** 2 - 1;
    const dispersion = Math.min(MOST, Math.max(LEAST, this.#slices, spread));
    return Math.sqrt(dispersion / tally.good);
  }
}
