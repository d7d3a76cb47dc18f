/** Called as the engine calls them, with contexts that no contract of the tests brings about. */
import { afterAll, describe, expect, it, vi } from 'vitest';
import { FsError } from '../../../runtime/src/errors.js';
import { inThreads } from '../../../runtime/src/threads/index.js';
import type { BatchContext } from '../../../runtime/src/types.js';
import { eventually } from '../../support/eventually.js';
import type batch from './handlers/batch.js';
import type { ActContext } from './handlers/job.js';
import { jobInThreads, type Line, recordingLogger, sharedNumbers, TYPESCRIPT } from './threads.js';

const shared = sharedNumbers();
// No thread is ended by force: what is shown is that handlers hear of it.
const job = jobInThreads({ grace: 2 ** 31 - 1 });
const worksBatches = inThreads<typeof batch>(new URL('./handlers/batch.js', import.meta.url), TYPESCRIPT);
const missing = inThreads(new URL('./handlers/missing.js', import.meta.url), TYPESCRIPT);
afterAll(async () => {
  for (const handler of [job, worksBatches, missing]) await handler[Symbol.asyncDispose]();
});

function contextOf(id: string, lines: Line[], signal = new AbortController().signal) {
  const publish = vi.fn(async (_message: object, _options?: object) => ({ entryId: `published by ${id}` }));
  const context: ActContext = {
    id,
    entryId: '1-1',
    channel: 'jobs',
    stream: 'jobs',
    message: 'job',
    key: 'k',
    attempt: 2,
    headers: {},
    parameters: { tenant: 'a' },
    signal,
    log: recordingLogger(lines, { id }),
    publish: { jobs: publish },
    reply: publish,
  };
  return { context, publish };
}

it('works a batch, with a context and a signal for each of its messages', async () => {
  const lines: Line[] = [];
  const second = new AbortController();
  const [a, b] = [contextOf('a', lines), contextOf('b', lines, second.signal)];
  const whole = contextOf('batch', lines);
  const { channel, stream, message, parameters, signal, log, publish } = whole.context;
  const deliveries = [a.context, b.context];
  const context: BatchContext<ActContext> = {
    ...{ channel, stream, message, parameters, signal, log, publish },
    key: 'k',
    deliveries,
  };
  const worked = worksBatches([{ n: 0 }, { n: 5 }], context);
  await eventually(() => (lines.length === 3 ? true : undefined), 'it runs', 30_000);
  second.abort(new Error('lost'));
  expect(await worked).toEqual([undefined, { kind: 'retry', delay: 5 }]);
  expect(lines.map(({ message, fields }) => [message, fields.id])).toEqual([
    ['batch', 'batch'],
    ['message 0', 'a'],
    ['message 5', 'b'],
  ]);
  const data = { channel: 'jobs', stream: 'jobs', message: 'job', key: 'k', parameters: { tenant: 'a' } };
  expect(lines[0]?.fields).toMatchObject({ ...data, ids: ['a', 'b'] });
  expect([a, b, whole].map(({ publish }) => publish.mock.calls[0]?.[0])).toEqual([
    { n: 0 },
    { n: 1 },
    { n: -1 },
  ]);
});

it('replies in this process', async () => {
  const lines: Line[] = [];
  const { context, publish } = contextOf('a', lines);
  await job({ n: 1, act: 'reply' }, context);
  expect(publish).toHaveBeenCalledWith({ n: 103 }, { messageId: 'm' });
  expect(lines).toMatchObject([{ fields: { entryId: 'published by a' }, message: 'replied' }]);
});

it('withdraws what it publishes when the signal that it gave is aborted', async () => {
  const abort = new AbortController();
  const { context, publish } = contextOf('a', [], abort.signal);
  publish.mockImplementation((_message, options) => {
    const { signal } = options as { signal: AbortSignal };
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  });
  const failed = expect(job({ n: 1, act: 'publish-until-aborted' }, context)).rejects.toThrow('not any more');
  await begun();
  await eventually(() => (publish.mock.calls.length > 0 ? true : undefined), 'it publishes', 30_000);
  abort.abort(new Error('not any more'));
  await failed;
});

