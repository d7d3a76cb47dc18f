import type { Clock } from '../../runtime/src/types.js';
import type { Happening, Scheduler } from './scheduler.js';

/** What came for a paused process is worked off in this order when it goes on. */
export type Resumption = 'as it came' | 'timers first' | 'replies first';

/** An operating-system process: what happens in it can be held back, and can end at once. */
export class Host {
  readonly name: string;
  readonly scheduler: Scheduler;
  /** Timers of the engine that have neither fired nor been cancelled. */
  readonly timers = new Set<Happening>();
  /** Requests that have not been answered. */
  inFlight = 0;
  #disturbedUntil = Number.NEGATIVE_INFINITY;
  #state: 'runs' | 'paused' | 'dead' = 'runs';
  #heldBack: Happening[] = [];
  readonly #calendar: () => number;

  constructor(name: string, scheduler: Scheduler, calendar: () => number) {
    this.name = name;
    this.scheduler = scheduler;
    this.#calendar = calendar;
  }

  get alive(): boolean {
    return this.#state !== 'dead';
  }

  get paused(): boolean {
    return this.#state === 'paused';
  }

  readonly clock: Clock = {
    now: () => this.scheduler.now,
    time: () => this.#calendar(),
    after: (ms, callback) => {
      const timer = this.schedule(ms, 'timer', () => {
        this.timers.delete(timer);
        callback();
      });
      this.timers.add(timer);
      return () => {
        timer.cancelled = true;
        this.timers.delete(timer);
      };
    },
    nextTurn: (callback) => void this.schedule(0, 'turn', callback),
  };

  schedule(ms: number, kind: Happening['kind'], callback: () => void): Happening {
    return this.scheduler.schedule(this.scheduler.now + ms, kind, this, callback);
  }

  /** Whether something may happen in this process now. While it is paused, it is kept for later. */
  admits(happening: Happening): boolean {
    if (this.#state === 'paused') this.#heldBack.push(happening);
    return this.#state === 'runs';
  }

  /** Since when it has been running and well connected: what it doesn't do in time since then is its own fault. */
  get calmSince(): number {
    return this.paused ? Number.POSITIVE_INFINITY : this.#disturbedUntil;
  }

  disturbed(until: number): void {
    this.#disturbedUntil = Math.max(this.#disturbedUntil, until);
  }

  pause(): void {
    if (this.#state === 'runs') this.#state = 'paused';
  }

  resume(order: Resumption): void {
    if (this.#state !== 'paused') return;
    this.#state = 'runs';
    this.disturbed(this.scheduler.now);
    const kinds = { 'as it came': undefined, 'timers first': 'timer', 'replies first': 'reply' } as const;
    const first = kinds[order];
    const heldBack = this.#heldBack.splice(0);
    const ahead = heldBack.filter(({ kind }) => kind === first);
    for (const happening of [...ahead, ...heldBack.filter(({ kind }) => kind !== first)]) {
      happening.at = this.scheduler.now;
      this.scheduler.put(happening);
    }
  }

  /** Nothing of it runs any more. */
  crash(): void {
    this.#state = 'dead';
    this.#heldBack = [];
    this.timers.clear();
  }
}
