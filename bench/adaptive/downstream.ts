import { Fifo } from '../../runtime/src/core/fifo.js';
import type { Random } from '../../test/simulation/random.js';
import type { Agenda } from './agenda.js';

/** How long a call takes when nobody is in its way. The mean is 1: it is multiplied by `latency`. */
export type Shape = 'usual' | 'bimodal';

export interface Conditions {
  /** Calls that are served at once; the others wait. */
  readonly knee: number;
  /** Mean time of one call in milliseconds, waiting aside. */
  readonly latency: number;
  readonly shape: Shape;
  /** Share of the calls that fail, whatever the load. */
  readonly errors: number;
  /** How much slower everything becomes for each call beyond the knee: 0.01 is one percent. */
  readonly contention: number;
  /** Calls that find so many waiting fail at once. */
  readonly sheds?: number;
  /** Where the handlers' own process is what is short: milliseconds computed and waited, instead of all the above. */
  readonly cpu?: { readonly cpu: number; readonly io: number };
}

export const USUAL: Conditions = { knee: 24, latency: 100, shape: 'usual', errors: 0, contention: 0 };

const REFUSED_AFTER_MS = 20;

/**
 * What handlers call: it serves so many calls at once, first come first served, and lets the others wait. So its
 * throughput grows with the calls up to the knee, and beyond it nothing grows but latency.
 */
export class Downstream {
  conditions: Conditions;
  readonly #agenda: Agenda;
  readonly #random: Random;
  readonly #waiting = new Fifo<(ok: boolean) => void>();
  #served = 0;

  constructor(agenda: Agenda, random: Random, conditions: Conditions) {
    this.#agenda = agenda;
    this.#random = random;
    this.conditions = conditions;
  }

  call(done: (ok: boolean) => void): void {
    if (this.#waiting.size >= (this.conditions.sheds ?? Number.POSITIVE_INFINITY)) {
      this.#agenda.after(REFUSED_AFTER_MS, () => done(false));
      return;
    }
    this.#waiting.push(done);
    this.#serve();
  }

  #serve(): void {
    const { knee, latency, contention, shape, errors } = this.conditions;
    while (this.#served < knee) {
      const done = this.#waiting.shift();
      if (done === undefined) return;
      this.#served += 1;
      const ms = latency * (1 + contention * this.#waiting.size) * share(shape, this.#random);
      this.#agenda.after(ms, () => {
        this.#served -= 1;
        this.#serve();
        done(!this.#random.chance(errors));
      });
    }
  }
}

/** Of mean 1: log-normal with a coefficient of variation of 0.5; or nine short ones for a long one, 1.6. */
function share(shape: Shape, random: Random): number {
  if (shape === 'bimodal') return random.chance(0.9) ? 0.5 : 5.5;
  const gauss = Math.sqrt(random.wait(2)) * Math.cos(2 * Math.PI * random.next());
  return Math.exp(SIGMA * gauss - SIGMA ** 2 / 2);
}

const SIGMA = Math.sqrt(Math.log(1 + 0.5 ** 2));
