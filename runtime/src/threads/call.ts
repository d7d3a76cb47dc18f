import { basename } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { FsError } from '../errors.js';
import { type AnyHandled, contextsOf, factsOf, isBatch } from './facts.js';
import { Outside } from './outside.js';
import { unpack } from './pack.js';
import type { ThreadPool } from './pool.js';
import type { Result } from './wire.js';

/** One message, or batch, on its way through a thread. */
export class ThreadCall {
  readonly #module: URL;
  readonly #grace: number;
  readonly #context: AnyHandled;
  readonly #kill = new AbortController();

  /** @param grace milliseconds between the abort of its signal and the end of its thread */
  constructor(module: URL, grace: number, context: AnyHandled) {
    this.#module = module;
    this.#grace = grace;
    this.#context = context;
  }

  get isAborted(): boolean {
    return this.#context.signal.aborted;
  }

  /** Ends its thread. */
  kill(): void {
    this.#kill.abort();
  }

  /** Gives what the handler returned, or throws what it threw. */
  async run(pool: ThreadPool, input: unknown): Promise<unknown> {
    const { port1, port2: port } = new MessageChannel();
    const shared = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT));
    const outside = new Outside(port1, shared, contextsOf(this.#context));
    const cancelKill = this.#killAfterAbort();
    const stray = (error: unknown) => {
      this.#context.log.error({ error }, `A thread for ${this.#name} failed while it had no message`);
    };
    try {
      const call = { ...this.#data(input), port, shared };
      await pool.run(call, this.#kill, stray).catch((error) => Promise.reject(this.#ended(error)));
      return valueIn(await outside.result);
    } finally {
      cancelKill();
      outside.end();
    }
  }

  get #name(): string {
    return basename(this.#module.pathname);
  }

  /** Why there is no result, in the words of the pool's library. */
  #ended(cause: unknown): unknown {
    const { signal } = this.#context;
    if (this.#kill.signal.aborted && signal.aborted) return signal.reason;
    if (cause instanceof Error && cause.name === 'DataCloneError') return cause;
    // Ended by the pool, because no thread starts.
    const why = this.#kill.signal.aborted ? this.#kill.signal.reason : cause;
    const message = why instanceof Error ? why.message : String(why);
    return new FsError('FS_THREAD_ENDED', `The thread for ${this.#name} ended: ${message}`, { cause: why });
  }

  #data(input: unknown) {
    const context = this.#context;
    const deliveries = isBatch(context) ? context.deliveries.map(factsOf) : undefined;
    return { module: this.#module.href, input, facts: factsOf(context), deliveries };
  }

  #killAfterAbort(): () => void {
    const { signal } = this.#context;
    let timer: NodeJS.Timeout | undefined;
    const onAbort = () => {
      timer = setTimeout(() => this.kill(), this.#grace);
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    return () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    };
  }
}

function valueIn(result: Result): unknown {
  if (!result.ok) throw unpack(result.error);
  return result.value;
}
