import { pid } from 'node:process';
import { describe, expect, it } from 'vitest';
import { FsError } from '../../../runtime/src/errors.js';
import { inThreads } from '../../../runtime/src/threads/index.js';
import { eventually } from '../../support/eventually.js';
import { publishJobs } from '../engine/harness.js';
import { sharedNumbers, threadWorker } from './threads.js';

const TWICE = { retry: { maxAttempts: 2, delay: 0, jitter: false } };
const PARALLEL = { concurrency: { maxWorkers: 4 } };

/** Threads of this process that are there now. */
async function threads(): Promise<number> {
  const { readdir } = await import('node:fs/promises');
  const names = await readdir('/proc/self/task');
  return names.length;
}

describe('a handler in threads', () => {
  it('leaves the event loop to others while it computes', async () => {
    const shared = sharedNumbers();
    await using job = await threadWorker();
    await job.act('spin-until-5');
    // Without a thread nobody would be left to count.
    for (let ticks = 1; ticks <= 5; ticks += 1) {
      await new Promise(setImmediate);
      Atomics.add(shared, 0, 1);
    }
    await job.until('acked');
    expect(Atomics.load(shared, 1)).toBe(1);
  });

  it('runs in this process, in another thread', async () => {
    await using job = await threadWorker();
    await job.act('where');
    await job.until('acked');
    expect(job.lines).toContainEqual(
      expect.objectContaining({ message: 'in a thread', fields: expect.objectContaining({ pid }) }),
    );
  });

  it('gets the context that it would get here', async () => {
    await using job = await threadWorker();
    await job.act('tell', 7);
    const [acked] = await job.until('acked');
    const told = job.lines.find(({ message }) => message === 'told');
    const fields = {
      operation: 'onJob',
      child: true,
      id: expect.stringMatching(/^[\da-f-]{36}$/),
      entryId: acked?.id,
      channel: 'jobs',
      stream: job.contract.stream,
      message: 'job',
      attempt: 1,
      parameters: {},
      headers: expect.objectContaining({ 'content-type': 'application/json' }),
      reply: 'undefined',
    };
    expect(told).toMatchObject({ level: 'warn', fields });
    expect(told?.fields.headers).toHaveProperty('message_id', told?.fields.id);
  });

  it('publishes and logs in this process, and hears of what goes wrong there', async () => {
    await using job = await threadWorker();
    await job.act('publish');
    await job.until('acked', 2);
    const [, published] = job.broker.entries(job.contract.stream);
    expect(job.lines).toContainEqual(
      expect.objectContaining({ fields: expect.objectContaining({ entryId: published?.id }) }),
    );
    await job.act('publish-invalid');
    const [invalid] = await job.until('handler-failed');
    expect(invalid?.error).toBeInstanceOf(FsError);
    expect(invalid?.error).toMatchObject({ code: 'FS_PUBLISH_INVALID', issues: [{ path: 'n' }] });
    await job.act('publish-withdrawn');
    const [, withdrawn] = await job.until('handler-failed', 2);
    expect(withdrawn?.error).toBeInstanceOf(RangeError);
    await job.act('publish-unawaited');
    await job.until('acked', 4);
  });

  it('logs errors with what they carry, and what cannot be copied as text', async () => {
    await using job = await threadWorker();
    await job.act('log-error');
    await job.until('acked');
    const { fields } = job.lines.find(({ message }) => message === 'failed') ?? {};
    expect(fields?.error).toBeInstanceOf(FsError);
    expect(fields).toMatchObject({ error: { code: 'FS_BACKLOG_FULL', room: 3 }, fn: '[Function: fn]' });
  });

  it('settles by what it returns or throws', async () => {
    await using job = await threadWorker();
    await job.act('settle');
    await job.until('dead-lettered');
    await job.act('dead-letter');
    const letters = await job.until('dead-lettered', 2);
    expect(letters.map(({ reason }) => reason)).toEqual(['thrown', 'returned']);
  });

  it('throws what it threw there', async () => {
    await using job = await threadWorker();
    const acts = ['fs-error', 'type-error', 'no-error', 'function'];
    for (const [i, act] of acts.entries()) {
      await job.act(act);
      await job.until('handler-failed', i + 1);
    }
    const [fs, type, value, uncloneable] = job.of('handler-failed').map(({ error }) => error);
    expect(fs).toBeInstanceOf(FsError);
    expect(fs).toMatchObject({ code: 'FS_BROKER_FULL', channel: 'other', hint: 'wait', room: 7 });
    expect(type).toBeInstanceOf(TypeError);
    expect(type).toMatchObject({ message: 'wrong', cause: new Error('because'), status: 418 });
    expect(type).toHaveProperty('stack', expect.stringContaining('handlers/job.ts'));
    expect(value).toEqual({ reason: 'an object' });
    expect(uncloneable).toMatchObject({ name: 'DataCloneError' });
  });

  it.each([
    ['exit', /exited with code: 3/],
    ['uncaught', /nobody catches this/],
    ['memory', /memory limit/],
  ])('that dies of %s fails its own message alone, which is tried again', async (act, why) => {
    const shared = sharedNumbers();
    const memory = { maxOldGenerationSizeMb: 64 };
    const options = { resourceLimits: memory };
    await using job = await threadWorker({ ...TWICE, ...PARALLEL }, options);
    await job.act('spin-until-5');
    await eventually(() => Atomics.load(shared, 1) || undefined, 'another handler runs', 30_000);
    await job.act(act);
    const failures = await job.until('handler-failed', 2);
    for (const { error, attempt } of failures) {
      expect(error).toMatchObject({ code: 'FS_THREAD_ENDED', message: expect.stringMatching(why) });
      expect([1, 2]).toContain(attempt);
    }
    Atomics.store(shared, 0, 5);
    await job.until('acked');
    expect(job.of('handler-failed')).toHaveLength(2);
    // And there are new threads for what comes.
    await publishJobs(job.broker, job.contract, 8);
    await job.until('acked', 9);
  });
});

it('that runs for too long is told so', async () => {
  sharedNumbers();
  await using job = await threadWorker({ timeout: { handler: 50 } });
  await job.act('wait-until-aborted');
  const [failed] = await job.until('handler-failed');
  expect(failed?.error).toMatchObject({ code: 'FS_HANDLER_TIMEOUT' });
  await job.until('dead-lettered');
});

describe('the pool', () => {
  it('has no threads before the first message, as many as it may under load, and none when it is disposed of', async () => {
    const shared = sharedNumbers();
    const before = await threads();
    await using job = await threadWorker(PARALLEL);
    expect(await threads()).toBe(before);
    for (let i = 0; i < 4; i += 1) await job.act('spin-until-5');
    await job.until('handler-started', 4);
    Atomics.store(shared, 0, 5);
    await job.until('acked', 4);
    expect(await threads()).toBeGreaterThan(before);
    await job.worker.stop();
    await job.handler[Symbol.asyncDispose]();
    await eventually(async () => ((await threads()) <= before ? true : undefined), 'the threads have ended');
  });

  it('ends threads that have had nothing to do', async () => {
    const before = await threads();
    await using job = await threadWorker({}, { idle: 1 });
    await job.act('where');
    await job.until('acked');
    await eventually(async () => ((await threads()) <= before ? true : undefined), 'the thread has ended');
  });
});

it.each([{ threads: 0 }, { threads: 1.5 }, { grace: -1 }, { idle: Number.NaN }])('refuses %j', (options) => {
  const module = new URL('./handlers/job.js', import.meta.url);
  expect(() => inThreads(module, options)).toThrow(expect.objectContaining({ code: 'FS_POLICY_INVALID' }));
});
