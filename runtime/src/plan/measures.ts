import type { Worker } from '../engine/worker.js';
import type { Bound } from './capacity.js';
import type { PlanClock } from './clock.js';
import { type Distribution, Level } from './level.js';
import { randomOf } from './load.js';

/** What a policy does with a load. Rates are messages a second, times milliseconds. */
export interface SimulationResult {
  readonly operation: string;
  readonly processes: number;
  /** Processes that have work: of an ordered channel each shard has one, and the others stand by. */
  readonly working: number;
  readonly duration: number;
  readonly warmUp: number;
  /** Messages that came, those of the warm-up included. */
  readonly arrived: number;
  readonly offered: number;
  /** Messages that were handled. */
  readonly throughput: number;
  /** From the moment when a message is in the stream until its handler starts for the first time. */
  readonly waiting: Distribution;
  /** Share of the workers that is busy, from 0 to 1. */
  readonly utilisation: number;
  /** Handlers at work, their limit, and messages held; in all processes that have work together. */
  readonly running: Span;
  readonly limit: Span;
  readonly held: Span;
  /** Messages published and not settled, wherever they are. */
  readonly inSystem: Span;
  readonly retries: number;
  readonly deadLettered: number;
  /** Messages that found the backlog full. */
  readonly refused: number;
  /** More arrives than gets done, so that the backlog grows without end; `undefined`: it keeps up. */
  readonly overload: Overload | undefined;
}

export interface Span {
  readonly mean: number;
  readonly max: number;
}

export interface Overload {
  /** Messages by which the backlog grows each second. */
  readonly growth: number;
  /** What lets no more through, where that is plain. */
  readonly by: Bound['by'] | undefined;
}

/** Looks at what workers hold and may run: at random moments, so that nothing regular hides. */
const LOOKS = 4_000;

/** Listens to the engine and counts. */
export class Measures {
  readonly #clock: PlanClock;
  readonly #from: number;
  readonly #to: number;
  readonly #running: Level;
  readonly #inSystem: Level;
  readonly #held: Level;
  readonly #limit: Level;
  readonly #arrivedAt: Float64Array;
  readonly #waits: Float64Array;
  /** Messages that counted and have not started. */
  #waiting = 0;
  #handled = 0;
  #retries = 0;
  #deadLettered = 0;
  #refused = 0;
  /** How many were in the system when half of the time was over, and at its end. */
  readonly #backlog: [number, number] = [0, 0];
  #arrivedInHalf = 0;

  constructor(clock: PlanClock, { from, to }: { from: number; to: number }, messages: number) {
    this.#clock = clock;
    this.#from = from;
    this.#to = to;
    this.#running = new Level(from, to);
    this.#inSystem = new Level(from, to);
    this.#held = new Level(from, to);
    this.#limit = new Level(from, to);
    this.#arrivedAt = new Float64Array(messages).fill(-1);
    this.#waits = new Float64Array(messages).fill(-1);
    clock.after((from + to) / 2, () => {
      this.#backlog[0] = this.#inSystem.value;
    });
    clock.after(to, () => {
      this.#backlog[1] = this.#inSystem.value;
    });
  }

  /** Whether every message that came in time has been started. */
  get allStarted(): boolean {
    return this.#waiting === 0;
  }

  watch(workers: readonly Worker[], seed: number): void {
    for (const worker of workers) {
      worker.on('acked', () => this.#settled(true));
      worker.on('dead-lettered', () => {
        if (this.#inWindow) this.#deadLettered += 1;
        this.#settled(false);
      });
      worker.on('retry-scheduled', () => {
        if (this.#inWindow) this.#retries += 1;
      });
    }
    const random = randomOf(seed, 'samples');
    const look = () => {
      const states = workers.map((worker) => worker.status());
      const now = this.#clock.now();
      this.#held.set(sum(states.flatMap((state) => state.map(({ held }) => held))), now);
      // One that stands by has a limit, and nothing to run.
      const working = states.flatMap((state) =>
        state.filter(({ shards }) => shards.some(({ owner }) => owner !== false)),
      );
      this.#limit.set(sum(working.map(({ limit }) => limit)), now);
      if (now < this.#to) this.#clock.after((random.exponential() * this.#to) / LOOKS, look);
    };
    look();
  }

  arrived(n: number): void {
    const now = this.#clock.now();
    this.#arrivedAt[n] = now;
    this.#inSystem.add(1, now);
    if (this.#inWindow) this.#waiting += 1;
    if (now > (this.#from + this.#to) / 2) this.#arrivedInHalf += 1;
  }

  /** It found the backlog full. */
  refused(n: number): void {
    if (this.#counts(n)) {
      this.#waiting -= 1;
      this.#refused += 1;
    }
    this.#arrivedAt[n] = -1;
    this.#inSystem.add(-1, this.#clock.now());
  }

  /** One handler call began, for these messages. */
  started(numbers: readonly number[]): void {
    const now = this.#clock.now();
    this.#running.add(1, now);
    for (const n of numbers) {
      if (this.#waits[n] !== -1) continue;
      this.#waits[n] = now - (this.#arrivedAt[n] ?? now);
      if (this.#counts(n)) this.#waiting -= 1;
    }
  }

  ended(): void {
    this.#running.add(-1, this.#clock.now());
  }

  /** How fast the backlog grew in the second half, and whether that is more than chance. */
  growth(): { readonly perSecond: number; readonly lasting: boolean } {
    const [before, after] = this.#backlog;
    const grown = after - before;
    const half = (this.#to - this.#from) / 2 / 1_000;
    const arrived = this.#arrivedInHalf;
    // A queue that keeps up wanders, by about the root of what comes and goes.
    const lasting = grown > Math.max(0.02 * arrived, 4 * Math.sqrt(arrived));
    return { perSecond: grown / half, lasting };
  }

  end() {
    const now = this.#clock.now();
    const waits: number[] = [];
    for (const [n, arrivedAt] of this.#arrivedAt.entries()) {
      if (arrivedAt === -1 || !this.#counts(n)) continue;
      const wait = this.#waits[n] ?? -1;
      // What never started has waited this long at least.
      waits.push(wait === -1 ? now - arrivedAt : wait);
    }
    return {
      waits,
      handled: this.#handled,
      retries: this.#retries,
      deadLettered: this.#deadLettered,
      refused: this.#refused,
      running: this.#running.end(),
      limit: this.#limit.end(),
      held: this.#held.end(),
      inSystem: this.#inSystem.end(),
    };
  }

  get #inWindow(): boolean {
    const now = this.#clock.now();
    return now >= this.#from && now <= this.#to;
  }

  #counts(n: number): boolean {
    const at = this.#arrivedAt[n] ?? -1;
    return at >= this.#from && at <= this.#to;
  }

  #settled(handled: boolean): void {
    if (handled && this.#inWindow) this.#handled += 1;
    this.#inSystem.add(-1, this.#clock.now());
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
