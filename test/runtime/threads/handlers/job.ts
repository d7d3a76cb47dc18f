/** A handler for threads that does what its message says. */
import { getEnvironmentData, isMainThread } from 'node:worker_threads';
import { Settle } from '../../../../runtime/src/core/outcome.js';
import { FsError } from '../../../../runtime/src/errors.js';
import type { HandlerContext, Outcome } from '../../../../runtime/src/types.js';

export interface Act {
  readonly n: number;
  readonly act?: string;
}

type Publish = (message: object, options?: object) => Promise<{ readonly entryId: string }>;
export type ActContext = HandlerContext<{ readonly jobs: Publish }, unknown, unknown, Publish>;

/** Numbers that the test shares with its threads. */
const shared = () => getEnvironmentData('shared') as Int32Array;

export default async function job(message: Act, context: ActContext): Promise<Outcome | void> {
  const { log, publish, signal } = context;
  switch (message.act) {
    case 'where':
      if (isMainThread) throw new Error('this is the main thread');
      return log.info({ pid: process.pid }, 'in a thread');
    case 'spin-until-5':
      Atomics.store(shared(), 1, 1);
      while (Atomics.load(shared(), 0) < 5);
      return;
    case 'spin-until-aborted':
      Atomics.store(shared(), 1, 1);
      while (!signal.aborted);
      throw signal.reason;
    case 'spin-for-ever':
      Atomics.store(shared(), 1, 1);
      for (;;) Atomics.add(shared(), 2, 1);
    case 'wait-until-aborted':
      Atomics.store(shared(), 1, 1);
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      throw signal.reason;
    case 'tell': {
      const { signal: _, log: __, publish: ___, reply, ...data } = context;
      const headers = Object.getPrototypeOf(data.headers) === null ? data.headers : 'with a prototype';
      return log.child({ child: true }).warn({ ...data, headers, reply: typeof reply }, 'told');
    }
    case 'publish': {
      const { entryId } = await publish.jobs({ n: 100 });
      return log.info({ entryId }, 'published');
    }
    case 'publish-invalid':
      await publish.jobs({ n: 'no number' });
      return;
    case 'publish-withdrawn':
      await publish.jobs({ n: 101 }, { signal: AbortSignal.abort(new RangeError('not any more')) });
      return;
    case 'publish-until-aborted':
      Atomics.store(shared(), 1, 1);
      await publish.jobs({ n: 101 }, { signal });
      return;
    case 'reply': {
      const { entryId } = await context.reply({ n: 103 }, { messageId: 'm' });
      return log.info({ entryId }, 'replied');
    }
    case 'publish-unawaited':
      void publish.jobs({ n: 102 });
      return;
    case 'log-error':
      return log.error({ error: new FsError('FS_BACKLOG_FULL', 'full', { room: 3 }), fn: () => 1 }, 'failed');
    case 'settle':
      throw new Settle({ kind: 'deadLetter', reason: 'thrown' });
    case 'dead-letter':
      return { kind: 'deadLetter', reason: 'returned' };
    case 'fs-error':
      throw new FsError('FS_BROKER_FULL', 'no room', { channel: 'other', hint: 'wait', room: 7 });
    case 'type-error':
      throw Object.assign(new TypeError('wrong', { cause: new Error('because') }), { status: 418 });
    case 'no-error':
      throw { reason: 'an object' };
    case 'function':
      return (() => {}) as never;
    case 'exit':
      process.exit(3);
      return;
    case 'uncaught':
      setTimeout(() => {
        throw new Error('nobody catches this');
      });
      return new Promise(() => {});
    case 'memory': {
      const kept: object[] = [];
      for (;;) kept.push(new Array(10_000).fill(kept.length));
    }
    default:
      return;
  }
}
