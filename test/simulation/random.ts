import { Random as SeededRandom } from '../../runtime/src/plan/random.js';

/** A seeded source of chance, and draws that read well. */
export class Random extends SeededRandom {
  constructor(seed: number) {
    super(seed);
    this.state = seed >>> 0;
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** From `from` up to `to`. */
  between(from: number, to: number): number {
    return from + (to - from) * this.next();
  }

  /** A whole number from `from` to `to`, both included. */
  int(from: number, to: number): number {
    return Math.floor(this.between(from, to + 1));
  }

  pick<T>(choices: readonly T[]): T {
    if (choices.length === 0) throw new Error('there is nothing to choose from');
    return choices[this.int(0, choices.length - 1)] as T;
  }

  /** Waiting time until something that happens every `mean` on average. */
  wait(mean: number): number {
    return this.exponential() * mean;
  }

  /** A source of its own, so that draws for one purpose don't shift those for another. */
  fork(label: number): Random {
    return new Random(Math.imul(this.state ^ (label + 0x9e3779b9), 0x85ebca6b) >>> 0);
  }
}
