/** What each policy does to a load: the engine does it, and here it shows. */
import { expect, it } from 'vitest';
import { explore, type SimulationOptions, simulate } from '../../../runtime/src/plan/index.js';

const ORDER = '$message.payload#/user/id';

const base = {
  operation: 'onJob',
  policy: { concurrency: { maxWorkers: 4 } },
  arrivals: { kind: 'poisson', perSecond: 30 },
  time: { kind: 'exponential', mean: 100 },
  duration: 30_000,
} satisfies SimulationOptions;

const ordered = (maxWorkers: number, shards = 1) => ({
  concurrency: { maxWorkers, orderBy: ORDER },
  stream: { shards },
});

it('order: a few keys let fewer run than the limit would, and one key no more than one', async () => {
  const few = await simulate({ ...base, policy: ordered(8), keys: { count: 2 } });
  expect(few.running.max).toBe(2);
  expect(few.overload?.by).toBe('hottest key');
  expect(few.throughput).toBeLessThan(21);
  const many = await simulate({ ...base, policy: ordered(8), keys: { count: 1_000 } });
  expect(many.running.max).toBeGreaterThan(4);
  expect(many.overload).toBeUndefined();
});

it('order: more workers are no answer to a key that is too frequent', async () => {
  const keys = { count: 100, zipf: 2 };
  const { answer } = await explore({ ...base, policy: ordered(4), keys, target: { of: 'p95', ms: 1_000 } });
  expect(answer).toMatchObject({ kind: 'none', why: 'hottest key' });
});

it('shards: of an ordered channel with one, the second process stands by; with eight, both have work', async () => {
  const options = { ...base, arrivals: { kind: 'poisson', perSecond: 50 }, processes: 2 } as const;
  const one = await simulate({ ...options, policy: ordered(4) });
  expect(one).toMatchObject({
    working: 1,
    limit: { max: 4 },
    running: { max: 4 },
    overload: { by: 'workers' },
  });
  const eight = await simulate({ ...options, policy: ordered(4, 8) });
  expect(eight).toMatchObject({ working: 2, limit: { max: 8 }, overload: undefined });
  expect(eight.running.max).toBeGreaterThan(4);
  expect(await simulate({ ...options, policy: ordered(4, 8) })).toEqual(eight);
});

it('shards: the answer counts on the processes that have work', async () => {
  const target = { of: 'p95', ms: 200 } as const;
  const { answer } = await explore({ ...base, processes: 3, policy: ordered(1), target });
  if (answer?.kind !== 'limit') throw new Error(`no limit: ${JSON.stringify(answer)}`);
  expect(answer.limit).toBeGreaterThan(3);
});

it('rate limit: no more than it says, over all processes', async () => {
  const rateLimit = { max: 20, per: 1_000 };
  const policy = { concurrency: { maxWorkers: 4, rateLimit } };
  const { throughput, overload } = await simulate({ ...base, policy, processes: 2 });
  expect(Math.abs(throughput - 20)).toBeLessThan(0.5);
  expect(overload?.by).toBe('rate limit');
  const own = { concurrency: { maxWorkers: 4, rateLimit: { ...rateLimit, scope: 'process' } } } as const;
  expect((await simulate({ ...base, policy: own, processes: 2 })).overload).toBeUndefined();
});

it('batch: one call takes many, and each waits for others to join it', async () => {
  const policy = { concurrency: { maxWorkers: 1 }, batch: { maxSize: 20, maxWait: 200 } };
  const { throughput, waiting, running, overload } = await simulate({
    ...base,
    policy,
    time: { kind: 'fixed', ms: 100 },
  });
  expect(overload).toBeUndefined();
  expect(throughput).toBeGreaterThan(25);
  expect(running.max).toBe(1);
  expect(waiting.max).toBeLessThan(400);
  expect(waiting.mean).toBeGreaterThan(50);
});

it('adaptive: the limit climbs to what the load takes, and is the same each time', async () => {
  const policy = { concurrency: { adaptive: { min: 1, max: 40 } } };
  const options = { ...base, policy, duration: 120_000, warmUp: 60_000 };
  const result = await simulate(options);
  expect(result.overload).toBeUndefined();
  expect(result.limit.mean).toBeGreaterThan(3);
  expect(result.limit.max).toBeLessThanOrEqual(40);
  expect(await simulate(options)).toEqual(result);
  const { limit, curve } = await explore({ ...options, duration: 20_000, warmUp: 0 });
  expect(limit).toBeUndefined();
  expect(curve.length).toBeGreaterThan(4);
});
