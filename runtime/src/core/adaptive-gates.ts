import { add, ends, failureShare, NOTHING, type Tally } from './adaptive-tally.js';

/** How busy the event loop was, 0..1, and how late its timers were at the 99th percentile, in milliseconds. */
export interface LoopSample {
  readonly utilisation: number;
  readonly delayP99: number;
}

/** Above `FULL` more handlers only wait for each other; above `CROWDED` it is worth trying fewer. */
const [FULL, CROWDED] = [0.92, 0.98];
const LATE_MS = 100;

/** What the event loop leaves room for. */
export class LoopGate {
  #utilisation: number | undefined;
  #delay = 0;

  sampled({ utilisation, delayP99 }: LoopSample): void {
    const before = this.#utilisation ?? utilisation;
    this.#utilisation = before + 0.3 * (utilisation - before);
    this.#delay += 0.3 * (delayP99 - this.#delay);
  }

  /** No more handlers. A late loop with time to spare is not late because of how many handlers there are. */
  get full(): boolean {
    return (this.#utilisation ?? 0) > FULL;
  }

  /** Fewer might do as well. */
  get crowded(): boolean {
    return (this.#utilisation ?? 0) > CROWDED || (this.full && this.#delay > LATE_MS);
  }
}

/** Failures beyond the usual share that are a reason to try fewer handlers. */
const EXCESS = 0.05;
const LEAST_ENDS = 30;

/** Notices when failures become more. Those that are there whatever the limit become the usual ones. */
export class FailureGate {
  #recent: Tally = NOTHING;
  #usual = 0;

  slice(slice: Tally): void {
    this.#recent = add(this.#recent, slice, 0.9);
    // What has become less is believed at once, what has become more only when fewer handlers don't help.
    if (ends(this.#recent) >= LEAST_ENDS) {
      const share = failureShare(this.#recent);
      this.#usual += (share < this.#usual ? 0.05 : 0.002) * (share - this.#usual);
    }
  }

  get raised(): boolean {
    const count = ends(this.#recent);
    if (count < LEAST_ENDS) return false;
    const share = failureShare(this.#recent);
    const expected = this.#usual + EXCESS;
    return share > expected + 3 * Math.sqrt((expected * (1 - expected)) / count);
  }

  /** Fewer handlers did not help. */
  accept(): void {
    this.#usual = Math.max(this.#usual, failureShare(this.#recent));
  }

  restart(): void {
    this.#recent = NOTHING;
  }
}
