/** A retry that waits for long keeps its id and gets the rest back when it is due. */
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../runtime/src/core/clock.js';
import { memory } from '../../../runtime/src/memory/broker.js';
import { connect } from '../../../runtime/src/redis/broker.js';
import type { Broker, Clock } from '../../../runtime/src/types.js';
import { eventually } from '../../support/eventually.js';
import { fastClock } from '../../support/fast-clock.js';
import { type RedisServer, startRedis } from '../../support/redis-server.js';
import { jobContract, jobWorker, publishJobs } from './harness.js';

const clock = fastClock(50);
const POLICY = {
  retry: { delay: 10_000, jitter: false, maxAttempts: 2 },
  timeout: { lease: 600_000 },
} as const;
/** Leaves two seconds to whoever has something to do before it is due. */
const LATER = { ...POLICY, retry: { ...POLICY.retry, delay: 100_000, maxDelay: 100_000 } } as const;

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());

describe.each(['redis', 'memory'] as const)('a long retry on %s', (kind) => {
  let broker: Broker;
  let stop: (() => Promise<unknown>) | undefined;
  beforeAll(() => {
    broker = kind === 'redis' ? connect(server.url) : memory({ clock });
  });
  afterEach(() => stop?.());
  afterAll(() => broker.close());

  async function failing(contract: ReturnType<typeof jobContract>, ownClock: Clock = clock) {
    const seen: { n: number; attempt: number; id: string; headers: object }[] = [];
    const job = jobWorker(
      broker,
      contract,
      ({ n }, { attempt, id, headers }) => {
        seen.push({ n, attempt, id, headers: { ...headers } });
        if (attempt === 1) throw new Error('not yet');
      },
      { clock: ownClock },
    );
    stop = () => job.worker.stop({ grace: 0 });
    await job.worker.start();
    return { ...job, seen };
  }

  it('runs with the payload, the headers and the id that it had', async () => {
    const contract = jobContract(POLICY);
    const { until, seen } = await failing(contract);
    await publishJobs(broker, contract, 1, 7);
    await until('acked');
    const [first, second] = seen;
    expect(second).toEqual({ ...first, attempt: 2 });
    expect(second?.n).toBe(7);
    expect(Object.keys(second?.headers ?? {})).toContain('correlation_id');
  });

  it('is reported when its entry was deleted meanwhile, and holds no place', async () => {
    const contract = jobContract(LATER);
    const { until, seen, worker } = await failing(contract);
    const [published] = await publishJobs(broker, contract, 1);
    const id = published?.entryId ?? '';
    await until('retry-scheduled');
    await remove(contract.stream, id);
    expect((await until('entries-lost'))[0]?.ids).toEqual([id]);
    await eventually(
      () => (worker.status()[0]?.waiting === 0 && worker.status()[0]?.held === 0 ? true : undefined),
      'nothing is held',
    );
    expect(seen).toHaveLength(1);
  });

  it('is handed back when the worker stops, and runs elsewhere', async () => {
    const contract = jobContract(POLICY);
    // On the machine's clock: what a stop gives Redis to confirm would be a few milliseconds on the fast one.
    const { until, worker } = await failing(contract, systemClock);
    await publishJobs(broker, contract, 1);
    await until('retry-scheduled');
    expect(await worker.stop()).toMatchObject({ released: 1 });
    const other = await failing(contract);
    await other.until('acked');
    expect(other.seen).toMatchObject([{ n: 0, attempt: 2 }]);
  });

  async function remove(stream: string, id: string): Promise<void> {
    if ('deleteEntry' in broker) {
      (broker as ReturnType<typeof memory>).deleteEntry(stream, id);
      return;
    }
    const admin = new Redis(server.url);
    await admin.xdel(stream, id);
    admin.disconnect();
  }
});
