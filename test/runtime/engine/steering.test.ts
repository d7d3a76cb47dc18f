import { describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.js';
import { useRedis } from '../../support/shared-redis.js';
import { eachBroker, stage } from './brokers.js';
import { controlledHandler, GROUP } from './harness.js';

const redis = useRedis();

describe.each(eachBroker(redis))('a running worker over the %s broker', (_, open) => {
  const { start, another, broker } = stage(open);

  it('is paused and resumed', async () => {
    const { handler, next, calls } = controlledHandler();
    const { worker, publish, of } = start({ concurrency: { prefetch: 2 } }, handler);
    await worker.start();
    await publish({ n: 1 });
    const first = await next();
    worker.pause('onJob');
    await publish({ n: 2 });
    first.succeed();
    await eventually(() => (of('acked').length === 1 ? true : undefined), 'what ran is acknowledged');
    expect(worker.status()[0]).toMatchObject({ paused: true, running: 0 });
    expect(calls).toHaveLength(1);
    worker.resume();
    (await next()).succeed();
    expect([...of('paused'), ...of('resumed')].map(({ kind, by }) => `${kind} by ${by}`)).toEqual([
      'paused by worker',
      'resumed by worker',
    ]);
  });

  it('works with another limit, until it is told to go by the contract again', async () => {
    const { handler, next } = controlledHandler();
    const { worker, publish, of } = start({ concurrency: { maxWorkers: 1 } }, handler);
    await worker.start();
    for (const n of [1, 2, 3]) await publish({ n });
    const calls = [await next()];
    worker.setLimit('onJob', 3);
    calls.push(await next(), await next());
    worker.setLimit('onJob', null);
    expect(of('limit-changed').map(({ from, to }) => [from, to])).toEqual([
      [1, 3],
      [3, 1],
    ]);
    for (const call of calls) call.succeed();
  });

  it('refuses a limit that is none, and an operation that it does not have', async () => {
    const { worker } = start({}, () => undefined);
    await worker.start();
    expect(() => worker.setLimit('onJob', 0)).toThrow('whole number from 1');
    expect(() => worker.pause('onJop')).toThrow('no operation onJop');
  });

  it('does what was set for its whole group, and so does one that comes later', async () => {
    const { handler, next, calls } = controlledHandler();
    const on = broker();
    const first = start({ concurrency: { maxWorkers: 1 } }, handler, on);
    const operator = on.coordinate({ stream: first.contract.stream, group: GROUP, member: 'operator' });
    await first.worker.start();
    await operator.steer({ paused: true, limit: 2 });
    await first.until('paused');
    const second = another(first.contract, on, handler);
    await second.worker.start();
    await second.until('paused');
    for (const n of [1, 2, 3, 4]) await first.publish({ n });
    expect([first, second].map(({ worker }) => worker.status()[0]?.limit)).toEqual([2, 2]);
    expect(calls).toHaveLength(0);
    await operator.steer({ paused: false });
    const all = [await next(), await next(), await next(), await next()];
    for (const call of all) call.succeed();
    await operator.steer({ limit: null });
    await first.until('limit-changed', 2);
    expect(first.worker.status()[0]?.limit).toBe(1);
  });
});
