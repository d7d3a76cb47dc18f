import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect } from '../../../runtime/src/redis/broker.js';
import type { Broker } from '../../../runtime/src/types.js';
import { eventually } from '../../support/eventually.js';
import { type RedisServer, startRedis } from '../../support/redis-server.js';
import { GROUP, jobContract, jobPublisher, jobWorker, publishJobs } from '../engine/harness.js';

describe('a worker whose Redis', () => {
  let server: RedisServer;
  let broker: Broker;
  let admin: Redis;
  let stopWorker: (() => Promise<unknown>) | undefined;

  beforeEach(async () => {
    server = await startRedis({ args: ['--appendonly', 'yes', '--appendfsync', 'always'] });
    broker = connect(server.url);
    admin = new Redis(server.url, { retryStrategy: () => 20 });
    admin.on('error', () => {});
  });
  afterEach(async () => {
    await stopWorker?.();
    stopWorker = undefined;
    await broker.close();
    admin.disconnect();
    await server.stop();
  });

  async function working() {
    const contract = jobContract({ concurrency: { maxWorkers: 3 }, retry: { delay: 0 } });
    const seen = new Map<number, number>();
    const job = jobWorker(broker, contract, ({ n }) => void seen.set(n, (seen.get(n) ?? 0) + 1));
    await job.worker.start();
    stopWorker = () => job.worker.stop({ grace: 0 });
    return { ...job, contract, seen };
  }

  it('drops every connection goes on, and leaves nothing stranded', async () => {
    const { contract, seen, until } = await working();
    const consumer = (await until('subscribed'))[0]?.consumer ?? '';
    // Entries that Redis delivered to this consumer in a reply that never came.
    await publishJobs(broker, contract, 5);
    await until('acked', 5);
    await admin.xadd(contract.stream, '*', '__data__', '{"n":100}');
    await eventually(() => (seen.has(100) ? true : undefined), 'the entry is handled');
    const stolen = await stealDelivery(consumer, contract.stream);
    await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await eventually(() => (seen.has(stolen) ? true : undefined), 'the stranded entry is handled');
    await until('disconnected');
    await until('reconnected');
    await publishJobs(broker, contract, 5, 200);
    const last = [200, 201, 202, 203, 204];
    await eventually(() => (last.every((n) => seen.has(n)) ? true : undefined), 'new entries are handled');
    await nothingPending(contract.stream);
  });

  /** Reads an entry in the worker's name, behind its back; gives its number. */
  async function stealDelivery(consumer: string, stream: string): Promise<number> {
    for (let n = 1_000; ; n++) {
      const [, read] = (await admin
        .multi()
        .xadd(stream, '*', '__data__', `{"n":${n}}`)
        .xreadgroup('GROUP', GROUP, consumer, 'COUNT', 1, 'STREAMS', stream, '>')
        .exec()) as [unknown, [unknown, unknown]];
      if (read[1] !== null) return n;
    }
  }

  async function pending(stream: string): Promise<number> {
    const [count] = (await admin.xpending(stream, GROUP)) as [number];
    return count;
  }

  /** That a message is handled doesn't say that it is acknowledged: many go in one command, which comes later. */
  async function nothingPending(stream: string): Promise<void> {
    await eventually(async () => ((await pending(stream)) === 0 ? true : undefined), 'nothing is pending');
  }

  it('is restarted goes on where it was', async () => {
    const { contract, seen, until } = await working();
    await publishJobs(broker, contract, 10);
    await until('acked', 10);
    await server.kill('SIGKILL');
    await until('disconnected');
    await server.start();
    await eventually(() => admin.ping().catch(() => undefined), 'the server answers');
    await publishJobs(broker, contract, 10, 10);
    await until('acked', 20);
    expect(seen.size).toBe(20);
    expect(await pending(contract.stream)).toBe(0);
  });

  it.each([
    ['loses the group', (stream: string) => admin.multi().xgroup('DESTROY', stream, GROUP)],
    ['loses the stream', (stream: string) => admin.multi().del(stream)],
    ['is flushed', () => admin.multi().flushall()],
  ])('%s makes the group again and reads from the beginning', async (_, destroy) => {
    const { contract, seen, until, of } = await working();
    await publishJobs(broker, contract, 3);
    await until('acked', 3);
    // In the same moment, so that a group made again at the stream's end would miss it.
    await destroy(contract.stream).xadd(contract.stream, '*', '__data__', '{"n":50}').exec();
    await publishJobs(broker, contract, 3, 3);
    await eventually(
      () => ([3, 4, 5, 50].every((n) => seen.has(n)) ? true : undefined),
      'new entries are handled',
    );
    await nothingPending(contract.stream);
    expect(of('group-created').at(-1)).toMatchObject({ again: true, from: '0' });
    // One new group, not a loop that makes it again and again.
    expect(of('group-created').length).toBeLessThanOrEqual(2);
    expect(of('broker-failed').length).toBeLessThanOrEqual(2);
  });

  it('falls silent without a word is left for a new connection, and nothing stays stuck', async () => {
    // Long enough for a server that is only slow, so that what times out is the silence.
    const impatient = connect({ url: server.url, commandTimeout: 1_000, connectTimeout: 1_000 });
    const contract = jobContract({ concurrency: { maxWorkers: 3 }, retry: { delay: 0 } });
    let finish = () => {};
    const { worker, until, of } = jobWorker(impatient, contract, ({ n }) =>
      n === 0 ? new Promise<void>((resolve) => (finish = resolve)) : undefined,
    );
    await worker.start();
    await publishJobs(broker, contract, 1);
    await until('handler-started');
    // The kernel keeps its connections open and takes new ones; nobody answers.
    server.pause();
    finish();
    const client = jobPublisher(impatient, contract, 60_000);
    const published = client.jobs({ n: 1 });
    await until('broker-failed', 2);
    await until('disconnected');
    server.resume();
    await published;
    await until('acked', 2);
    await until('reconnected');
    expect(await admin.xlen(contract.stream)).toBe(2);
    expect(await pending(contract.stream)).toBe(0);
    expect(of('handler-started').length).toBe(2);
    await worker.stop();
    await impatient.close();
  });

  it('is full can be started on, for it is consumers who free memory', async () => {
    const contract = jobContract({ concurrency: { maxWorkers: 3 } });
    const { worker, until } = jobWorker(broker, contract, () => undefined);
    stopWorker = () => worker.stop({ grace: 0 });
    await admin.xgroup('CREATE', contract.stream, GROUP, '0', 'MKSTREAM');
    await publishJobs(broker, contract, 3);
    await admin.config('SET', 'maxmemory', '1');
    await worker.start();
    await until('acked', 3);
    expect(await pending(contract.stream)).toBe(0);

    const stranger = jobWorker(broker, jobContract(), () => undefined);
    await expect(stranger.worker.start()).rejects.toMatchObject({ code: 'FS_BROKER_FULL' });
  });

  it('keeps what was done until it can be acknowledged', async () => {
    const contract = jobContract();
    let finish = () => {};
    const { worker, until } = jobWorker(
      broker,
      contract,
      () => new Promise<void>((resolve) => (finish = resolve)),
    );
    stopWorker = () => worker.stop({ grace: 0 });
    await worker.start();
    await publishJobs(broker, contract, 1);
    await until('handler-started');
    await server.kill('SIGKILL');
    finish();
    await until('broker-failed');
    await server.start();
    await until('acked');
    expect(await pending(contract.stream)).toBe(0);
  });
});
