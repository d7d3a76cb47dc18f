/** A stream that was another process's for a while, and comes back to one that still has pending entries of its own there. */
import { Redis } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import { connect } from '../../../runtime/src/redis/broker.js';
import { useRedis } from '../../support/shared-redis.js';
import { GROUP, type Job, jobContract, jobWorker, otherConsumer, publishJobs } from './harness.js';

const redis = useRedis();

test('what another process has handed back comes before what it had not got to', async () => {
  const broker = connect(redis.url);
  const admin = new Redis(redis.url);
  const contract = jobContract({
    concurrency: { maxWorkers: 2, orderBy: '$message.payload#/key' },
    timeout: { lease: 600 },
  });
  const started: number[] = [];
  let holdBack = true;
  const handler = async ({ n }: Job, { signal }: { signal: AbortSignal }) => {
    started.push(n);
    if (!holdBack) return;
    await new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  };
  const { worker, until } = jobWorker(broker, contract, handler);
  const other = await otherConsumer(broker, contract);
  onTestFinished(async () => {
    await worker.stop({ grace: 0 });
    await other.close();
    await broker.close();
    admin.disconnect();
  });
  await worker.start();
  await until('owned');
  await publishJobs(broker, contract, 10);
  await until('handler-started');
  while ((await admin.xpending(contract.stream, GROUP))[0] !== 10) await new Promise(setImmediate);

  // As when Redis was away for longer than the lease, and another process asked first.
  const owner = `{${contract.stream}}:fs:owner:${GROUP}`;
  do await admin.del(owner);
  while ((await other.own(60_000)) === undefined);
  const { entries } = await other.drain({ count: 4, cursor: '0-0', known: new Set() });
  holdBack = false;
  await until('lease-lost');
  await until('disowned');
  await other.handBack(entries.map(({ id, deliveries }) => ({ id, deliveries })));
  await other.disown();
  await until('owned', 2);
  await until('acked', 10);
  expect(started.slice(1)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});
