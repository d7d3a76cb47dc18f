/**
 * Handlers that compute for long, in threads of their own, so that the process goes on reading, renewing and
 * acknowledging meanwhile. Needs the package `piscina`.
 */
import type { ResourceLimits } from 'node:worker_threads';
import { FsError } from '../errors.js';
import { ThreadCall } from './call.js';
import type { AnyHandled } from './facts.js';
import { ThreadPool } from './pool.js';

/** A timer of Node holds no more milliseconds. */
const LONGEST = 2 ** 31 - 1;
/** Below the 5 s after which the worker gives up on a handler that was aborted. */
const GRACE = 4_000;

export interface ThreadOptions {
  /**
   * Threads at most; what comes beyond them waits, and its timeout runs. Default: `os.availableParallelism()`. How many
   * handlers run at once is the channel's `maxWorkers` as ever, which should not be larger.
   */
  readonly threads?: number;
  /** Milliseconds after which a thread that has had nothing to do ends. Default 60,000. */
  readonly idle?: number;
  /** Milliseconds that a handler gets to end after its signal was aborted; then its thread is ended. Default 4,000. */
  readonly grace?: number;
  /** Memory of each thread. What needs more fails alone, and not the process. Default: what Node gives a thread. */
  readonly resourceLimits?: ResourceLimits;
  /** Options of Node for the threads, such as `['--import', 'tsx']`. Default: those of the process. */
  readonly execArgv?: readonly string[];
}

/** A handler of a message or of a batch. */
type AnyThreadHandler = (input: never, context: never) => unknown;

/** A handler that runs in threads, called like the one that the module exports. */
export type ThreadHandler<H extends AnyThreadHandler> = ((
  ...args: Parameters<H>
) => Promise<Awaited<ReturnType<H>>>) &
  AsyncDisposable;

/**
 * A handler, for a message or for a batch, that runs in threads: the default export of a module.
 *
 *     createWorker({ handlers: { resize: inThreads<Handlers['resize']>(new URL('./resize.js', import.meta.url)) } });
 *
 * There it gets what it would get here: publishing, replying and logging happen in this process; its signal is aborted
 * when it is aborted here, and says so to a handler that asks without ever yielding. What it returns or throws comes back
 * as it was. Message and context are copied (structured clone): functions and classes don't get across.
 *
 * A thread that crashes or exits fails the message that it had (`FS_THREAD_ENDED`), and no other. The worker ends the
 * threads when it stops; without one, `await handler[Symbol.asyncDispose]()` does.
 *
 * @throws FsError `FS_THREADS_UNAVAILABLE`: piscina is not installed; `FS_POLICY_INVALID`: an option is out of range
 */
export function inThreads<H extends AnyThreadHandler>(
  module: URL,
  options: ThreadOptions = {},
): ThreadHandler<H> {
  refuseBad(options);
  const pool = new ThreadPool(options);
  const calls = new Map<ThreadCall, Promise<unknown>>();
  const handler = (input: unknown, context: AnyHandled) => {
    const call = new ThreadCall(module, options.grace ?? GRACE, context);
    const worked = pool.withThread(context.signal, () => call.run(pool, input));
    calls.set(call, worked);
    return worked.finally(() => calls.delete(call));
  };
  const dispose = async () => {
    // Those of another worker, which hasn't stopped, go on.
    const aborted = [...calls].filter(([call]) => call.isAborted);
    for (const [call] of aborted) call.kill();
    await Promise.allSettled(aborted.map(([, worked]) => worked));
    await pool.close();
  };
  return Object.assign(handler, { [Symbol.asyncDispose]: dispose }) as unknown as ThreadHandler<H>;
}

function refuseBad({ threads, idle, grace }: ThreadOptions): void {
  const refuse = (name: string, what: string, given: unknown) => {
    const hint = `Correct the option \`${name}\` of inThreads.`;
    throw new FsError('FS_POLICY_INVALID', `inThreads: ${name} is ${what}, not ${given}`, { hint });
  };
  if (threads !== undefined && !(Number.isInteger(threads) && threads > 0)) {
    refuse('threads', 'a whole number above 0', threads);
  }
  for (const [name, ms] of Object.entries({ idle, grace })) {
    if (ms !== undefined && !(ms >= 0 && ms <= LONGEST)) refuse(name, 'a time in milliseconds', ms);
  }
}
