/** A simulation that notices nothing proves nothing: each rule is switched off once, and some seeds have to tell. */
import { expect, test } from 'vitest';
import { catchesOf } from './catches.js';
import { RULES } from './rules/index.js';

/** Seeds that are tried at the most; the first that notices is enough. */
const MOST = 1_000;

test.each(RULES.map((rule) => [rule.name, rule] as const))('without %s', async (_, rule) => {
  const { seeds } = await catchesOf(rule, 1, MOST, 1);
  expect(seeds, `a violation of: ${rule.breaks}`).not.toEqual([]);
});
