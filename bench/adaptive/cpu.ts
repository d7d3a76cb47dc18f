import type { Random } from '../../test/simulation/random.js';
import type { Agenda } from './agenda.js';
import type { Handler } from './process.js';

/** The one thread of a process: handlers take turns on it, and its event loop is as late as the queue is long. */
export class Thread {
  readonly #agenda: Agenda;
  readonly #random: Random;
  #freeAt = 0;
  #busy = 0;
  #seenAt = 0;
  #worst = 0;

  constructor(agenda: Agenda, random: Random) {
    this.#agenda = agenda;
    this.#random = random;
  }

  /** A handler that computes for about `cpu` ms and then waits for about `io` ms. */
  handler(cpu: number, io: number): Handler {
    return (done) => {
      const takes = cpu * this.#random.between(0.5, 1.5);
      const { now } = this.#agenda;
      const begins = Math.max(now, this.#freeAt);
      this.#worst = Math.max(this.#worst, begins + takes - now);
      this.#freeAt = begins + takes;
      this.#busy += takes;
      this.#agenda.after(this.#freeAt - now + io * this.#random.between(0.5, 1.5), () => done(true));
    };
  }

  /** As the runtime's sampler tells it. */
  readonly sample = (): { utilisation: number; delayP99: number } => {
    const { now } = this.#agenda;
    const ahead = Math.max(0, this.#freeAt - now);
    const utilisation = now === this.#seenAt ? 0 : (this.#busy - ahead) / (now - this.#seenAt);
    const delayP99 = Math.max(this.#worst, ahead);
    this.#busy = ahead;
    this.#worst = 0;
    this.#seenAt = now;
    return { utilisation: Math.max(0, Math.min(1, utilisation)), delayP99 };
  };
}
