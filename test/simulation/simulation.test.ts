/**
 * The engine under everything that can go wrong, two thousand times. `SIMULATE_FROM` says with which seed to begin,
 * `SIMULATE_SEEDS` how many there are; a failure names the command that replays it.
 */
import { expect, test } from 'vitest';
import { replay, runRange } from './range.js';
import { simulate } from './simulation.js';

const FROM = Number(process.env.SIMULATE_FROM ?? 1);
const SEEDS = Number(process.env.SIMULATE_SEEDS ?? 2_000);

test(
  `${SEEDS} seeds from ${FROM} keep every promise`,
  async () => {
    const { failed, counts } = await runRange(FROM, SEEDS);
    expect(failed.map(([seed, how]) => `${replay(seed)}: ${how}`)).toEqual([]);
    // A quiet run proves nothing: every kind of trouble has come up.
    for (const trouble of [
      'crash',
      'pause',
      'outage',
      'clock jump',
      'deletion',
      'group destroyed',
      'taken-over',
    ]) {
      expect(counts[trouble] ?? 0, trouble).toBeGreaterThan(SEEDS / 100);
    }
  },
  10 * 60_000,
);

test('a seed replays exactly', async () => {
  for (const seed of [FROM, FROM + 1, FROM + 2]) {
    const [first, second] = [await simulate(seed), await simulate(seed)];
    expect(second.hash).toBe(first.hash);
  }
});
