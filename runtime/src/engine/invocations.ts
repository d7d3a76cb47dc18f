import type { Clock } from '../types.js';

/**
 * How long a handler may go on after its signal was aborted for running too long. Then its worker is given to
 * the next message: a handler that ignores its signal must not stop the channel.
 */
const ABANDON_AFTER = 5_000;

export interface Invocation<R> {
  readonly call: () => Promise<R> | R;
  /** Aborts the handler's signal and says why; asked when it has run for the whole timeout. */
  readonly timedOut: (ms: number) => Error;
  readonly succeed: (result: R, took: number) => void;
  readonly fail: (error: unknown, took: number) => void;
}

/** Calls handlers, and ends every call exactly once: by its result, its failure, or its timeout. */
export class Invocations {
  readonly #clock: Clock;
  readonly #timeout: number | undefined;
  /** Cancels the timeouts of handlers that run. */
  readonly #timeouts = new Set<() => void>();

  constructor(clock: Clock, timeout: number | undefined) {
    this.#clock = clock;
    this.#timeout = timeout;
  }

  /** What still runs has been given up, and is not timed any more. */
  stop(): void {
    for (const cancel of this.#timeouts) cancel();
    this.#timeouts.clear();
  }

  start<R>({ call, timedOut, succeed, fail }: Invocation<R>): void {
    const startedAt = this.#clock.now();
    const timeout = this.#timeout;
    let cancelTimeout: (() => void) | undefined;
    let ended = false;
    const untime = () => cancelTimeout?.();

    const end = (settle: () => void) => {
      if (ended) return;
      ended = true;
      if (timeout !== undefined) {
        untime();
        this.#timeouts.delete(untime);
      }
      settle();
    };
    const succeeded = (result: R) => end(() => succeed(result, this.#clock.now() - startedAt));
    const failed = (error: unknown) => end(() => fail(error, this.#clock.now() - startedAt));

    if (timeout !== undefined) {
      this.#timeouts.add(untime);
      cancelTimeout = this.#clock.after(timeout, () => {
        const error = timedOut(timeout);
        cancelTimeout = this.#clock.after(ABANDON_AFTER, () => failed(error));
      });
    }
    try {
      const result = call();
      if (isThenable(result)) result.then(succeeded, failed);
      else succeeded(result);
    } catch (error) {
      failed(error);
    }
  }
}

function isThenable<R>(value: Promise<R> | R): value is Promise<R> {
  return typeof (value as Promise<R> | undefined)?.then === 'function';
}
