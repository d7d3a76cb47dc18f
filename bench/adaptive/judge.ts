import { fixed } from './limiters.js';
import { MAX, type MakeLimiter, run } from './run.js';
import type { Conditions } from './downstream.js';
import type { Phase, Scenario } from './scenarios.js';

export const SETTLE_S = 40;
const WINDOW_S = Number(process.env.W ?? 30);

export interface Verdict {
  readonly limit: number; readonly low: number; readonly high: number;
  readonly goodput: number;
  readonly worst: number;
  readonly settled: number;
  readonly lowest: number; readonly highest: number;
}

export const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
export const sorted = (values: readonly number[]) => [...values].sort((a, b) => a - b);
export const at = (values: readonly number[], share: number) => sorted(values)[Math.min(values.length - 1, Math.floor(share * values.length))] ?? Number.NaN;

export function judge(scenario: Scenario, make: MakeLimiter, seed: number, bests: readonly number[], processes = 1): Verdict[] {
  const made = run(scenario.phases, make, seed, processes);
  let start = 0;
  return scenario.phases.map((phase, p) => {
    const end = start + phase.seconds;
    const best = bests[p] ?? Number.NaN;
    const total = (t: number) => made.reduce((sum, { good }) => sum + (good[t] ?? 0), 0);
    const limitAt = (t: number) => made.reduce((sum, { limits }) => sum + (limits[t] ?? 0), 0);
    const goods = Array.from({ length: phase.seconds }, (_, i) => total(start + i));
    const limits = Array.from({ length: phase.seconds - SETTLE_S }, (_, i) => limitAt(start + SETTLE_S + i));
    const windows = Array.from({ length: phase.seconds - WINDOW_S }, (_, i) => mean(goods.slice(i, i + WINDOW_S)) / best);
    let settled = windows.length;
    while (settled > 0 && (windows[settled - 1] ?? 0) >= 0.8) settled -= 1;
    start = end;
    return {
      limit: mean(limits), low: at(limits, 0.05), high: at(limits, 0.95),
      goodput: mean(goods.slice(SETTLE_S)) / best,
      worst: Math.min(...windows.slice(SETTLE_S)),
      settled,
      lowest: Math.min(...made.map((m) => m.lowest)), highest: Math.max(...made.map((m) => m.highest)),
    };
  });
}

const known = new Map<string, readonly [number, number]>();
/** The best fixed limit and its goodput in a second. */
export function bestFixed(conditions: Conditions): readonly [number, number] {
  const key = JSON.stringify(conditions);
  const found = known.get(key);
  if (found) return found;
  const phase: Phase = { name: '', seconds: 70, conditions };
  let best: readonly [number, number] = [1, 0];
  for (const limit of [1, 2, 3, 4, 5, 6, 8, 10, 12, 14, 16, 20, 22, 24, 26, 28, 32, 36, 40, 50, 64, 100, MAX]) {
    const goodput = mean([1, 2].map((seed) => mean(run([phase], () => fixed(limit), seed).flatMap(({ good }) => Array.from({length: 60}, (_, i) => good[i+10] ?? 0)))));
    if (goodput > best[1] * 1.005) best = [limit, goodput];
  }
  known.set(key, best);
  return best;
}
