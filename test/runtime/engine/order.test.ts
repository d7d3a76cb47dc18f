import { describe, expect, it } from 'vitest';
import type { PolicyDeclaration } from '../../../runtime/src/contract.js';
import { eventually } from '../../support/eventually.js';
import { useRedis } from '../../support/shared-redis.js';
import { eachBroker, type KeyedJob, stage } from './brokers.js';
import { controlledHandler } from './harness.js';

const redis = useRedis();

const ordered = (policy: PolicyDeclaration = {}): PolicyDeclaration => ({
  ...policy,
  concurrency: { orderBy: '$message.payload#/key', ...policy.concurrency },
});

describe.each(eachBroker(redis))('lanes over the %s broker', (_, open) => {
  const { start, another, broker: opened } = stage(open);

  it('one message of a key at a time, in order, and keys side by side', async () => {
    const { handler, next, calls } = controlledHandler();
    const { worker, publish } = start(ordered({ concurrency: { maxWorkers: 4 } }), handler);
    await worker.start();
    await publish({ n: 1, key: 'a' });
    await publish({ n: 2, key: 'a' });
    await publish({ n: 3, key: 'b' });
    const [first, second] = [await next(), await next()];
    expect([first, second].map(({ job }) => job.n)).toEqual([1, 3]);
    second.succeed();
    await publish({ n: 4, key: 'c' });
    const other = await next();
    expect(other.job.n).toBe(4);
    expect(calls).toHaveLength(3);
    first.succeed();
    expect((await next()).job.n).toBe(2);
    other.succeed();
    for (const call of calls) call.succeed();
  });

  it('a retry holds back its own key only', async () => {
    const seen: string[] = [];
    const { worker, publish, until } = start(
      ordered({ concurrency: { maxWorkers: 2 }, retry: { delay: 50, jitter: false } }),
      ({ n, key }: KeyedJob, { attempt }: { attempt: number }) => {
        seen.push(`${key}${n}/${attempt}`);
        if (key === 'a' && n === 1 && attempt < 3) throw new Error('not yet');
      },
    );
    for (const n of [1, 2]) for (const key of ['a', 'b']) await publish({ n, key });
    await worker.start();
    await until('acked', 4);
    expect(seen.filter((each) => each.startsWith('a'))).toEqual(['a1/1', 'a1/2', 'a1/3', 'a2/1']);
    expect(seen.indexOf('b2/1')).toBeLessThan(seen.indexOf('a1/2'));
  });

  it('what is released comes again before the next of its key', async () => {
    const seen: string[] = [];
    const { worker, publish, until } = start(
      ordered({ retry: { delay: 10, jitter: false } }),
      ({ n }: KeyedJob, { attempt }: { attempt: number }) => {
        seen.push(`${n}/${attempt}`);
        return seen.length === 1 ? { kind: 'release' } : undefined;
      },
    );
    await publish({ n: 1, key: 'a' });
    await publish({ n: 2, key: 'a' });
    await worker.start();
    await until('acked', 2);
    expect(seen).toEqual(['1/1', '1/1', '2/1']);
  });

  it('messages without a key share a lane', async () => {
    const { handler, next, calls } = controlledHandler();
    const { worker, publish } = start(ordered({ concurrency: { maxWorkers: 4 } }), handler);
    await publish({ n: 1 });
    await publish({ n: 2 });
    await publish({ n: 3, key: 'a' });
    await worker.start();
    expect([(await next()).job.n, (await next()).job.n]).toEqual([1, 3]);
    expect(calls).toHaveLength(2);
    calls[0]?.succeed();
    expect((await next()).job.n).toBe(2);
    for (const call of calls) call.succeed();
  });

  it('or are refused, and poison, where the contract says so', async () => {
    const { worker, publish, until, broker, contract } = start(
      ordered({ concurrency: { missingKey: 'deadLetter' } }),
      () => undefined,
    );
    await worker.start();
    await expect(publish({ n: 1 })).rejects.toMatchObject({ code: 'FS_KEY_MISSING' });
    await broker.append(contract.stream, [Buffer.from('__data__'), Buffer.from('{"n":1}')]);
    const [dead] = await until('dead-lettered');
    expect(dead?.reason).toContain('$message.payload#/key');
  });

  it('gives the handler its key', async () => {
    const keys: (string | undefined)[] = [];
    const { worker, publish, until } = start(
      ordered(),
      (_job: KeyedJob, { key }: { key?: string }) => void keys.push(key),
    );
    await worker.start();
    await publish({ n: 1, key: 'a' });
    await publish({ n: 2 });
    await until('acked', 2);
    expect(keys).toEqual(['a', undefined]);
  });

  it('a stream has one owner; another process takes over when it stops, and goes on in order', async () => {
    const { handler, next, calls } = controlledHandler();
    const broker = opened();
    const first = start(ordered({ concurrency: { maxWorkers: 2 } }), handler, broker);
    const second = another(first.contract, broker, handler);
    await first.worker.start();
    await first.until('owned');
    await second.worker.start();
    for (const n of [1, 2, 3]) await first.publish({ n, key: 'a' });
    // Who is the owner is for the two to work out; whoever it is works alone.
    const running = await next();
    expect(running.job.n).toBe(1);
    const owners = () =>
      [first, second].filter(({ worker }) => worker.status()[0]?.shards[0]?.owner === true);
    await eventually(() => (owners().length === 1 ? true : undefined), 'there is one owner');
    const [owner] = owners();
    const stopped = owner?.worker.stop();
    expect(calls).toHaveLength(1);
    running.succeed();
    expect(await stopped).toMatchObject({ aborted: 0, released: 2 });
    const call = await next();
    expect(call.job.n).toBe(2);
    call.succeed();
    const last = await next();
    expect(last.job.n).toBe(3);
    last.succeed();
  });
});
