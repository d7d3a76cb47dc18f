/** Queues whose figures are known by a formula, and what only the engine can know. */
import { expect, it } from 'vitest';
import type { PolicyDeclaration } from '../../../runtime/src/contract.js';
import { boundsOf } from '../../../runtime/src/plan/capacity.js';
import { type SimulationOptions, simulate } from '../../../runtime/src/plan/index.js';
import { setupOf } from '../../../runtime/src/plan/options.js';

const base = {
  operation: 'onJob',
  policy: { concurrency: { maxWorkers: 4, prefetch: 0 } },
  arrivals: { kind: 'poisson', perSecond: 28 },
  time: { kind: 'exponential', mean: 100 },
  roundTrip: 0,
} satisfies SimulationOptions;

const near = (value: number, expected: number, share: number) =>
  expect(Math.abs(value / expected - 1), `${value} instead of ${expected}`).toBeLessThan(share);

/** Mean wait of a queue with `c` servers, Poisson arrivals and exponential times: Erlang's formula C. */
function erlangWait(perSecond: number, mean: number, c: number): number {
  const load = (perSecond * mean) / 1_000;
  let term = 1;
  let sum = 1;
  for (let k = 1; k < c; k++) {
    term *= load / k;
    sum += term;
  }
  const last = ((term * load) / c) * (c / (c - load));
  return ((last / (sum + last)) * mean) / (c - load);
}

it('agrees with the formula for a queue of several servers', async () => {
  const waits: number[] = [];
  for (const seed of [1, 2, 3]) {
    const result = await simulate({ ...base, duration: 100_000, seed });
    waits.push(result.waiting.mean);
    near(result.throughput, 28, 0.1);
    near(result.utilisation, 0.7, 0.1);
    // Little's law: in the system are the rate times how long each stays.
    near(result.inSystem.mean, (result.throughput * (result.waiting.mean + 100)) / 1_000, 0.05);
    expect(result.overload).toBeUndefined();
    expect(result.running.max).toBe(4);
  }
  near(waits.reduce((sum, wait) => sum + wait, 0) / waits.length, erlangWait(28, 100, 4), 0.25);
});

it('agrees with the formula when two processes share the work', async () => {
  const options = { ...base, policy: { concurrency: { maxWorkers: 2, prefetch: 0 } }, processes: 2 };
  const waits: number[] = [];
  for (const seed of [1, 2, 3])
    waits.push((await simulate({ ...options, duration: 100_000, seed })).waiting.mean);
  near(waits.reduce((sum, wait) => sum + wait, 0) / waits.length, erlangWait(28, 100, 4), 0.25);
});

it('the same seed gives the same figures, and another one others', async () => {
  const options = { ...base, duration: 20_000, roundTrip: 0.3 };
  const [one, same, other] = [
    await simulate(options),
    await simulate(options),
    await simulate({ ...options, seed: 2 }),
  ];
  expect(same).toEqual(one);
  expect(other.waiting).not.toEqual(one.waiting);
});

it('messages that come evenly, for handlers that always take the same, wait for nothing but Redis', async () => {
  const { waiting, held } = await simulate({
    ...base,
    arrivals: { kind: 'constant', perSecond: 30 },
    time: { kind: 'fixed', ms: 100 },
    roundTrip: 2,
    duration: 20_000,
  });
  expect(waiting.p50).toBeCloseTo(1, 6);
  expect(waiting.max).toBeLessThan(5);
  expect(held.max).toBeLessThanOrEqual(4);
});

it('says that more comes than gets done, by how much, and why', async () => {
  const { overload, throughput, waiting } = await simulate({
    ...base,
    arrivals: { kind: 'poisson', perSecond: 60 },
    duration: 60_000,
  });
  expect(overload?.by).toBe('workers');
  near(overload?.growth ?? 0, 20, 0.25);
  near(throughput, 40, 0.05);
  expect(waiting.p99).toBeGreaterThan(10_000);
});

