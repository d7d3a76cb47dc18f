import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import type { ResourceLimits } from 'node:worker_threads';
import type { Piscina } from 'piscina';
import { Fifo } from '../core/fifo.js';
import { FsError } from '../errors.js';
import { loaderArguments } from './loaders.js';
import { type Call, SHARED } from './wire.js';

/** Milliseconds after which a thread that has had nothing to do ends. */
const IDLE = 60_000;

export interface PoolOptions {
  readonly threads?: number;
  readonly idle?: number;
  readonly execArgv?: readonly string[];
  readonly resourceLimits?: ResourceLimits;
}

interface Running {
  readonly call: Call;
  readonly end: AbortController;
  readonly onStray: (error: unknown) => void;
}

/** Threads that come with the work and go when there is none. */
export class ThreadPool {
  readonly #options: PoolOptions;
  readonly #threads: number;
  /** Those that wait for a thread, in the order in which they came; piscina's own queue doesn't keep it. */
  readonly #waiting = new Fifo<() => void>();
  #busy = 0;
  #piscina: Promise<Piscina> | undefined;
  readonly #calls = new Set<Running>();

  /** @throws FsError `FS_THREADS_UNAVAILABLE` */
  constructor(options: PoolOptions) {
    try {
      createRequire(import.meta.url).resolve('piscina');
    } catch (cause) {
      throw new FsError(
        'FS_THREADS_UNAVAILABLE',
        'inThreads needs the package piscina, which is not installed',
        {
          cause,
        },
      );
    }
    this.#options = options;
    this.#threads = options.threads ?? availableParallelism();
  }

  /** Does something when there is a thread for it. Rejects with the signal's reason if that is aborted before. */
  async withThread<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    if (this.#busy < this.#threads) this.#busy += 1;
    else await this.#turn(signal);
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#busy -= 1;
      else next();
    }
  }

  /**
   * Has a thread run a call. Rejects when the thread ends before it is done, which `end` makes it do.
   * `onStray` hears of errors that no call was there for.
   */
  async run(call: Call, end: AbortController, onStray: (error: unknown) => void): Promise<void> {
    const running = { call, end, onStray };
    this.#calls.add(running);
    try {
      this.#piscina ??= this.#open();
      const piscina = await this.#piscina;
      await piscina.run(call, { transferList: [call.port], signal: end.signal });
    } finally {
      this.#calls.delete(running);
    }
  }

  /** Ends all threads, if none has work to do; else they end when they have been idle for long enough. */
  async close(): Promise<void> {
    if (this.#busy > 0) return;
    const piscina = this.#piscina;
    this.#piscina = undefined;
    await (await piscina)?.destroy();
  }

  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const go = () => {
        signal.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = () => {
        this.#waiting.remove(go);
        reject(signal.reason);
      };
      signal.addEventListener('abort', giveUp, { once: true });
      this.#waiting.push(go);
    });
  }

  async #open(): Promise<Piscina> {
    const { Piscina } = await import('piscina');
    const execArgv = this.#options.execArgv ?? process.execArgv;
    const loaders = loaderArguments(execArgv, this.#options.execArgv !== undefined);
    const { resourceLimits, idle = IDLE } = this.#options;
    const piscina = new Piscina({
      filename: new URL('./thread.js', import.meta.url).href,
      minThreads: 0,
      maxThreads: this.#threads,
      idleTimeout: idle,
      // Else a thread sleeps between its calls, with the timers and sockets of whatever its handler has opened.
      atomics: 'disabled',
      recordTiming: false,
      ...(loaders && { execArgv: loaders }),
      ...(resourceLimits && { resourceLimits }),
    });
    piscina.on('error', (error) => this.#failed(error));
    return piscina;
  }

  /** A thread has failed without a call. If it did so on its start, the call that it was for would wait for ever. */
  #failed(error: unknown): void {
    const calls = [...this.#calls];
    const waiting = calls.filter(({ call }) => Atomics.load(call.shared, SHARED.begun) === 0);
    for (const { end } of waiting) end.abort(error);
    if (waiting.length === 0) calls[0]?.onStray(error);
  }
}
