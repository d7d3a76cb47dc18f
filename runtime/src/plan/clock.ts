import { Heap } from '../core/heap.js';
import type { Clock } from '../types.js';

interface Timer {
  readonly at: number;
  /** Of timers of one time, the earlier one fires first. */
  readonly order: number;
  readonly callback: () => void;
  cancelled: boolean;
}

/** Real milliseconds after which the process gets a turn for whatever else it has to do. */
const TURN = 50;

/**
 * A clock whose time passes as fast as the work that hangs on it is done. Timers fire one by one, each at its own
 * time, and before the next one everything that it has set off by way of promises has run: nothing but the timers
 * decides the order, so that the same plan gives the same figures.
 */
export class PlanClock implements Clock {
  #now = 0;
  #order = 0;
  readonly #timers = new Heap<Timer>(earlier);

  now(): number {
    return this.#now;
  }

  /** Counts from 1970, whatever the day: entry ids are made of it. */
  time(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.#now + Math.max(0, ms), order: this.#order++, callback, cancelled: false };
    this.#timers.push(timer);
    return () => {
      timer.cancelled = true;
    };
  }

  /** A turn takes no time; it comes behind everything that is due already. */
  nextTurn(callback: () => void): void {
    this.after(0, callback);
  }

  /** Lets time pass until `done` says so, up to `deadline`. Tells whether it was done. */
  async run(done: () => boolean, deadline: number): Promise<boolean> {
    await drained();
    let turnAt = performance.now() + TURN;
    for (let next = this.#timers.first; !done(); next = this.#timers.first) {
      if (next === undefined || next.at > deadline) {
        this.#now = Math.max(this.#now, deadline);
        return done();
      }
      this.#timers.take();
      if (next.cancelled) continue;
      this.#now = next.at;
      next.callback();
      await drained();
      if (performance.now() < turnAt) continue;
      await new Promise<void>((resolve) => setImmediate(resolve));
      turnAt = performance.now() + TURN;
    }
    return true;
  }
}

function earlier(one: Timer, other: Timer): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}

/** Node runs this when no promise is left that can go on. */
function drained(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}
