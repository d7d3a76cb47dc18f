import type { PermitGrant, PermitRequest } from '../types.js';

/** How long past its window a process that says nothing keeps its permits, ms. */
const PATIENCE = 10_000;
/** Pieces of a window that starts are counted in. */
const STEPS = 1_000;
/** What others hold they may return at any time, and nobody would say so: asked again after so many ms. */
const ASK_AGAIN = 1_000;

interface Starts {
  /** When they count as started: at the end of their piece of the window, rather later than they did. */
  readonly at: number;
  count: number;
}

interface Holding {
  count: number;
  /** When it lapses. */
  until: number;
}

/** Permits to start handlers, for one group or one process: at most so many starts in any window. */
export class Permits {
  /** In the order of their times. */
  #starts: Starts[] = [];
  readonly #holdings = new Map<object, Holding>();
  /** The longest window that anybody asked for within one, and when: starts are kept for so long. */
  #widest = 0;
  #asked = 0;

  /**
   * @param holder who asks; permits of each are counted apart
   * @param held permits that it still has from before
   */
  ask(holder: object, request: PermitRequest, held: number, now: number): PermitGrant {
    const { max, per, want, used, ago } = request;
    if (per >= this.#widest || now - this.#asked > this.#widest) {
      this.#widest = per;
      this.#asked = now;
    }
    this.#starts = this.#starts.filter(({ at }) => at > now - this.#widest);
    if (used > 0) this.#record(now - Math.max(0, ago), used, now);

    this.#holdings.delete(holder);
    for (const [other, { until }] of this.#holdings) if (until <= now) this.#holdings.delete(other);
    const others = [...this.#holdings.values()];
    const inside = this.#starts.filter(({ at }) => at > now - per);
    const taken = sum(inside) + sum(others) + held;
    const granted = Math.max(0, Math.min(want, max - taken));
    if (held + granted > 0) {
      this.#holdings.set(holder, { count: held + granted, until: now + per + PATIENCE });
    }
    if (granted >= want) return { granted, waitMs: 0 };
    const next = [per, ...others.map(({ until }) => until - now)];
    if (inside[0] !== undefined) next.push(inside[0].at + per - now);
    if (others.length > 0) next.push(ASK_AGAIN);
    return { granted, waitMs: Math.max(1, Math.ceil(Math.min(...next))) };
  }

  #record(time: number, count: number, now: number): void {
    const step = Math.max(1, Math.ceil(this.#widest / STEPS));
    const at = step === 1 ? time : Math.ceil(time / step) * step;
    if (at <= now - this.#widest) return;
    const index = this.#starts.findIndex((start) => start.at >= at);
    const next = this.#starts[index];
    if (next?.at === at) next.count += count;
    else this.#starts.splice(index === -1 ? this.#starts.length : index, 0, { at, count });
  }
}

/** One that asks, and remembers what it has. */
export class PermitHolder {
  readonly #permits: Permits;
  /** Granted, and told neither used nor returned. */
  #held = 0;

  constructor(permits: Permits) {
    this.#permits = permits;
  }

  ask(request: PermitRequest, now: number): PermitGrant {
    const held = Math.max(0, this.#held - request.used - request.returned);
    const grant = this.#permits.ask(this, request, held, now);
    this.#held = held + grant.granted;
    return grant;
  }
}

function sum(counts: readonly { readonly count: number }[]): number {
  return counts.reduce((total, { count }) => total + count, 0);
}
