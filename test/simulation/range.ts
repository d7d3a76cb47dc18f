import { describeViolation } from './invariants.js';
import { simulate } from './simulation.js';

/** What became of a range of seeds. */
export interface RangeResult {
  /** The seed, and what it violated. */
  readonly failed: readonly (readonly [seed: number, how: string])[];
  /** How often what happened, over all of them. */
  readonly counts: Readonly<Record<string, number>>;
}

/** Runs seeds one after the other. */
export async function runRange(from: number, count: number): Promise<RangeResult> {
  const failed: [number, string][] = [];
  const counts: Record<string, number> = {};
  for (let seed = from; seed < from + count; seed++) {
    const result = await simulate(seed);
    for (const [what, times] of result.counts) counts[what] = (counts[what] ?? 0) + times;
    if (result.violations.length > 0) {
      failed.push([seed, result.violations.slice(0, 2).map(describeViolation).join(' | ')]);
    }
  }
  return { failed, counts };
}

/** How a failure is seen again. */
export function replay(seed: number): string {
  return `npm run simulate -- --seed ${seed}`;
}
