import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { systemClock } from '../../../runtime/src/core/clock.js';
import { Settle } from '../../../runtime/src/core/outcome.js';
import { Client } from '../../../runtime/src/engine/client.js';
import { FsError } from '../../../runtime/src/errors.js';
import { memory } from '../../../runtime/src/memory/broker.js';
import { connect } from '../../../runtime/src/redis/broker.js';
import type { Broker } from '../../../runtime/src/types.js';
import { eventually } from '../../support/eventually.js';
import { type RedisServer, startRedis } from '../../support/redis-server.js';
import { controlledHandler, jobContract, jobWorker, otherConsumer, publishJobs } from './harness.js';

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());

/** No wait at all between attempts, so that tests needn't either. */
const AT_ONCE = { delay: 0, jitter: false } as const;

describe.each(['redis', 'memory'] as const)('delivery on %s', (kind) => {
  let broker: Broker;
  const workers: { stop(options: { grace: number }): Promise<unknown> }[] = [];
  const start = async (...args: Parameters<typeof jobWorker>) => {
    const job = jobWorker(...args);
    workers.push(job.worker);
    await job.worker.start();
    return job;
  };

  beforeAll(() => {
    broker = kind === 'redis' ? connect(server.url) : memory();
  });
  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.stop({ grace: 0 })));
  });
  afterAll(() => broker.close());

  it('handles every message once and leaves nothing pending', async () => {
    const contract = jobContract({ concurrency: { maxWorkers: 4 } });
    const seen: number[] = [];
    const { until } = await start(broker, contract, ({ n }) => void seen.push(n));
    await publishJobs(broker, contract, 200);
    await until('acked', 200);
    expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, i) => i));
    const other = await otherConsumer(broker, contract);
    expect(await other.inspect()).toMatchObject({ length: 200, pending: 0 });
    await other.close();
  });

  it('is serial by default: one at a time, in stream order', async () => {
    const contract = jobContract();
    const seen: number[] = [];
    let running = 0;
    const { until } = await start(broker, contract, async ({ n }) => {
      running += 1;
      expect(running).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      seen.push(n);
    });
    await publishJobs(broker, contract, 100);
    await until('acked', 100);
    expect(seen).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });

  it('takes none before a worker is free when prefetch is 0', async () => {
    const contract = jobContract({ concurrency: { maxWorkers: 2, prefetch: 0 } });
    const handler = controlledHandler();
    const { worker, until } = await start(broker, contract, handler.handler);
    await publishJobs(broker, contract, 10);
    const [first] = await Promise.all([handler.next(), handler.next()]);
    const other = await otherConsumer(broker, contract);
    expect((await other.inspect()).pending).toBe(2);
    expect(worker.status()[0]).toMatchObject({ running: 2, queued: 0, held: 2 });
    first.succeed();
    await handler.next();
    await until('acked', 1);
    expect((await other.inspect()).pending).toBe(2);
    for (const call of handler.calls) call.succeed();
    await other.close();
  });

  it('tries a failed message again, counting the attempts, and then others went on meanwhile', async () => {
    const contract = jobContract({ retry: { ...AT_ONCE, maxAttempts: 3 } });
    const attempts: [number, number][] = [];
    const { until } = await start(broker, contract, ({ n }, { attempt }) => {
      attempts.push([n, attempt]);
      if (n === 0 && attempt < 3) throw new Error('not yet');
    });
    await publishJobs(broker, contract, 3);
    await until('acked', 3);
    expect(attempts.filter(([n]) => n === 0).map(([, attempt]) => attempt)).toEqual([1, 2, 3]);
    expect(attempts.filter(([n]) => n > 0).every(([, attempt]) => attempt === 1)).toBe(true);
  });

  it('records in the broker which attempt has begun', async () => {
    const contract = jobContract({ retry: AT_ONCE });
    const handler = controlledHandler();
    await start(broker, contract, handler.handler);
    await publishJobs(broker, contract, 1);
    (await handler.next()).fail(new Error('once'));
    await handler.next();
    const other = await otherConsumer(broker, contract);
    const { entries } = await other.takeOver({ idleMs: 0, count: 1, cursor: '0-0' });
    expect(entries[0]?.deliveries).toBe(2);
    await other.close();
  });

  it('moves what failed for good to the dead-letter stream, with the reason and the untouched frame', async () => {
    const contract = jobContract({ retry: { ...AT_ONCE, maxAttempts: 2 } });
    const { until } = await start(broker, contract, () => {
      throw new TypeError('out of ink');
    });
    await publishJobs(broker, contract, 1);
    const [event] = await until('dead-lettered');
    const target = `{${contract.stream}}.dead`;
    expect(event).toMatchObject({ target, attempt: 2, reason: 'the handler failed 2 times' });
    const dead = await broker.consume({
      stream: target,
      group: 'look',
      consumer: 'me',
      startFrom: 'beginning',
    });
    const [entry] = await dead.read(1, 1_000);
    const fields = asStrings(entry?.fields ?? []);
    expect(fields).toMatchObject({
      'fs:stream': contract.stream,
      'fs:attempts': '2',
      'fs:error-name': 'TypeError',
      'fs:error-message': 'out of ink',
    });
    expect(fields.__data__).toContain('{"n":0}');
    const other = await otherConsumer(broker, contract);
    expect((await other.inspect()).pending).toBe(0);
    await Promise.all([other.close(), dead.close()]);
  });

  it('drops what failed for good, counted, when there is to be no dead-letter stream', async () => {
    const contract = jobContract({ retry: { ...AT_ONCE, maxAttempts: 1, deadLetter: false } });
    const { until } = await start(broker, contract, () => {
      throw new Error('no');
    });
    await publishJobs(broker, contract, 1);
    expect((await until('dead-lettered'))[0]).toMatchObject({ target: null });
  });

  it.each([
    [
      'what is no frame',
      [Buffer.from('__data__'), Buffer.from([0x89, 0x42, 0x49, 0x4e, 0x0d, 0x0a, 0x1a, 0x0a])],
    ],
    ['a payload that does not match', [Buffer.from('__data__'), Buffer.from('{"n":"one"}')]],
  ])('puts %s away at once, and goes on', async (_, fields) => {
    const contract = jobContract();
    const { until, of } = await start(broker, contract, () => {});
    await broker.append(contract.stream, fields);
    await publishJobs(broker, contract, 1);
    await until('acked');
    await until('dead-lettered');
    expect(of('handler-started')).toHaveLength(1);
    expect(of('retry-scheduled')).toHaveLength(0);
  });

  it('acknowledges a message of the channel that the operation does not receive', async () => {
    const contract = jobContract();
    const { jobs } = contract.contract.channels;
    const pause = {
      name: 'pause',
      contentType: 'application/json',
      payload: z.looseObject({ pause: z.boolean() }),
    };
    const channel = { ...jobs, messages: { ...jobs.messages, pause } };
    const operations = { onJob: { ...contract.contract.operations.onJob, channel } };
    const wider = {
      ...contract,
      contract: { ...contract.contract, operations },
    } as unknown as typeof contract;
    const { until, of } = await start(broker, wider, () => {});
    const { entryId } = await publishEntry({ pause: true });
    await publishJobs(broker, contract, 1);
    await until('acked');
    expect(of('ignored')).toMatchObject([{ id: entryId }]);
    expect(of('dead-lettered')).toHaveLength(0);

    async function publishEntry(body: object) {
      const fields = [Buffer.from('__data__'), Buffer.from(JSON.stringify(body))];
      return { entryId: await broker.append(contract.stream, fields) };
    }
  });

  it('handles a replayed message in the group that it is for, and acknowledges it in every other', async () => {
    const contract = jobContract({ retry: { maxAttempts: 1 } });
    const strict = z.strictObject({ n: z.string() });
    const { jobs } = contract.contract.channels;
    const job = { ...jobs.messages.job, payload: strict };
    const channel = { ...jobs, messages: { job } };
    const operations = { onJob: { ...contract.contract.operations.onJob, channel } };
    const fields = { contract: { ...contract.contract, operations } } as unknown as typeof contract;
    const seen: unknown[] = [];
    const { until, of } = await start(broker, { ...contract, contract: fields.contract }, (message) => {
      seen.push(message);
      throw new Error('again');
    });
    // As another tool writes it: the fields themselves are the message, and the mark must not become a part of it.
    const entry = (n: string, group: string) =>
      broker.append(
        contract.stream,
        ['n', n, 'fs:for-group', group].map((text) => Buffer.from(text)),
      );
    const [other, same] = [await entry('1', 'another'), await entry('2', 'test')];
    await until('dead-lettered');
    expect(of('ignored')).toMatchObject([{ id: other }]);
    expect(of('dead-lettered')).toMatchObject([{ id: same, attempt: 1 }]);
    expect(seen).toEqual([{ n: '2' }]);
  });

  it('does what a handler decides', async () => {
    const contract = jobContract({ retry: AT_ONCE });
    const { until } = await start(broker, contract, ({ n }, { attempt }) => {
      if (attempt > 1) return undefined;
      if (n === 0) return { kind: 'retry', delay: 0 };
      if (n === 1) throw new Settle({ kind: 'deadLetter', reason: 'unwanted' });
      return { kind: 'release' };
    });
    await publishJobs(broker, contract, 2);
    expect((await until('dead-lettered'))[0]).toMatchObject({ reason: 'unwanted' });
    expect((await until('acked'))[0]).toMatchObject({ attempt: 2 });
  });

  it('gives a released message to whoever comes next, without counting the attempt', async () => {
    const contract = jobContract();
    const { until } = await start(broker, contract, () => ({ kind: 'release' }));
    await publishJobs(broker, contract, 1);
    await until('released');
    const other = await otherConsumer(broker, contract);
    const { entries } = await other.takeOver({ idleMs: 60_000, count: 1, cursor: '0-0' });
    if (entries.length > 0) expect(entries[0]?.deliveries).toBe(0);
    await other.close();
  });

  it('aborts a handler that runs too long, and counts it as failed', async () => {
    const contract = jobContract({ timeout: { handler: 20 }, retry: { ...AT_ONCE, maxAttempts: 2 } });
    const { until } = await start(
      broker,
      contract,
      (_, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason));
        }),
    );
    await publishJobs(broker, contract, 1);
    const [failed] = await until('handler-failed');
    expect(failed?.error).toMatchObject({ code: 'FS_HANDLER_TIMEOUT' });
    expect((await until('dead-lettered'))[0]).toMatchObject({ attempt: 2 });
  });

  it('takes over what a consumer without signs of life holds, and counts its start', async () => {
    const contract = jobContract({ timeout: { lease: 100 } });
    const gone = await otherConsumer(broker, contract, 'gone');
    await publishJobs(broker, contract, 3);
    expect(await gone.read(3, 1_000)).toHaveLength(3);
    const attempts: number[] = [];
    const { until } = await start(broker, contract, (_, { attempt }) => void attempts.push(attempt));
    await until('acked', 3);
    expect(attempts).toEqual([2, 2, 2]);
    await gone.close();
  });

  it('never loses a slow message to another process while this one lives', async () => {
    const lease = 1_500;
    const contract = jobContract({ timeout: { lease } });
    const handler = controlledHandler();
    const one = await start(broker, contract, handler.handler);
    await publishJobs(broker, contract, 1);
    const call = await handler.next();
    const other = await start(broker, contract, () => {});
    // Two leases' worth of attempts to take it over.
    const lives = await otherConsumer(broker, contract, 'watch');
    for (const end = performance.now() + 2 * lease; performance.now() < end; ) {
      const { entries } = await lives.takeOver({ idleMs: lease, count: 10, cursor: '0-0' });
      expect(entries).toEqual([]);
      await sleep(20);
    }
    call.succeed();
    await one.until('acked');
    expect(other.of('taken-over')).toHaveLength(0);
    await lives.close();
  });

  it('aborts the handler of a message that was taken over, and settles nothing when it fails', async () => {
    // So long that the thief, who shows no life either, has it until the end.
    const contract = jobContract({ timeout: { lease: 6_000 }, retry: AT_ONCE });
    const handler = controlledHandler();
    const { until, of } = await start(broker, contract, handler.handler);
    await publishJobs(broker, contract, 1);
    const call = await handler.next();
    const thief = await otherConsumer(broker, contract, 'thief');
    expect((await thief.takeOver({ idleMs: 0, count: 1, cursor: '0-0' })).entries).toHaveLength(1);
    await until('lease-lost');
    expect((call.signal.reason as FsError).code).toBe('FS_LEASE_LOST');
    call.fail(new Error('too late'));
    await publishJobs(broker, contract, 1, 1);
    (await handler.next()).succeed();
    await until('acked');
    expect(of('retry-scheduled')).toHaveLength(0);
    expect(of('dead-lettered')).toHaveLength(0);
    expect((await thief.inspect()).pending).toBe(1);
    await thief.close();
  });

  it('does not begin what was taken over while the process stood still', async () => {
    const contract = jobContract({ concurrency: { maxWorkers: 1, prefetch: 1 } });
    const handler = controlledHandler();
    let stoodStill = 0;
    const clock = { ...systemClock, now: () => systemClock.now() + stoodStill };
    const { worker, until } = await start(broker, contract, handler.handler, { clock });
    await publishJobs(broker, contract, 2);
    const first = await handler.next();
    await eventually(() => (worker.status()[0]?.queued === 1 ? true : undefined), 'the second is queued');
    const thief = await otherConsumer(broker, contract, 'thief');
    const { entries } = await thief.takeOver({ idleMs: 0, count: 2, cursor: '0-0' });
    // Longer than the lease; no heartbeat has gone out since.
    stoodStill = 31_000;
    first.succeed();
    expect((await until('lease-lost'))[0]?.id).toBe(entries[1]?.id);
    await publishJobs(broker, contract, 1, 2);
    expect((await handler.next()).job.n).toBe(2);
    await thief.close();
  });

  it('gives the handler what it needs, and keeps the correlation id on what it publishes', async () => {
    const contract = jobContract();
    const client = new Client<{
      jobs: (job: { n: number }, options: object) => Promise<{ messageId: string }>;
    }>(contract.contract, { broker, ownsBroker: false });
    const contexts: { id: string; correlation: string | undefined; tenant: string | undefined }[] = [];
    const { until } = await start(broker, contract, async ({ n }, context) => {
      contexts.push({
        id: context.id,
        correlation: context.headers.correlation_id,
        tenant: context.headers['x-tenant'],
      });
      expect(context).toMatchObject({ channel: 'jobs', message: 'job', stream: contract.stream, attempt: 1 });
      const { jobs } = context.publish as { jobs: (job: { n: number }) => Promise<unknown> };
      if (n === 0) await jobs({ n: 1 });
    });
    const { messageId } = await client.publish.jobs(
      { n: 0 },
      { correlationId: 'c-7', headers: { 'x-tenant': 'münchen' } },
    );
    await until('acked', 2);
    expect(contexts[0]).toEqual({ id: messageId, correlation: 'c-7', tenant: 'münchen' });
    expect(contexts[1]).toMatchObject({ correlation: 'c-7', tenant: undefined });
  });

  it('refuses to publish what does not match the contract, and says where', async () => {
    const contract = jobContract();
    const client = new Client<{ jobs: (job: unknown) => Promise<unknown> }>(contract.contract, {
      broker,
      ownsBroker: false,
    });
    const error = await client.publish.jobs({ n: 'one' }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(FsError);
    expect(error).toMatchObject({ code: 'FS_PUBLISH_INVALID', channel: 'jobs', issues: [{ path: 'n' }] });
  });
});

function asStrings(fields: readonly Uint8Array[]): Record<string, string> {
  const strings: Record<string, string> = {};
  for (let i = 0; i + 1 < fields.length; i += 2) {
    strings[Buffer.from(fields[i] ?? []).toString()] = Buffer.from(fields[i + 1] ?? []).toString('latin1');
  }
  return strings;
}
