import { goodput, type Noise, type Tally } from './adaptive-tally.js';

/** What a limit yields. */
export interface Yield {
  readonly limit: number;
  readonly tally: Tally;
}

export interface Comparison {
  /** The share of the step, in logarithms, that goodput followed: 1 when it grew as much as the limit, 0 when not. */
  readonly followed: number;
  /** The standard error of that. */
  readonly error: number;
  /** Where goodput stopped to follow, if it followed all the way before and not at all after; from low to high. */
  readonly knee: number;
}

/** Stands for no goodput at all, so that nothing good at either limit compares as "more yields no more". */
const NONE = 1e-9;

export function compare(low: Yield, high: Yield, noise: Noise): Comparison {
  const step = Math.log(high.limit / low.limit);
  const gain = Math.log(Math.max(NONE, goodput(high.tally)) / Math.max(NONE, goodput(low.tally)));
  return {
    followed: gain / step,
    error: Math.hypot(noise.of(low.tally), noise.of(high.tally)) / step,
    knee: low.limit * Math.exp(Math.max(0, Math.min(step, gain))),
  };
}

/** What a trial has cost, in milliseconds of the goodput there would have been without it. */
export function cost(base: Tally, trial: Tally): number {
  if (goodput(base) === 0) return 0;
  return trial.ms * Math.max(0, 1 - goodput(trial) / goodput(base));
}

/** A change of goodput is noticed beyond so many standard errors, and this share; and so many ends are needed for it. */
const [ERRORS, SHARE, LEAST_ENDS] = [4, 0.15, 12];

/** Whether a limit yields something else lately than it did on the whole, beyond what chance explains. */
export function changed(whole: Tally, lately: Tally, noise: Noise): 'more' | 'less' | undefined {
  const expected = goodput(whole) * lately.ms;
  if (Math.max(expected, lately.good) < LEAST_ENDS) return undefined;
  const difference = lately.good - expected;
  const chance = Math.sqrt(noise.dispersion * expected + 1);
  if (Math.abs(difference) < Math.max(ERRORS * chance, SHARE * expected)) return undefined;
  return difference > 0 ? 'more' : 'less';
}
