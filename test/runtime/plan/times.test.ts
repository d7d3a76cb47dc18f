import { expect, it } from 'vitest';
import { distributionOf, Level } from '../../../runtime/src/plan/level.js';
import { Random } from '../../../runtime/src/plan/random.js';
import { type HandlerTime, timeSource } from '../../../runtime/src/plan/times.js';

function drawn(time: HandlerTime) {
  const source = timeSource(time);
  if (typeof source === 'string') throw new Error(source);
  const random = new Random(1);
  const values = Array.from({ length: 40_000 }, () => source.draw(random));
  return { source, ...distributionOf(values) };
}

const near = (value: number, expected: number, share: number) =>
  expect(Math.abs(value / expected - 1), `${value} instead of ${expected}`).toBeLessThan(share);

it.each([
  { mean: 300, p95: 900 },
  { mean: 300, p99: 1_200 },
  { mean: 300, p50: 200 },
  { p50: 120, p95: 900 },
  { p50: 120, p99: 900 },
  { p95: 500, p99: 900 },
])('draws times that have %o', (known) => {
  const { source, ...found } = drawn({ kind: 'lognormal', ...known });
  for (const [name, ms] of Object.entries(known)) near(found[name as 'mean'], ms, 0.05);
  near(found.mean, source.mean, 0.03);
});

it('draws exponential times, and samples as often as they were measured', () => {
  const exponential = drawn({ kind: 'exponential', mean: 100 });
  near(exponential.mean, 100, 0.02);
  near(exponential.p50, 100 * Math.LN2, 0.03);
  const samples = drawn({ kind: 'samples', ms: [10, 10, 10, 50] });
  expect(samples.source.mean).toBe(20);
  near(samples.mean, 20, 0.02);
  expect([samples.p50, samples.p95]).toEqual([10, 50]);
});

it.each<[HandlerTime, string]>([
  [{ kind: 'fixed', ms: 0 }, '0 ms is no time'],
  [{ kind: 'exponential', mean: Number.NaN }, 'NaN ms is no time'],
  [{ kind: 'lognormal', p50: 100 }, 'it takes two of mean, p50, p95 and p99'],
  [{ kind: 'lognormal', p50: 100, p95: 50 }, 'p95 has to be above p50'],
  [{ kind: 'lognormal', p95: 100, p99: 100 }, 'p99 has to be above p95'],
  [{ kind: 'lognormal', mean: 100, p50: 150 }, 'of times that are never below 0, the mean is above p50'],
  [{ kind: 'lognormal', mean: 100, p95: 50 }, 'p95 has to be above the mean, and at most 3.9 times as large'],
  [
    { kind: 'lognormal', mean: 100, p95: 500 },
    'p95 has to be above the mean, and at most 3.9 times as large',
  ],
  [{ kind: 'samples', ms: [] }, 'there are no samples'],
  [{ kind: 'samples', ms: [1, -1] }, 'a sample is no time'],
])('says what is wrong with %o', (time, message) => {
  expect(timeSource(time)).toBe(message);
});

it('a level counts in its span alone, however long ago it was reached', () => {
  const level = new Level(10, 30);
  level.set(5, 0);
  level.set(1, 20);
  level.set(100, 31);
  expect(level.end()).toEqual({ mean: 3, max: 5 });
});
