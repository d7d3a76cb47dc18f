import { ends, faded, goodput, NOTHING, Noise, sum, type Tally } from './adaptive-tally.js';

export interface AdaptiveOptions {
  readonly min: number;
  readonly max: number;
  /** Where it begins, brought within `min..max`. */
  readonly start: number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  readonly random: () => number;
  /** The event loop, sampled at each step: how busy it was (0..1), and how late its timers were, in ms. */
  readonly loop?: () => { readonly utilisation: number; readonly delayP99: number };
}

export interface LimitChange {
  readonly from: number;
  readonly to: number;
  readonly reason: string;
}

const STEADY_STEP = 1.25;
const FIRST_STEP = 2;
const WORTH = 0.4;
const CONFIDENCE = 1.2;
const LEAST_MS = 800;
const LEAST_ENDS = 30;
const MOST_MS = 8_000;
const [REST_MS, LONGEST_REST_MS] = [1_000, 8_000];

/**
 * Finds the limit of one channel in one process by what it yields. A consumer with a backlog is never short of work, so
 * how long handlers take says little; what counts is how many end well in a second. It tries another limit for a
 * while, and keeps it if the goodput has followed the limit far enough.
 */
export class AdaptiveLimit {
  readonly #options: AdaptiveOptions;
  readonly #noise = new Noise();
  #cap: number;
  /** The limit that has proved itself, and what it yields. */
  #base: number;
  #atBase: Tally = NOTHING;
  #limit: number;
  #atTrial: Tally = NOTHING;
  #up = true;
  #stepFactor = FIRST_STEP;
  #rejections = 0;
  #restUntil = 0;
  #settledAt = 0;
  #lastStep: number;
  #wasBacklogged = false;
  #good = 0;
  #failed = 0;

  constructor(options: AdaptiveOptions) {
    this.#options = options;
    this.#cap = options.max;
    this.#base = this.#within(options.start);
    this.#limit = this.#base;
    this.#lastStep = options.now();
  }

  /** How many handlers may run now; always within `min..max`, and not above the cap unless the cap is below `min`. */
  get limit(): number {
    return this.#limit;
  }

  /** A handler ended after `tookMs`, well or not. */
  completed(tookMs: number, ok: boolean): void {
    if (ok) this.#good += 1;
    else this.#failed += 1;
    this.#noise.handler(tookMs);
  }

  /** What the group leaves to this process has changed. Takes effect at once; `min` wins over it. */
  setCap(cap: number): void {
    this.#cap = Math.min(this.#options.max, Math.floor(cap));
    const base = this.#within(this.#base);
    if (base === this.#base && this.#within(this.#limit) === this.#limit) return;
    this.#base = base;
    this.#atBase = NOTHING;
    this.#goto(base);
  }

  /**
   * Looks at what has ended since the last call and says what was changed. To be called about every 200 ms; a call that
   * comes late or early does no harm.
   *
   * @param backlogged whether there is more work than workers: without it, the goodput says nothing about the limit.
   */
  step(backlogged: boolean): LimitChange | undefined {
    const now = this.#options.now();
    const slice = { ms: now - this.#lastStep, good: this.#good, failed: this.#failed };
    const from = this.#limit;
    const counts = backlogged && this.#wasBacklogged && this.#lastStep >= this.#settledAt;
    this.#lastStep = now;
    this.#good = 0;
    this.#failed = 0;
    this.#wasBacklogged = backlogged;
    if (!counts) {
      this.#noise.interrupted();
      return undefined;
    }
    this.#noise.slice(slice);
    const reason = this.#limit === this.#base ? this.#resting(slice, now) : this.#trying(slice, now);
    return reason === undefined || this.#limit === from ? undefined : { from, to: this.#limit, reason };
  }

  #resting(slice: Tally, now: number): string | undefined {
    this.#atBase = sum(faded(this.#atBase, 0.95), slice);
    if (!this.#enough(this.#atBase) || now < this.#restUntil) return undefined;
    const next = this.#next(this.#up) ?? this.#next(!this.#up);
    if (next === undefined) return undefined;
    this.#up = next > this.#base;
    this.#goto(next);
    return this.#up ? 'probe up' : 'probe down';
  }

  #trying(slice: Tally, now: number): string | undefined {
    this.#atTrial = sum(this.#atTrial, slice);
    const verdict = this.#verdict();
    if (verdict === undefined) return undefined;
    if (verdict === this.#up) {
      this.#base = this.#limit;
      this.#atBase = this.#atTrial;
      this.#atTrial = NOTHING;
      this.#rejections = 0;
      this.#stepFactor = Math.min(FIRST_STEP, this.#stepFactor ** 1.7);
      const next = this.#next(this.#up);
      if (next === undefined) return undefined;
      this.#goto(next);
      return this.#up ? 'more yields more' : 'less yields as much';
    }
    this.#rejections += 1;
    this.#stepFactor = Math.max(STEADY_STEP, Math.sqrt(this.#stepFactor));
    this.#up = this.#options.random() < 0.5;
    const rest = Math.min(LONGEST_REST_MS, REST_MS * 2 ** this.#rejections);
    this.#restUntil = now + rest * (0.5 + this.#options.random());
    this.#goto(this.#base);
    return 'back';
  }

  /** Whether the higher limit of the two is worth it; nothing while that can't be told. */
  #verdict(): boolean | undefined {
    if (!this.#enough(this.#atTrial)) return undefined;
    const [before, after] = [goodput(this.#atBase), goodput(this.#atTrial)];
    // Nothing ends well at all: less is as good.
    if (before === 0 || after === 0)
      return before === after ? false : after > before === this.#limit > this.#base;
    const ratio = Math.log(this.#limit / this.#base);
    const worth = Math.log(after / before) / ratio;
    const error = Math.hypot(this.#noise.of(this.#atBase), this.#noise.of(this.#atTrial)) / Math.abs(ratio);
    if (Math.abs(worth - WORTH) < CONFIDENCE * error && this.#atTrial.ms < MOST_MS) return undefined;
    return worth > WORTH;
  }

  #enough(tally: Tally): boolean {
    return (tally.ms >= LEAST_MS && ends(tally) >= LEAST_ENDS) || tally.ms >= MOST_MS;
  }

  #next(up: boolean): number | undefined {
    const exact = up ? this.#base * this.#stepFactor : this.#base / this.#stepFactor;
    const rounded = Math.round(exact);
    const moved = rounded === this.#base ? rounded + (up ? 1 : -1) : rounded;
    const next = this.#within(moved);
    return next === this.#base ? undefined : next;
  }

  #goto(limit: number): void {
    this.#limit = limit;
    this.#atTrial = NOTHING;
    this.#noise.interrupted();
    this.#settledAt = this.#options.now() + 2 * this.#noise.took;
  }

  #within(limit: number): number {
    return Math.max(this.#options.min, Math.min(this.#cap, this.#options.max, Math.floor(limit)));
  }
}
