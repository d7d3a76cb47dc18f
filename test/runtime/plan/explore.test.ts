import { expect, it } from 'vitest';
import { type ExploreOptions, explore, simulate } from '../../../runtime/src/plan/index.js';
import { loadOf } from '../../../runtime/src/plan/load.js';
import { setupOf } from '../../../runtime/src/plan/options.js';

const base = {
  operation: 'onJob',
  policy: { concurrency: { maxWorkers: 9 } },
  arrivals: { kind: 'poisson', perSecond: 40 },
  time: { kind: 'lognormal', p50: 100, p95: 400 },
  duration: 60_000,
} satisfies ExploreOptions;

it('finds the smallest limit that meets the target: one less does not', async () => {
  // Far above what it takes to keep up, so that it is searched for in both directions.
  const target = { of: 'p99', ms: 5 } as const;
  const { answer, asIs, curve, limit } = await explore({ ...base, target });
  if (answer?.kind !== 'limit') throw new Error(`no limit: ${JSON.stringify(answer)}`);
  const p99With = async (maxWorkers: number) => {
    const { waiting, overload } = await simulate({ ...base, policy: { concurrency: { maxWorkers } } });
    return overload === undefined ? waiting.p99 : Number.POSITIVE_INFINITY;
  };
  expect(await p99With(answer.limit)).toBeLessThanOrEqual(5);
  expect(await p99With(answer.limit - 1)).toBeGreaterThan(5);
  expect(limit).toBe(9);
  expect(curve.map((trial) => trial.limit)).toContain(answer.limit);
  expect(curve.find((trial) => trial.limit === 9)?.result).toEqual(asIs);
  expect([...curve].sort((one, other) => one.limit - other.limit)).toEqual(curve);
});

it('says when no limit meets it, because more workers would be idle', async () => {
  const { answer } = await explore({ ...base, target: { of: 'p50', ms: 0.1 } });
  expect(answer).toMatchObject({ kind: 'none', why: 'unused' });
});

it('says when it looked no further', async () => {
  const { answer } = await explore({ ...base, target: { of: 'p95', ms: 10 }, most: 3 });
  expect(answer).toEqual({ kind: 'none', tried: 3, why: 'most' });
});

it('without a target shows the curve, from too few to more than enough', async () => {
  const limits: (number | undefined)[] = [];
  const { answer, curve } = await explore({ ...base, onSimulation: (limit) => limits.push(limit) });
  expect(answer).toBeUndefined();
  expect(curve.length).toBeGreaterThanOrEqual(6);
  expect(curve[0]?.result.overload?.by).toBe('workers');
  expect(curve.at(-1)?.result.overload).toBeUndefined();
  expect(limits[0]).toBeUndefined();
  expect(new Set(limits).size).toBe(limits.length);
});

it.each([
  ['$message.payload#/user/id', { payload: { user: { id: 'k0' } }, headers: {} }],
  ['$message.header#/tenant', { payload: {}, headers: { tenant: 'k0' } }],
])('puts the order key where %s looks', (orderBy, message) => {
  const setup = setupOf({ ...base, policy: { concurrency: { orderBy } }, keys: { count: 1 } });
  expect(loadOf(setup).message(0)).toEqual(message);
});

it('keys come as often as their place in the order says', () => {
  const keys = { count: 4, zipf: 1 };
  const orderBy = '$message.header#/key';
  const load = loadOf(setupOf({ ...base, policy: { concurrency: { orderBy } }, keys }));
  const seen = new Map<string, number>();
  for (let n = 0; n < 10_000; n++) {
    const key = String(load.message(n).headers.key);
    seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  const sum = 1 + 1 / 2 + 1 / 3 + 1 / 4;
  for (const place of [1, 2, 3, 4]) {
    const share = (seen.get(`k${place - 1}`) ?? 0) / 10_000;
    expect(Math.abs(share - 1 / place / sum)).toBeLessThan(0.02);
  }
});

it('two limits see the same messages, and two rates the same handler times', () => {
  const one = loadOf(setupOf(base));
  const other = loadOf(setupOf({ ...base, policy: {}, arrivals: { kind: 'poisson', perSecond: 80 } }));
  expect(other.call(17, 2)).toEqual(one.call(17, 2));
  expect(other.call(18, 1).ms).not.toBe(one.call(17, 1).ms);
  expect(loadOf(setupOf({ ...base, policy: {} })).arrivals).toEqual(one.arrivals);
});
