import type { Clock, EntryId } from '../types.js';

/** Ids in one XACK; a longer list would hold up the server. */
const MAX_BATCH = 1_000;

export interface AcksOptions {
  readonly send: (ids: readonly EntryId[]) => Promise<unknown>;
  /** These ids are off the pending list. */
  readonly onAcked: (ids: readonly EntryId[], tookMs: number) => void;
  /** Sending failed; gives how many milliseconds to wait before it is tried again. */
  readonly onFailed: (error: unknown, failures: number) => number;
  readonly clock: Clock;
}

/**
 * Gathers acknowledgements: one command a turn of the event loop when idle, and under load one for all that
 * came up while the last was on its way. What fails is kept and sent again, so that an id leaves only when
 * Redis has confirmed it.
 */
export class Acks {
  readonly #options: AcksOptions;
  #waiting: EntryId[] = [];
  #sending: readonly EntryId[] = [];
  #scheduled = false;
  #failures = 0;
  #idle: (() => void)[] = [];
  #cancelRetry: (() => void) | undefined;
  #stopped = false;

  constructor(options: AcksOptions) {
    this.#options = options;
  }

  /** Handled and not yet confirmed. */
  get size(): number {
    return this.#waiting.length + this.#sending.length;
  }

  push(id: EntryId): void {
    this.#waiting.push(id);
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#options.clock.nextTurn(() => void this.#flush());
  }

  /** Waits until everything is confirmed, for `ms` at most; sends nothing any more then, and gives what is not. */
  async stop(ms: number): Promise<readonly EntryId[]> {
    if (this.size > 0) {
      await new Promise<void>((resolve) => {
        const cancel = this.#options.clock.after(ms, resolve);
        this.#idle.push(() => {
          cancel();
          resolve();
        });
      });
    }
    this.#stopped = true;
    this.#cancelRetry?.();
    return [...this.#sending, ...this.#waiting];
  }

  async #flush(): Promise<void> {
    while (this.#waiting.length > 0 && !this.#stopped) {
      const ids = this.#waiting.splice(0, MAX_BATCH);
      this.#sending = ids;
      const start = this.#options.clock.now();
      try {
        await this.#options.send(ids);
        this.#sending = [];
        this.#failures = 0;
        this.#options.onAcked(ids, this.#options.clock.now() - start);
      } catch (error) {
        this.#sending = [];
        this.#waiting.unshift(...ids);
        this.#failures += 1;
        const delay = this.#options.onFailed(error, this.#failures);
        if (!this.#stopped) this.#cancelRetry = this.#options.clock.after(delay, () => void this.#flush());
        return;
      }
    }
    this.#scheduled = false;
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}