/** Waits until a handler has begun that says so. */
async function begun(): Promise<void> {
  await eventually(() => Atomics.load(shared, 1) || undefined, 'a handler has begun', 30_000);
  Atomics.store(shared, 1, 0);
}

/** Fails if a handler still spins. */
async function expectNoSpin(): Promise<void> {
  const spins = Atomics.load(shared, 2);
  for (let turns = 0; turns < 100; turns += 1) await new Promise(setImmediate);
  expect(Atomics.load(shared, 2)).toBe(spins);
}

describe('an aborted signal', () => {
  it.each(['spin-until-aborted', 'wait-until-aborted'])('reaches the handler: %s', async (act) => {
    const abort = new AbortController();
    const { context } = contextOf('a', [], abort.signal);
    const worked = job({ n: 1, act }, context);
    await begun();
    abort.abort(new FsError('FS_LEASE_LOST', 'somebody else has it'));
    await expect(worked).rejects.toEqual(abort.signal.reason);
    await expect(worked).rejects.toBeInstanceOf(FsError);
  });

  it('that is ignored ends the thread after the grace, and there is a new one', async () => {
    await using one = jobInThreads({ threads: 1, grace: 10 });
    const abort = new AbortController();
    const worked = one({ n: 1, act: 'spin-for-ever' }, contextOf('a', [], abort.signal).context);
    await begun();
    abort.abort(new Error('enough'));
    await expect(worked).rejects.toBe(abort.signal.reason);
    await one({ n: 2 }, contextOf('b', []).context);
    await expectNoSpin();
  });

  it('takes a message out that waits for a thread; the others keep their order', async () => {
    await using one = jobInThreads({ threads: 1 });
    const lines: Line[] = [];
    Atomics.store(shared, 0, 0);
    const first = one({ n: 1, act: 'spin-until-5' }, contextOf('a', lines).context);
    await begun();
    const abort = new AbortController();
    const second = one({ n: 2, act: 'spin-for-ever' }, contextOf('b', lines, abort.signal).context);
    const others = ['c', 'd', 'e'].map((id) => one({ n: 3, act: 'where' }, contextOf(id, lines).context));
    abort.abort(new Error('not begun'));
    await expect(second).rejects.toThrow('not begun');
    Atomics.store(shared, 0, 5);
    await Promise.all([first, ...others]);
    expect(lines.map(({ fields }) => fields.id)).toEqual(['c', 'd', 'e']);
  });

  it('and disposal end the thread at once, and leave others alone', async () => {
    const two = jobInThreads({ grace: 2 ** 31 - 1 });
    const abort = new AbortController();
    Atomics.store(shared, 0, 0);
    const stays = two({ n: 1, act: 'spin-until-5' }, contextOf('a', []).context);
    await begun();
    const goes = two({ n: 2, act: 'spin-for-ever' }, contextOf('b', [], abort.signal).context);
    await begun();
    abort.abort(new Error('stopping'));
    await Promise.all([expect(goes).rejects.toThrow('stopping'), two[Symbol.asyncDispose]()]);
    await expectNoSpin();
    Atomics.store(shared, 0, 5);
    await stays;
    await two[Symbol.asyncDispose]();
  });
});

it('does not begin when the signal is aborted already', async () => {
  const { context } = contextOf('a', [], AbortSignal.abort(new Error('too late')));
  await expect(job({ n: 1, act: 'spin-for-ever' }, context)).rejects.toThrow('too late');
  expect(Atomics.load(shared, 1)).toBe(0);
});

it('says which module it can not load, and what it can not copy', async () => {
  const { context } = contextOf('a', []);
  await expect(missing({} as never, context as never)).rejects.toThrow(/handlers\/missing\.js/);
  const message = { n: 1, inner: () => {} };
  await expect(job(message, context)).rejects.toMatchObject({ name: 'DataCloneError' });
});

it('fails, and does not wait for ever, when no thread starts', async () => {
  await using broken = jobInThreads({
    execArgv: ['--import', 'data:text/javascript,throw new Error("broken loader")'],
  });
  const { context } = contextOf('a', []);
  await expect(broken({ n: 1 }, context)).rejects.toMatchObject({
    code: 'FS_THREAD_ENDED',
    message: expect.stringContaining('broken loader'),
  });
});
