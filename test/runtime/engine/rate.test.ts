import { describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { useRedis } from '../../support/shared-redis.js';
import { eachBroker, stage } from './brokers.js';

const redis = useRedis();

describe.each(eachBroker(redis))('a rate limit over the %s broker', (_, open) => {
  const { start, another, broker } = stage(open);

  /** The most of these times that lie in any window of so many milliseconds. */
  function most(times: readonly number[], per: number): number {
    const sorted = [...times].sort((a, b) => a - b);
    return Math.max(...sorted.map((from) => sorted.filter((at) => at >= from && at < from + per).length));
  }

  it.each(['group', 'process'] as const)('lets no more start in any window (%s)', async (scope) => {
    const starts: number[] = [];
    const policy = { concurrency: { maxWorkers: 10, rateLimit: { max: 5, per: 300, scope } } };
    const { worker, publish, until } = start(policy, () => void starts.push(performance.now()));
    await Promise.all(Array.from({ length: 16 }, (_each, n) => publish({ n })));
    await worker.start();
    await until('acked', 16);
    expect(most(starts, 300)).toBe(5);
  });

  it('is shared by all processes of the group, and what waits for it is nobody’s', async () => {
    const starts: number[] = [];
    const on = broker();
    const handler = () => void starts.push(performance.now());
    const policy = { concurrency: { maxWorkers: 10, prefetch: 50, rateLimit: { max: 6, per: 500 } } };
    const first = start(policy, handler, on);
    const second = another(first.contract, on, handler);
    await Promise.all(Array.from({ length: 20 }, (_each, n) => first.publish({ n })));
    await Promise.all([first.worker.start(), second.worker.start()]);
    await eventually(() => (starts.length >= 6 ? true : undefined), 'the first window is used up');
    await eventually(
      () => (first.of('rate-limited').length + second.of('rate-limited').length > 0 ? true : undefined),
      'somebody waits for a permit',
    );
    const held = [first, second].map(({ worker }) => worker.status()[0]?.queued ?? 0);
    expect(held).toEqual([0, 0]);
    await eventually(() => (starts.length === 20 ? true : undefined), 'everything is handled');
    expect(most(starts, 500)).toBe(6);
  });

  it('retries need leave as well', async () => {
    const starts: number[] = [];
    const policy = {
      concurrency: { maxWorkers: 10, rateLimit: { max: 3, per: 300 } },
      retry: { delay: 1, jitter: false },
    };
    const { worker, publish, until } = start(policy, (_job: unknown, { attempt }: { attempt: number }) => {
      starts.push(performance.now());
      if (attempt < 3) throw new Error('again');
    });
    await Promise.all([1, 2, 3].map((n) => publish({ n })));
    await worker.start();
    await until('acked', 3);
    expect(starts).toHaveLength(9);
    expect(most(starts, 300)).toBe(3);
  });
});
