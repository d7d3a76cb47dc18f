/** What bounds a stream: its age, its backlog, the size of a message. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { PolicyDeclaration } from '../../../runtime/src/contract.js';
import { Client } from '../../../runtime/src/engine/client.js';
import { memory } from '../../../runtime/src/memory/broker.js';
import { connect } from '../../../runtime/src/redis/broker.js';
import type { Broker } from '../../../runtime/src/types.js';
import { eventually } from '../../support/eventually.js';
import { type RedisServer, startRedis } from '../../support/redis-server.js';
import { GROUP, type JobContract, jobContract, jobWorker, otherConsumer, publishJobs } from './harness.js';

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());

interface Publishers {
  readonly jobs: (
    job: { n: number; text?: string },
    options?: { whenFull?: 'refuse' | 'wait'; signal?: AbortSignal },
  ) => Promise<{ entryId: string }>;
}

function publisher(
  broker: Broker,
  { contract }: JobContract,
  policy: PolicyDeclaration = {},
  options: { timeout?: number; maxMessageBytes?: number } = {},
) {
  const jobs = { ...contract.channels.jobs, policy };
  const client = new Client<Publishers>({ channels: { jobs } }, { broker, ownsBroker: false, ...options });
  return client.publish.jobs;
}

describe.each(['redis', 'memory'] as const)('limits on %s', (kind) => {
  let broker: Broker;
  const stops: (() => Promise<unknown>)[] = [];
  beforeAll(() => {
    broker = kind === 'redis' ? connect(server.url) : memory();
  });
  afterEach(async () => {
    await Promise.all(stops.splice(0).map((stop) => stop()));
  });
  afterAll(() => broker.close());

  const start = async (...args: Parameters<typeof jobWorker>) => {
    const job = jobWorker(...args);
    stops.push(() => job.worker.stop({ grace: 0 }));
    await job.worker.start();
    return job;
  };
  const left = async (contract: JobContract): Promise<number> => {
    const other = await otherConsumer(broker, contract, 'watcher');
    const { length } = await other.inspect();
    await other.close();
    return length;
  };

  it('trim 0: what is settled is gone at once', async () => {
    const contract = jobContract({ concurrency: { maxWorkers: 5 }, stream: { trim: 0 } });
    const { until, of } = await start(broker, contract, () => undefined);
    await publishJobs(broker, contract, 50);
    await until('acked', 50);
    await eventually(async () => ((await left(contract)) === 0 ? true : undefined), 'the stream is empty');
    // Told when Redis's reply has come, and that may be after others have seen it.
    const trimmed = () => of('trimmed').reduce((sum, { count }) => sum + count, 0);
    await eventually(() => (trimmed() >= 50 ? true : undefined), 'all of it was told');
    expect(trimmed()).toBe(50);
  });

  it('trim 0 keeps what another group has not settled', async () => {
    const contract = jobContract({ stream: { trim: 0 } });
    const other = await broker.consume({
      stream: contract.stream,
      group: 'slow',
      consumer: 'slow',
      startFrom: 'beginning',
    });
    const { until } = await start(broker, contract, () => undefined);
    await publishJobs(broker, contract, 3);
    await until('acked', 3);
    const read = await other.read(9, 1_000);
    expect(read).toHaveLength(3);
    await other.ack(read.slice(0, 2).map(({ id }) => id));
    await publishJobs(broker, contract, 1);
    await until('trimmed');
    expect(await left(contract)).toBe(2);
    await other.close();
  });

  it('maxBacklog refuses beyond it, with the room there is, and takes again when there is some', async () => {
    const contract = jobContract();
    const publish = publisher(broker, contract, { stream: { maxBacklog: 3 } });
    const results = await Promise.allSettled([1, 2, 3, 4, 5].map((n) => publish({ n })));
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
    ]);
    await expect(publish({ n: 6 })).rejects.toMatchObject({ code: 'FS_BACKLOG_FULL', room: 0 });
    const { until } = await start(broker, contract, () => undefined);
    await until('acked', 3);
    await publish({ n: 7 });
    await until('acked', 4);
  });

  it('whenFull wait: goes out when there is room, in its order', async () => {
    const contract = jobContract();
    const publish = publisher(broker, contract, { stream: { maxBacklog: 2 } });
    const published = [1, 2, 3, 4, 5, 6].map((n) => publish({ n }, { whenFull: 'wait' }));
    await Promise.all(published.slice(0, 2));
    const withdraw = new AbortController();
    const withdrawn = publish({ n: 99 }, { whenFull: 'wait', signal: withdraw.signal });
    await expect(publish({ n: 98 })).rejects.toMatchObject({ code: 'FS_BACKLOG_FULL' });
    withdraw.abort(new Error('not any more'));
    await expect(withdrawn).rejects.toThrow('not any more');
    const seen: number[] = [];
    await start(broker, contract, ({ n }) => void seen.push(n));
    await Promise.all(published);
    await eventually(() => (seen.length === 6 ? true : undefined), 'all are handled');
    expect(seen).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('whenFull wait: gives up after the publish timeout', async () => {
    const contract = jobContract();
    const policy = { stream: { maxBacklog: 1 } };
    await publisher(broker, contract, policy)({ n: 1 });
    const publish = publisher(broker, contract, policy, { timeout: 100 });
    await expect(publish({ n: 2 }, { whenFull: 'wait' })).rejects.toMatchObject({ code: 'FS_BACKLOG_FULL' });
  });

  it('maxMessageBytes: refused when published, poison when received, whole in the dead letters', async () => {
    const contract = jobContract({ concurrency: { maxWorkers: 3 } });
    const small = publisher(broker, contract, {}, { maxMessageBytes: 1_000 });
    await expect(small({ n: 1, text: 'x'.repeat(1_000) })).rejects.toMatchObject({
      code: 'FS_PUBLISH_TOO_LARGE',
      channel: 'jobs',
    });
    const large = publisher(broker, contract, {}, { maxMessageBytes: 10_000_000 });
    await large({ n: 2, text: 'x'.repeat(5_000_000) });
    await small({ n: 3 });
    const { until, of } = await start(broker, contract, () => undefined, { maxMessageBytes: 1_000 });
    await until('acked');
    const [dead] = await until('dead-lettered');
    expect(dead?.reason).toMatch(/^The message has 5000\d+ bytes, and 1000 are allowed$/);
    expect(of('handler-started')).toHaveLength(1);
    const graves = await broker.consume({
      stream: dead?.target ?? '',
      group: GROUP,
      consumer: 'c',
      startFrom: 'beginning',
    });
    const [entry] = await graves.read(1, 0);
    expect(entry?.fields?.[1]?.length).toBeGreaterThan(5_000_000);
    await graves.close();
  });
});
