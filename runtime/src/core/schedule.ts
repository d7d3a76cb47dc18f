import type { EntryId } from '../types.js';
import { Fifo } from './fifo.js';

/** What a pool needs to know of a message to decide when it starts. */
export interface PoolItem {
  readonly id: EntryId;
  /** The order key: one item of each at a time. All items without one share a lane. */
  readonly key: string | undefined;
  /** Which route it takes; a batch has only one. Compared by identity. */
  readonly kind: unknown;
}

/** What has not started, and which of it may start next. Knows nothing of workers and permits. */
export interface Schedule<T extends PoolItem> {
  /** Fresh items that may start, or that a batch waits with. */
  readonly queued: number;
  /** Fresh items behind an unsettled one of their lane. */
  readonly blocked: number;
  /** Parked items that are due. */
  readonly due: number;
  /** Runs that could start now; never more than there are, maybe less while there are many. */
  readonly runnable: number;
  /** Takes a fresh item in. */
  add(item: T): void;
  /** Takes a parked item in that may start again. */
  addDue(item: T): void;
  /** Takes out what starts next; `undefined`: nothing may. */
  next(): readonly T[] | undefined;
  /** Takes out what has not started; `false` if it isn't inside. */
  remove(item: T): boolean;
  /** Takes out all that has not started, due retries first. Nothing is timed any more. */
  close(): T[];
}

/** Items one by one, in the order in which they came; due retries first. */
export class Singles<T extends PoolItem> implements Schedule<T> {
  readonly #fresh = new Fifo<T>();
  readonly #due = new Fifo<T>();
  readonly #roomForDue: () => number;

  /** @param roomForDue - How many due retries may start, which are not held until then. */
  constructor(roomForDue: () => number) {
    this.#roomForDue = roomForDue;
  }

  get queued(): number {
    return this.#fresh.size;
  }
  get blocked(): number {
    return 0;
  }
  get due(): number {
    return this.#due.size;
  }
  get runnable(): number {
    return this.#fresh.size + Math.min(this.#due.size, this.#roomForDue());
  }

  add(item: T): void {
    this.#fresh.push(item);
  }

  addDue(item: T): void {
    this.#due.push(item);
  }

  next(): readonly T[] | undefined {
    const mayRetry = this.#due.size > 0 && this.#roomForDue() > 0;
    const item = mayRetry ? this.#due.shift() : this.#fresh.shift();
    return item === undefined ? undefined : [item];
  }

  remove(item: T): boolean {
    return this.#fresh.remove(item) || this.#due.remove(item);
  }

  close(): T[] {
    return [...this.#due.drain(), ...this.#fresh.drain()];
  }
}
