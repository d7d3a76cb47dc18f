import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { FsError } from '../../../runtime/src/errors.js';
import { memory } from '../../../runtime/src/memory/broker.js';
import { connect } from '../../../runtime/src/redis/broker.js';
import type { Broker } from '../../../runtime/src/types.js';
import { eventually } from '../../support/eventually.js';
import { freePort, type RedisServer, startRedis } from '../../support/redis-server.js';
import { controlledHandler, jobContract, jobWorker, otherConsumer, publishJobs } from './harness.js';

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());

/** The longest that a read waits; a test that has half of it does not survive that. */
const A_MINUTE = 60_000;
const NOTHING = { drained: 0, aborted: 0, released: 0, unacknowledged: 0 };

describe.each(['redis', 'memory'] as const)('stop on %s', (kind) => {
  let broker: Broker;
  beforeAll(() => {
    broker = kind === 'redis' ? connect(server.url) : memory();
  });
  afterAll(() => broker.close());

  it('lets what runs finish, and hands back at once what has not started', async () => {
    const contract = jobContract({ concurrency: { maxWorkers: 2, prefetch: 5 } });
    const handler = controlledHandler();
    const { worker, until } = jobWorker(broker, contract, handler.handler);
    await publishJobs(broker, contract, 10);
    await worker.start();
    const running = [await handler.next(), await handler.next()];
    const other = await otherConsumer(broker, contract);
    while ((await other.inspect()).pending < 7) await new Promise((resolve) => setImmediate(resolve));
    const stopped = worker.stop({ grace: 10_000 });
    await until('handed-back');
    const { entries } = await other.takeOver({ idleMs: 60_000, count: 10, cursor: '0-0' });
    expect(entries.map(({ deliveries }) => deliveries)).toEqual([0, 0, 0, 0, 0]);
    for (const call of running) call.succeed();
    expect(await stopped).toEqual({ ...NOTHING, drained: 2, released: 5 });
    expect(handler.calls).toHaveLength(2);
    expect((await other.inspect()).pending).toBe(5);
    await other.close();
  });

  it('aborts what still runs after the grace, and hands that back uncounted', async () => {
    const contract = jobContract();
    const handler = controlledHandler();
    const { worker } = jobWorker(broker, contract, (job, context) => {
      context.signal.addEventListener('abort', () => handler.calls[0]?.fail(new Error('interrupted')));
      return handler.handler(job, context);
    });
    await worker.start();
    await publishJobs(broker, contract, 1);
    const call = await handler.next();
    expect(await worker.stop({ grace: 0 })).toEqual({ ...NOTHING, aborted: 1, released: 1 });
    expect((call.signal.reason as FsError).code).toBe('FS_STOPPING');
    const other = await otherConsumer(broker, contract);
    const { entries } = await other.takeOver({ idleMs: 60_000, count: 1, cursor: '0-0' });
    expect(entries[0]?.deliveries).toBe(0);
    await other.close();
  });

  it('hands back even what ignores its signal', async () => {
    const contract = jobContract();
    const handler = controlledHandler();
    const { worker } = jobWorker(broker, contract, handler.handler);
    await worker.start();
    await publishJobs(broker, contract, 1);
    const call = await handler.next();
    expect(await worker.stop({ grace: 0 })).toEqual({ ...NOTHING, aborted: 1, released: 1 });
    call.succeed();
  });

  it('hands back a retry that waits', async () => {
    const contract = jobContract({ retry: { delay: 60_000, maxDelay: 60_000, jitter: false } });
    const { worker, until } = jobWorker(broker, contract, () => {
      throw new Error('no');
    });
    await worker.start();
    await publishJobs(broker, contract, 1);
    await until('retry-scheduled');
    expect(worker.status()[0]).toMatchObject({ held: 0, waiting: 1 });
    expect(await worker.stop()).toEqual({ ...NOTHING, released: 1 });
    const other = await otherConsumer(broker, contract);
    const { entries } = await other.takeOver({ idleMs: 60_000, count: 1, cursor: '0-0' });
    expect(entries[0]?.deliveries).toBe(1);
    await other.close();
  });

  it('is safe before the start, during it, and twice', async () => {
    const before = jobWorker(broker, jobContract(), () => {}).worker;
    expect(await before.stop()).toEqual(NOTHING);
    await expect(before.start()).rejects.toMatchObject({ code: 'FS_BROKER_CLOSED' });

    const during = jobWorker(broker, jobContract(), () => {}).worker;
    const starting = during.start();
    expect(await during.stop()).toEqual(NOTHING);
    await starting;
    expect(during.state).toBe('stopped');

    const twice = jobWorker(broker, jobContract(), () => {}).worker;
    await twice.start();
    const [one, other] = await Promise.all([twice.stop(), twice.stop()]);
    expect(one).toBe(other);
  });

  it('runs until it is told to end', async () => {
    const contract = jobContract();
    const { worker, until } = jobWorker(broker, contract, () => {});
    const end = new AbortController();
    const ran = worker.run({ signals: [], signal: end.signal });
    await until('worker-started');
    end.abort();
    expect(await ran).toEqual(NOTHING);
    expect((await until('worker-stopping'))[0]?.reason).toBe('the signal was aborted');
  });

  it(
    'ends a read that waits, instead of waiting with it',
    async () => {
      const consume = broker.consume.bind(broker);
      let begin = () => {};
      const begun = new Promise<void>((resolve) => {
        begin = resolve;
      });
      vi.spyOn(broker, 'consume').mockImplementationOnce(async (source) => {
        const consumer = await consume(source);
        const { read } = consumer;
        consumer.read = (count) => {
          begin();
          return read.call(consumer, count, A_MINUTE);
        };
        return consumer;
      });
      const { worker } = jobWorker(broker, jobContract(), () => {});
      await worker.start();
      await begun;
      if (kind === 'redis') await somebodyWaits();
      await worker.stop();
    },
    A_MINUTE / 2,
  );

  /** Until the read has arrived there, too. */
  async function somebodyWaits(): Promise<void> {
    const admin = new Redis(server.url);
    const waiting = async () => /blocked_clients:[1-9]/.test(await admin.info('clients'));
    await eventually(async () => ((await waiting()) ? true : undefined), 'the read waits');
    admin.disconnect();
  }

  it('removes its consumer from the group', async () => {
    const contract = jobContract();
    const { worker } = jobWorker(broker, contract, () => {});
    await worker.start();
    const other = await otherConsumer(broker, contract);
    await worker.stop();
    expect((await other.inspect()).consumers).toBeLessThanOrEqual(1);
    await other.close();
  });
});

