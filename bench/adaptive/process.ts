import type { Agenda } from './agenda.js';
import type { Limiter } from './limiters.js';

const TICK_MS = 200;

/** One handler: calls `done` when it ends. */
export type Handler = (done: (ok: boolean) => void) => void;

/** A process with more work than it can do: it keeps as many handlers running as its limiter allows. */
export class BusyProcess {
  readonly #agenda: Agenda;
  readonly #limiter: Limiter;
  readonly #handler: Handler;
  /** Good ends, and the limit, second by second. */
  readonly good: number[] = [];
  readonly limits: number[] = [];
  /** The lowest and the highest limit there ever was. */
  lowest = Number.POSITIVE_INFINITY;
  highest = 0;
  #running = 0;

  constructor(agenda: Agenda, limiter: Limiter, handler: Handler) {
    this.#agenda = agenda;
    this.#limiter = limiter;
    this.#handler = handler;
    this.#start();
    agenda.after(TICK_MS, () => this.#tick());
  }

  #tick(): void {
    this.#limiter.tick(true);
    this.#start();
    this.#agenda.after(TICK_MS, () => this.#tick());
  }

  #start(): void {
    const limit = this.#limiter.limit;
    this.lowest = Math.min(this.lowest, limit);
    this.highest = Math.max(this.highest, limit);
    while (this.#running < limit) {
      this.#running += 1;
      const began = this.#agenda.now;
      this.#handler((ok) => this.#ended(began, ok));
    }
    const second = Math.floor(this.#agenda.now / 1_000);
    this.limits[second] = limit;
  }

  #ended(began: number, ok: boolean): void {
    const { now } = this.#agenda;
    this.#limiter.ended(now - began, ok, this.#running);
    this.#running -= 1;
    const second = Math.floor(now / 1_000);
    if (ok) this.good[second] = (this.good[second] ?? 0) + 1;
    this.#start();
  }
}
