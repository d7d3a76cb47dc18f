import type { Pool } from '../core/pool.js';
import type { PoolItem } from '../core/schedule.js';
import { Wakeup } from '../core/signal.js';
import type { Clock, PermitGrant, PermitRequest } from '../types.js';

/** Processes that wait for the same permit don't ask at the same instant: up to so many ms later. */
const SPREAD = 5;

export interface GateOptions<T extends PoolItem> {
  readonly pool: Pool<T>;
  /** Asks for permits and tells what became of earlier ones: the group, or this process alone. */
  readonly ask: (request: Omit<PermitRequest, 'max' | 'per'>) => Promise<PermitGrant>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly stopping: AbortSignal;
  /** Handlers are held back: nothing more may start for so many milliseconds. */
  readonly onLimited: (waitMs: number) => void;
  /** Asking failed; gives how many milliseconds to wait before it is tried again. */
  readonly onFailed: (error: unknown, failures: number) => number;
}

/**
 * Gets permits for handler starts. A permit is fetched before the message that it is for is taken, so that what waits for
 * one stays in Redis, where any process may take it. One question at a time, which also reports what was used.
 */
export class Gate<T extends PoolItem = PoolItem> {
  readonly #options: GateOptions<T>;
  readonly #wake = new Wakeup();
  readonly #waiting: { readonly most: number; readonly answer: () => void }[] = [];
  #claimed = 0;
  /** What is to be told of earlier permits. */
  #used = 0;
  /** When the last of them was used. Said to be later than it was, a start would hold back another one for longer. */
  #usedAt = 0;
  #returned = 0;
  /** It was said when it makes sense to ask again. */
  #resting = false;
  #cancel: (() => void) | undefined;

  constructor(options: GateOptions<T>) {
    this.#options = options;
    options.stopping.addEventListener('abort', () => this.#stop(), { once: true });
  }

  /** Something may have started, or want to start. */
  notify(): void {
    this.#wake.notify();
  }

  /** A handler begins now. Where its attempt had to be recorded first, that is later than it was given a worker. */
  started(): void {
    this.#used += 1;
    this.#usedAt = this.#options.clock.now();
    this.#wake.notify();
  }

  /** What was given a worker does not begin. */
  notStarted(): void {
    this.#returned += 1;
    this.#wake.notify();
  }

  /**
   * Sets up to `most` permits aside for messages that are about to be taken; waits for the first. 0: no worker is free for
   * them, or the worker stops. They are free for others again after `settle`.
   */
  async claim(most: number): Promise<number> {
    const { pool, stopping } = this.#options;
    while (!stopping.aborted) {
      const free = Math.min(most, pool.permits - this.#claimed);
      if (free > 0) {
        this.#claimed += free;
        return free;
      }
      if (pool.limit - pool.running - pool.permits <= 0 || pool.paused) return 0;
      await new Promise<void>((answer) => {
        this.#waiting.push({ most, answer });
        this.#wake.notify();
      });
    }
    return 0;
  }

  /** What was claimed is used, or free for others. */
  settle(claimed: number): void {
    this.#claimed -= claimed;
  }

  /** There is nothing to take: what is left of the permits is for other processes. */
  giveBack(): void {
    if (this.#claimed > 0) return;
    this.#returned += this.#options.pool.takeBackPermits();
    this.#wake.notify();
  }

  /** Goes on until the worker stops; tells then what is left. Never rejects. */
  async run(): Promise<void> {
    const { stopping, clock } = this.#options;
    let failures = 0;
    while (!stopping.aborted) {
      await this.#wake.wait();
      await new Promise<void>((resolve) => clock.nextTurn(resolve));
      const wait = await this.#exchange(failures + 1);
      failures = wait === undefined ? 0 : failures + 1;
      if (wait !== undefined) this.#later(wait);
    }
    this.#returned += this.#options.pool.takeBackPermits();
    await this.#exchange(1);
  }

  /** One question; gives how long to wait after a failure. */
  async #exchange(failures: number): Promise<number | undefined> {
    const { pool, ask, clock, random, stopping, onLimited, onFailed } = this.#options;
    const want = stopping.aborted || this.#resting ? 0 : this.#want();
    const [used, returned] = [this.#used, this.#returned];
    if (want === 0 && used === 0 && returned === 0) return undefined;
    this.#used = 0;
    this.#returned = 0;
    try {
      const ago = used > 0 ? clock.now() - this.#usedAt : 0;
      const { granted, waitMs } = await ask({ want, used, ago, returned });
      if (stopping.aborted) this.#returned += granted;
      else if (granted > 0) pool.grant(granted);
      if (granted < want) {
        this.#later(waitMs + random() * SPREAD);
        onLimited(waitMs);
      }
      for (const { answer } of granted > 0 ? this.#waiting.splice(0) : []) answer();
      return undefined;
    } catch (error) {
      // Told once too often, it holds back a start; not told, a permit would never be free again.
      this.#used += used;
      this.#returned += returned;
      if (stopping.aborted) return undefined;
      return onFailed(error, failures);
    }
  }

  #want(): number {
    const { pool } = this.#options;
    const free = pool.limit - pool.running - pool.permits;
    const readers = this.#waiting.reduce((sum, { most }) => sum + most, 0);
    return Math.max(pool.missingPermits(), Math.min(free, readers), 0);
  }

  /** Asks again after so many milliseconds. What has to be told meanwhile is told. */
  #later(ms: number): void {
    const { clock } = this.#options;
    this.#resting = true;
    this.#cancel?.();
    this.#cancel = clock.after(ms, () => {
      this.#resting = false;
      this.#wake.notify();
    });
  }

  #stop(): void {
    this.#cancel?.();
    for (const { answer } of this.#waiting.splice(0)) answer();
    this.#wake.notify();
  }
}