it('says that the backlog grows where no formula does: each message waits for its round trips', async () => {
  const { overload, throughput } = await simulate({
    ...base,
    arrivals: { kind: 'constant', perSecond: 100 },
    time: { kind: 'fixed', ms: 20 },
    roundTrip: 60,
    duration: 30_000,
  });
  // Four workers could do 200 a second.
  expect(throughput).toBeLessThan(80);
  expect(overload?.growth).toBeGreaterThan(20);
  expect(overload?.by).toBeUndefined();
});

it('handlers that are aborted count with the time that they get, and with their further attempts', async () => {
  const policy: PolicyDeclaration = {
    concurrency: { maxWorkers: 4 },
    timeout: { handler: 150 },
    retry: { maxAttempts: 10, delay: 1, jitter: false },
  };
  const options: SimulationOptions = {
    ...base,
    policy,
    time: { kind: 'samples', ms: [60, 60, 60, 5_000] },
    duration: 30_000,
  };
  // 82.5 ms a call, and four calls for three messages: 36.4 messages a second are the most.
  const bounds = (perSecond: number) =>
    boundsOf(setupOf({ ...options, arrivals: { kind: 'constant', perSecond } }));
  near(bounds(30)[0]?.perSecond ?? 0, 36.4, 0.03);
  const many = await simulate({ ...options, arrivals: { kind: 'constant', perSecond: 45 } });
  expect(many.overload?.by).toBe('workers');
  near(many.throughput, 36.4, 0.05);
  const fewer = await simulate({ ...options, arrivals: { kind: 'constant', perSecond: 30 } });
  expect(fewer.overload).toBeUndefined();
});

it('counts retries and dead letters as the policy makes them', async () => {
  const policy = { ...base.policy, retry: { maxAttempts: 3, delay: 10, jitter: false } };
  const { retries, deadLettered, throughput } = await simulate({
    ...base,
    policy,
    arrivals: { kind: 'poisson', perSecond: 10 },
    failures: 0.5,
    duration: 200_000,
    warmUp: 0,
  });
  // Half of the messages fail once, a quarter twice; an eighth fails for good.
  near(retries, 10 * 200 * 0.75, 0.1);
  near(deadLettered, 10 * 200 * 0.125, 0.2);
  near(throughput, 10 * 0.875, 0.1);
});

it('publishers are refused when the backlog is full', async () => {
  const { refused, inSystem } = await simulate({
    ...base,
    policy: { ...base.policy, stream: { maxBacklog: 20 } },
    arrivals: { kind: 'poisson', perSecond: 80 },
    duration: 20_000,
    warmUp: 0,
  });
  near(refused, 20 * 40, 0.2);
  expect(inSystem.max).toBeLessThanOrEqual(21);
});

it('takes arrivals as they are listed', async () => {
  const { waiting, arrived } = await simulate({
    ...base,
    policy: { concurrency: { maxWorkers: 1, prefetch: 0 } },
    arrivals: { kind: 'list', ms: [100, 100, 100, 1_000] },
    time: { kind: 'fixed', ms: 50 },
    warmUp: 0,
  });
  expect(arrived).toBe(4);
  expect(waiting).toMatchObject({ mean: 37.5, p50: 0, p99: 100, max: 100 });
});

it('tells everything that is wrong with its options at once', async () => {
  const wrong: SimulationOptions = {
    ...base,
    arrivals: { kind: 'poisson', perSecond: 0 },
    time: { kind: 'fixed', ms: -1 },
    processes: 0,
    failures: 1,
  };
  const error = await Promise.resolve()
    .then(() => simulate(wrong))
    .catch((cause: unknown) => cause);
  expect(error).toMatchObject({ code: 'FS_PLAN_INVALID' });
  for (const part of ['arrivals: 0 a second', 'time: -1 ms', 'processes: 0', 'failures: 1'])
    expect(String(error)).toContain(part);
});
