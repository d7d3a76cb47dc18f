import type { Host } from './host.js';
import type { Plan, RequestRisks } from './plan.js';
import type { Random } from './random.js';

/** What becomes of one request. */
export interface Fate {
  readonly kind: 'well' | keyof RequestRisks;
  /** Milliseconds until it takes effect; for what is late, until its caller has given it up. */
  readonly there: number;
  /** Milliseconds from there until the caller hears of it; for what is late, until it takes effect after all. */
  readonly back: number;
  /** Whether it takes effect although its process crashed on the way. */
  readonly survivesCrash: boolean;
}

/** Decides about requests. */
export class Fates {
  readonly counts = new Map<Fate['kind'], number>();
  readonly #plan: Plan;
  readonly #random: Random;
  /** By process; `undefined`: all of them. */
  readonly #outages = new Map<Host | undefined, number>();
  #calm = false;

  constructor(plan: Plan, random: Random) {
    this.#plan = plan;
    this.#random = random;
  }

  /** From now on everything goes well. */
  calm(): void {
    this.#calm = true;
    this.#outages.clear();
  }

  outage(host: Host | undefined, until: number): void {
    this.#outages.set(host, until);
  }

  draw(host: Host): Fate {
    const random = this.#random;
    const kind = this.#kind(host);
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
    const { roundTrip, lease } = this.#plan;
    const usual = () => (roundTrip / 2) * random.between(0.2, 1);
    let [there, back] = [usual(), usual()];
    if (kind === 'late') back = random.wait(lease / 2);
    else if (kind === 'slow' && random.chance(0.5)) there = random.between(0, 2 * lease);
    else if (kind === 'slow') back = random.between(0, 2 * lease);
    // A connection that breaks is noticed at once, or only when nothing comes.
    else if (kind === 'replyLost' && random.chance(0.2)) back = random.between(0, 2 * lease);
    if (kind !== 'well') host.disturbed(host.scheduler.now + there + back);
    return { kind, there, back, survivesCrash: random.chance(0.5) };
  }

  #kind(host: Host): Fate['kind'] {
    const random = this.#random;
    if (this.#calm) return 'well';
    const { now } = host.scheduler;
    const until = Math.max(this.#outages.get(host) ?? 0, this.#outages.get(undefined) ?? 0);
    if (now < until) return random.chance(0.2) ? 'replyLost' : 'requestLost';
    let drawn = random.next();
    for (const [kind, risk] of Object.entries(this.#plan.risks)) {
      drawn -= risk;
      if (drawn < 0) return kind as keyof RequestRisks;
    }
    return 'well';
  }
}
