/** A seeded source of chance: the mulberry32 generator. */
export class Random {
  protected state: number;

  /** @param stream another sequence of the same seed, so that draws for one purpose don't shift those for another */
  constructor(seed: number, stream = 0) {
    this.state = Math.imul(seed ^ Math.imul(stream + 1, 0x9e3779b9), 0x85ebca6b) >>> 0;
  }

  /** From 0 up to, but not including, 1. */
  readonly next = (): number => {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = this.state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };

  /** Exponential, with mean 1. */
  exponential(): number {
    return -Math.log(1 - this.next());
  }

  /** Normal, with mean 0 and deviation 1: Box and Muller's way, one of the two. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }
}
