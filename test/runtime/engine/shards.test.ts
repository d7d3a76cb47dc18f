import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { shardKey, shardOf } from '../../../runtime/src/core/shards.js';
import { eventually } from '../../support/eventually.js';
import { useRedis } from '../../support/shared-redis.js';
import { eachBroker, type KeyedJob, stage } from './brokers.js';
import { controlledHandler, type JobContract, jobPublisher } from './harness.js';

const redis = useRedis();
const ORDER = { orderBy: '$message.payload#/key' };

/** The same channel with another number of shards. */
function withShards({ stream, contract }: JobContract, shards: number): JobContract {
  const { jobs } = contract.channels;
  const policy = { ...contract.operations.onJob.policy };
  const own = { ...policy, stream: { ...policy.stream, shards } };
  const channel = { ...jobs, policy: own } as typeof jobs;
  const onJob = { ...contract.operations.onJob, channel, policy: own } as typeof contract.operations.onJob;
  return { stream, contract: { ...contract, channels: { jobs: channel }, operations: { onJob } } };
}

describe.each(eachBroker(redis))('shards over the %s broker', (_, open) => {
  const { start, another, broker } = stage(open);

  it('messages of a key lie in one of them, and all are worked', async () => {
    const seen: string[] = [];
    const policy = { concurrency: { ...ORDER, maxWorkers: 4 }, stream: { shards: 4 } };
    const { worker, publish, until } = start(
      policy,
      ({ n, key }: KeyedJob, { stream }: { stream: string }) => {
        seen.push(`${stream} ${key} ${n}`);
      },
    );
    await worker.start();
    for (let n = 0; n < 40; n++) await publish({ n, key: `k${n % 10}` });
    await until('acked', 40);
    expect(new Set(seen.map((each) => each.split(' ')[0])).size).toBeGreaterThan(1);
    const places = new Set(seen.map((each) => each.split(' ').slice(0, 2).join(' ')));
    expect(places.size).toBe(10);
  });

  it('without an order, messages are spread by their ids', async () => {
    const streams = new Set<string>();
    const { worker, publish, until } = start(
      { stream: { shards: 3 } },
      (_job: KeyedJob, { stream }: { stream: string }) => void streams.add(stream),
    );
    await worker.start();
    await Promise.all(Array.from({ length: 60 }, (_each, n) => publish({ n })));
    await until('acked', 60);
    expect(streams.size).toBe(3);
  });

  it.each([
    ['with', ORDER],
    ['without', {}],
  ])('%s an order, a backlog in one leaves the others their turns', async (_name, order) => {
    const seen = new Map<string, number>();
    let handled = 0;
    const policy = { concurrency: { ...order, maxWorkers: 2, prefetch: 0 }, stream: { shards: 4 } };
    const { worker, publish, until } = start(
      policy,
      async (_job: KeyedJob, { stream }: { stream: string }) => {
        await turn();
        handled += 1;
        // The first half: by the end, all have been worked anyway.
        if (handled <= 200) seen.set(stream, (seen.get(stream) ?? 0) + 1);
      },
    );
    await Promise.all(Array.from({ length: 400 }, (_each, n) => publish({ n, key: `k${n}` })));
    await worker.start();
    await until('acked', 400);
    expect(seen.size).toBe(4);
    expect(Math.min(...seen.values())).toBeGreaterThan(10);
  });

  it('are divided evenly among the processes, and divided anew when one goes', async () => {
    const on = broker();
    const policy = { concurrency: ORDER, stream: { shards: 8 }, timeout: { lease: 2_000 } };
    const first = start(policy, () => undefined, on);
    const second = another(first.contract, on, () => undefined);
    await first.worker.start();
    await second.worker.start();
    const owned = () =>
      [first, second].map(
        ({ worker }) => worker.status()[0]?.shards.filter(({ owner }) => owner === true).length ?? 0,
      );
    await eventually(() => (owned().every((count) => count === 4) ? true : undefined), 'each has four');
    await second.worker.stop();
    await eventually(() => (owned()[0] === 8 ? true : undefined), 'the one that is left has all');
  });

  it('never runs more than maxWorkers over all of them', async () => {
    const { handler, next, calls } = controlledHandler();
    const policy = { concurrency: { ...ORDER, maxWorkers: 2 }, stream: { shards: 4 } };
    const { worker, publish } = start(policy, handler);
    await worker.start();
    for (let n = 0; n < 8; n++) await publish({ n, key: `k${n}` });
    await next();
    await next();
    expect(worker.status()[0]).toMatchObject({ limit: 2, running: 2 });
    expect(calls).toHaveLength(2);
    for (let n = 2; n < 8; n++) {
      calls[n - 2]?.succeed();
      await next();
    }
    for (const call of calls) call.succeed();
  });

  it('can be raised: what was published before comes before what is published afterwards', async () => {
    const on = broker();
    const seen: number[] = [];
    const { handler, next } = controlledHandler();
    const noting: typeof handler = (job, context) => {
      seen.push(job.n);
      return handler(job, context);
    };
    const old = start({ concurrency: ORDER }, noting, on);
    // A key that moves out of the first shard when there are three.
    const key = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].find(
      (each) => shardOf(old.contract.stream, each, 3) === shardKey(old.contract.stream, 2),
    ) as string;
    await old.worker.start();
    await old.publish({ n: 1, key });
    await old.publish({ n: 2, key });
    const running = await next();
    const raised = withShards(old.contract, 3);
    const young = another(raised, on, noting);
    await young.worker.start();
    const publisher = jobPublisher(on, raised, 5_000);
    await publisher.jobs({ n: 3, key } as KeyedJob);
    // One who does not know yet is told, and publishes to where the key lies now.
    await old.publish({ n: 4, key });
    await eventually(
      () => (old.worker.status()[0]?.shards.length === 3 ? true : undefined),
      'the older process has heard of it',
    );
    expect(seen).toEqual([1]);
    running.succeed();
    for (let n = 2; n <= 4; n++) (await next()).succeed();
    expect(seen).toEqual([1, 2, 3, 4]);
    await publisher.close();
  });
});
