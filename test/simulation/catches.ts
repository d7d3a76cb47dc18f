import type { Rule } from './rules/rule.js';
import { simulate } from './simulation.js';

export interface Catches {
  /** Seeds in which the rule's invariant is violated, in their order. */
  readonly seeds: readonly number[];
  /** How many seeds were tried. */
  readonly tried: number;
  /** What else was violated, most often first. */
  readonly also: readonly string[];
}

/** Tries seeds with the rule switched off until `enough` of them have caught it, or `most` have been tried. */
export async function catchesOf(rule: Rule, from: number, most: number, enough: number): Promise<Catches> {
  const seeds: number[] = [];
  const others = new Map<string, number>();
  let tried = 0;
  while (tried < most && seeds.length < enough) {
    const seed = from + tried;
    tried += 1;
    const { violations } = await simulate(seed, { mutation: rule.mutation, until: rule.breaks });
    const broken = new Set(violations.map(({ invariant }) => invariant));
    if (broken.delete(rule.breaks)) seeds.push(seed);
    for (const invariant of broken) others.set(invariant, (others.get(invariant) ?? 0) + 1);
  }
  const also = [...others].sort(([, one], [, other]) => other - one).map(([invariant]) => invariant);
  return { seeds, tried, also };
}