describe('a broker that is not there', () => {
  it('rejects the start with where and why, and closes what it had opened', async () => {
    const port = await freePort();
    const broker = connect(`redis://user:secret@127.0.0.1:${port}`);
    const { worker } = jobWorker(broker, jobContract(), () => {}, { ownsBroker: true });
    const error = (await worker.start().catch((thrown: unknown) => thrown)) as FsError;
    expect(error).toBeInstanceOf(FsError);
    expect(error.code).toBe('FS_BROKER_UNREACHABLE');
    expect(error.message).toBe(
      `Redis at redis://127.0.0.1:${port} can't be reached: the connection was refused`,
    );
    expect(`${error.stack}${error.hint}`).not.toContain('secret');
    expect(worker.state).toBe('stopped');
  });

  it('says so in the log when run, and sets the exit code', async () => {
    const lines: string[] = [];
    const logger = {
      debug() {},
      info() {},
      warn() {},
      error: (_fields: object | string, message = '') => void lines.push(message),
      child: () => logger,
    };
    const broker = connect(`redis://127.0.0.1:${await freePort()}`);
    const { worker } = jobWorker(broker, jobContract(), () => {}, { ownsBroker: true, logger });
    const before = process.exitCode;
    try {
      await worker.run();
      expect(process.exitCode).toBe(1);
    } finally {
      process.exitCode = before;
    }
    expect(lines).toEqual([expect.stringContaining("can't be reached")]);
  });

  it('tells a wrong password apart', async () => {
    const locked = await startRedis({ args: ['--requirepass', 'right'] });
    const broker = connect(`redis://:wrong@127.0.0.1:${locked.port}`);
    await expect(broker.start()).rejects.toMatchObject({ code: 'FS_BROKER_AUTH' });
    await broker.close();
    await locked.stop();
  });
});
