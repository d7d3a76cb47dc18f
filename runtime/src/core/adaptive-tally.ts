/** What ended while one limit was in force. */
export interface Tally {
  readonly ms: number;
  readonly good: number;
  readonly failed: number;
}

export const NOTHING: Tally = { ms: 0, good: 0, failed: 0 };

/** What came before counts for only `keep` of itself, so that it gives way to what comes after. */
export function add(before: Tally, slice: Tally, keep = 1): Tally {
  return {
    ms: before.ms * keep + slice.ms,
    good: before.good * keep + slice.good,
    failed: before.failed * keep + slice.failed,
  };
}

/** Good ends per millisecond. */
export function goodput({ ms, good }: Tally): number {
  return ms === 0 ? 0 : good / ms;
}

export function ends({ good, failed }: Tally): number {
  return good + failed;
}

export function failureShare(tally: Tally): number {
  return ends(tally) === 0 ? 0 : tally.failed / ends(tally);
}

const SMOOTHING = 0.1;
/** Chance is never believed to play a smaller or a larger part than this. */
const [LEAST, MOST] = [0.1, 10];

/**
 * How much counts vary by chance: the variance of a count over the count, which is 1 for events that know nothing of
 * each other. The larger of two estimates, because each is blind to something: neighbouring slices don't show that long
 * handlers come in clumps, and the spread of handler times doesn't show what else goes on.
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

  get dispersion(): number {
    const spread = this.#mean === 0 ? 0 : this.#square / this.#mean ** 2 - 1;
    return Math.min(MOST, Math.max(LEAST, this.#slices, spread));
  }

  handler(tookMs: number): void {
    const weight = this.#mean === 0 ? 1 : 0.01;
    this.#mean += weight * (tookMs - this.#mean);
    this.#square += weight * (tookMs ** 2 - this.#square);
  }

  /** A slice under the same limit as the one before it, unless `interrupted`. */
  slice(slice: Tally): void {
    const last = this.#last;
    this.#last = slice;
    if (last === undefined || last.ms === 0 || slice.ms === 0) return;
    const longer = slice.ms / last.ms;
    const expected = last.good * longer;
    const variance = slice.good + expected * longer;
    if (variance === 0) return;
    this.#slices += SMOOTHING * (Math.min(MOST, (slice.good - expected) ** 2 / variance) - this.#slices);
  }

  /** What comes next is not comparable with what came before. */
  interrupted(): void {
    this.#last = undefined;
  }

  /** The relative standard error of a tally's goodput. */
  of({ good }: Tally): number {
    const count = Math.max(1, good);
    return Math.sqrt(this.dispersion / count + 1 / count ** 2);
  }
}
