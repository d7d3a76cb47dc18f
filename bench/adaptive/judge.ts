import type { Conditions } from './downstream.js';
import { fixed } from './limiters.js';
import { MAX, type MakeLimiter, run } from './run.js';
import type { Phase } from './scenarios.js';

/** How one limiter did in one phase of one run. Shares are of the goodput of the best fixed limit. */
export interface Verdict {
  /** Mean limit of all processes together once it had time to settle, and its 5th and 95th percentile. */
  readonly limit: number;
  readonly low: number;
  readonly high: number;
  /** Share on the whole, and in the worst window, once it had time to settle. */
  readonly share: number;
  readonly worst: number;
  /** The second from which on no window was below 0.8. */
  readonly settled: number;
  /** The lowest and the highest limit that any process had in the whole run. */
  readonly lowest: number;
  readonly highest: number;
}

/** A limiter has so many seconds to settle, and a window so many; longer where little ends: so many good ends. */
const [SETTLE_S, SETTLE_ENDS] = [40, 2_400];
const [WINDOW_S, WINDOW_ENDS] = [30, 600];

export interface Best {
  readonly limit: number;
  /** Good ends in a second. */
  readonly goodput: number;
}

export function judge(
  phases: readonly Phase[],
  make: MakeLimiter,
  seed: number,
  processes = 1,
): readonly Verdict[] {
  const made = run(phases, make, seed, processes);
  const sum = (of: (one: (typeof made)[number]) => number) => made.reduce((total, one) => total + of(one), 0);
  let end = 0;
  return phases.map(({ seconds, conditions }) => {
    const start = end;
    end += seconds;
    const { goodput } = bestFixed(conditions);
    const settle = Math.max(SETTLE_S, Math.ceil(SETTLE_ENDS / goodput));
    const window = Math.max(WINDOW_S, Math.ceil(WINDOW_ENDS / goodput));
    const shares = series(seconds, (t) => sum(({ good }) => good[start + t] ?? 0) / goodput);
    const limits = series(seconds, (t) => sum(({ limits }) => limits[start + t] ?? 0)).slice(
      goodput === 0 ? SETTLE_S : settle,
    );
    const windows = series(seconds - window, (t) => mean(shares.slice(t, t + window)));
    return {
      limit: mean(limits),
      low: percentile(limits, 0.05),
      high: percentile(limits, 0.95),
      share: mean(shares.slice(settle)),
      worst: Math.min(...windows.slice(settle)),
      settled: windows.findLastIndex((share) => !(share >= 0.8)) + 1,
      lowest: Math.min(...made.map(({ lowest }) => lowest)),
      highest: Math.max(...made.map(({ highest }) => highest)),
    };
  });
}

const TRIED = [1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 28, 32, 40, 64, 100, MAX];
const found = new Map<string, Best>();

/** By search; of limits that are as good within half a percent, the lowest. */
export function bestFixed(conditions: Conditions): Best {
  const key = JSON.stringify(conditions);
  const known = found.get(key);
  if (known !== undefined) return known;
  const [warm, seconds] = conditions.latency > 1_000 ? [200, 1_000] : [10, 100];
  let best: Best = { limit: 1, goodput: 0 };
  for (const limit of TRIED) {
    const [made] = run([{ name: '', seconds, conditions }], () => fixed(limit), 1);
    const goodput = mean(series(seconds - warm, (t) => made?.good[warm + t] ?? 0));
    if (goodput > best.goodput * 1.005) best = { limit, goodput };
  }
  found.set(key, best);
  return best;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

function series(length: number, value: (t: number) => number): number[] {
  return Array.from({ length: Math.max(0, length) }, (_, t) => value(t));
}
