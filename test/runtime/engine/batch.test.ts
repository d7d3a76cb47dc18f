import { describe, expect, it } from 'vitest';
import type { BatchContext, BatchOutcome } from '../../../runtime/src/types.js';
import { useRedis } from '../../support/shared-redis.js';
import { eachBroker, type KeyedJob, stage } from './brokers.js';

const redis = useRedis();
const LONG = 60_000;

describe.each(eachBroker(redis))('batches over the %s broker', (_, open) => {
  const { start } = stage(open);

  /** A batch handler that notes what it was given, and answers as it is told. */
  function noting(
    answer: (jobs: readonly KeyedJob[], context: BatchContext) => BatchOutcome | undefined = () => undefined,
  ) {
    const batches: number[][] = [];
    const handler = (jobs: readonly KeyedJob[], context: BatchContext) => {
      batches.push(jobs.map(({ n }) => n));
      return answer(jobs, context);
    };
    return { batches, handler };
  }

  it('hands over a batch when it is full', async () => {
    const { batches, handler } = noting();
    const { worker, publish, until } = start({ batch: { maxSize: 3, maxWait: LONG } }, handler);
    for (const n of [1, 2, 3, 4, 5, 6]) await publish({ n });
    await worker.start();
    await until('acked', 6);
    expect(batches).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
  });

  it('or when its oldest message has waited long enough', async () => {
    const { batches, handler } = noting();
    const { worker, publish, until } = start({ batch: { maxSize: 100, maxWait: 50 } }, handler);
    await worker.start();
    await Promise.all([1, 2].map((n) => publish({ n })));
    await until('acked', 2);
    expect(batches.flat()).toEqual([1, 2]);
  });

  it('works batches side by side, as many as maxWorkers says', async () => {
    let running = 0;
    let most = 0;
    const release: (() => void)[] = [];
    const handler = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise<void>((resolve) => release.push(resolve));
      running -= 1;
    };
    const policy = { concurrency: { maxWorkers: 2 }, batch: { maxSize: 2, maxWait: LONG } };
    const { worker, publish, until } = start(policy, handler);
    for (const n of [1, 2, 3, 4, 5, 6]) await publish({ n });
    await worker.start();
    await until('handler-started', 4);
    expect(most).toBe(2);
    expect(worker.status()[0]).toMatchObject({ running: 2 });
    release.shift()?.();
    await until('handler-started', 6);
    for (const end of release.splice(0)) end();
    await until('acked', 6);
    expect(most).toBe(2);
  });

  it('settles each message of a batch by its own outcome', async () => {
    const { batches, handler } = noting((jobs, { deliveries }) =>
      jobs.map(({ n }, i) => {
        if (n === 1) return { kind: 'deadLetter', reason: 'no good' };
        if (n === 2 && deliveries[i]?.attempt === 1) return { kind: 'retry', delay: 1 };
        return undefined;
      }),
    );
    const { worker, publish, until, of } = start({ batch: { maxSize: 3, maxWait: 20 } }, handler);
    await Promise.all([1, 2, 3].map((n) => publish({ n })));
    await worker.start();
    await until('acked', 2);
    await until('dead-lettered');
    expect(batches).toEqual([[1, 2, 3], [2]]);
    expect(of('dead-lettered').map(({ reason }) => reason)).toEqual(['no good']);
  });

  it('an exception fails all of them, and each is retried', async () => {
    const { batches, handler } = noting((_jobs, { deliveries }) => {
      if (deliveries[0]?.attempt === 1) throw new Error('all of you');
      return undefined;
    });
    const policy = { batch: { maxSize: 2, maxWait: 20 }, retry: { delay: 1, jitter: false } };
    const { worker, publish, until } = start(policy, handler);
    await Promise.all([1, 2].map((n) => publish({ n })));
    await worker.start();
    await until('acked', 2);
    expect(batches[0]).toEqual([1, 2]);
    expect(batches.slice(1).flat().sort()).toEqual([1, 2]);
  });

  it('holds messages of one key where there is an order, one batch of a key at a time', async () => {
    const { batches, handler } = noting();
    const policy = {
      concurrency: { orderBy: '$message.payload#/key', maxWorkers: 4 },
      batch: { maxSize: 2, maxWait: 20 },
    };
    const { worker, publish, until } = start(policy, handler);
    for (const n of [10, 20, 11, 21, 12]) await publish({ n, key: n < 20 ? 'a' : 'b' });
    await worker.start();
    await until('acked', 5);
    expect(batches.filter(([n = 0]) => n < 20)).toEqual([[10, 11], [12]]);
    expect(batches.filter(([n = 0]) => n >= 20)).toEqual([[20, 21]]);
  });

  it('tells a timeout to the batch and to each of its messages', async () => {
    const aborted: string[] = [];
    const handler = async (_jobs: readonly KeyedJob[], { signal, deliveries }: BatchContext) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      aborted.push(...deliveries.map((each) => String((each.signal.reason as { code: string }).code)));
      throw signal.reason;
    };
    const policy = {
      batch: { maxSize: 2, maxWait: 10 },
      timeout: { handler: 30 },
      retry: { maxAttempts: 1 },
    };
    const { worker, publish, until } = start(policy, handler);
    await Promise.all([1, 2].map((n) => publish({ n })));
    await worker.start();
    await until('dead-lettered', 2);
    expect(aborted).toEqual(['FS_HANDLER_TIMEOUT', 'FS_HANDLER_TIMEOUT']);
  });
});
