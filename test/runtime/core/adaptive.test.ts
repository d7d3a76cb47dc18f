import { describe, expect, test } from 'vitest';
import { judge } from '../../../bench/adaptive/judge.js';
import { goodputClimb } from '../../../bench/adaptive/limiters.js';
import { CONTENDED, SCENARIOS, STEADY } from '../../../bench/adaptive/scenarios.js';
import { AdaptiveLimit } from '../../../runtime/src/core/adaptive.js';
import { Random } from '../../simulation/random.js';

const KNEE = 24;

describe('in virtual time, against the best fixed limit', () => {
  test.each([1, 2, 3])('steady at the knee, seed %i', (seed) => {
    const [verdict] = judge(STEADY, goodputClimb, seed);
    expect(verdict?.low).toBeGreaterThanOrEqual(0.7 * KNEE);
    expect(verdict?.high).toBeLessThanOrEqual(1.3 * KNEE);
    expect(verdict?.share).toBeGreaterThanOrEqual(0.88);
  });

  const cases = SCENARIOS.flatMap((phases) =>
    [1, 2].map((seed) => ({ name: phases[0]?.name, phases, seed })),
  );
  test.each(cases)('$name, seed $seed', ({ phases, seed }) => {
    for (const [i, { worst, lowest, highest }] of judge(phases, goodputClimb, seed).entries()) {
      expect(lowest).toBeGreaterThanOrEqual(1);
      expect(highest).toBeLessThanOrEqual(200);
      // While everything fails no limit yields anything.
      if (phases[i]?.conditions.errors !== 1) expect(worst).toBeGreaterThanOrEqual(0.8);
    }
  });

  test('four processes that share a cap of the group stay below it and near the best', () => {
    const [verdict] = judge(CONTENDED, (options) => goodputClimb({ ...options, cap: KNEE / 4 }), 1, 4);
    expect(verdict?.high).toBeLessThanOrEqual(KNEE);
    expect(verdict?.share).toBeGreaterThanOrEqual(0.88);
  });

  test('an outage takes it down, and it comes back', () => {
    const outage = SCENARIOS.find((phases) => phases.some(({ conditions }) => conditions.errors === 1)) ?? [];
    const [, during, after] = judge(outage, goodputClimb, 1);
    expect(during?.limit).toBeLessThan(6);
    expect(after?.limit).toBeGreaterThan(0.7 * KNEE);
  });
});

describe('within its bounds', () => {
  test('whatever happens', () => {
    for (let seed = 1; seed <= 10; seed++) {
      const random = new Random(seed);
      let now = 0;
      const loop = () => ({ utilisation: random.next(), delayP99: random.between(0, 300) });
      const [min, max] = [random.int(1, 5), random.int(5, 60)];
      const start = random.int(0, 300);
      const limit = new AdaptiveLimit({ min, max, start, now: () => now, random: random.next, loop });
      let cap = max;
      for (let step = 0; step < 500; step++) {
        now += random.between(1, 500);
        for (let i = random.int(0, 100); i > 0; i--) limit.completed(random.wait(100), random.chance(0.8));
        if (random.chance(0.05)) {
          cap = random.int(0, 80);
          limit.setCap(cap);
        }
        const from = limit.limit;
        const change = limit.step(random.chance(0.9));
        expect(limit.limit).toBeGreaterThanOrEqual(min);
        expect(limit.limit).toBeLessThanOrEqual(Math.max(min, Math.min(max, cap)));
        expect(Number.isInteger(limit.limit)).toBe(true);
        if (limit.limit === from) expect(change).toBeUndefined();
        else expect(change).toMatchObject({ from, to: limit.limit, reason: expect.stringMatching(/\w/) });
      }
    }
  });

  test('a cap holds at once, `min` wins over it, and a higher one is climbed to', () => {
    const { limit, work } = limiter({ min: 4, max: 100, start: 50 });
    limit.setCap(10);
    expect(limit.limit).toBe(10);
    limit.setCap(2);
    expect(limit.limit).toBe(4);
    limit.setCap(20);
    expect(limit.limit).toBe(4);
    work(300, true);
    expect(limit.limit).toBe(20);
  });
});

test('it climbs while there is a backlog, and holds while there is none', () => {
  const { limit, work } = limiter({ min: 1, max: 100, start: 10 });
  work(300, false);
  expect(limit.limit).toBe(10);
  work(600, true);
  expect(limit.limit).toBeGreaterThan(50);
});

test('a busy event loop stops the climb', () => {
  const { limit, work } = limiter({ min: 1, max: 100, start: 10, utilisation: 0.95 });
  work(300, true);
  expect(limit.limit).toBe(10);
});

/** Handlers of 100 ms on something that takes any number of them. */
function limiter(options: { min: number; max: number; start: number; utilisation?: number }) {
  let now = 0;
  const { utilisation = 0, ...bounds } = options;
  const loop = () => ({ utilisation, delayP99: 0 });
  const limit = new AdaptiveLimit({ ...bounds, now: () => now, random: new Random(1).next, loop });
  const work = (steps: number, backlogged: boolean) => {
    for (let i = 0; i < steps; i++) {
      now += 200;
      for (let done = 0; done < limit.limit * 2; done++) limit.completed(100, true);
      limit.step(backlogged);
    }
  };
  return { limit, work };
}
