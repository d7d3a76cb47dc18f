import { FailureGate, LoopGate, type LoopSample } from './adaptive-gates.js';
import { add, ends, goodput, NOTHING, Noise, type Tally } from './adaptive-tally.js';

export interface AdaptiveOptions {
  readonly min: number;
  readonly max: number;
  /** Where it begins; brought within `min..max`. */
  readonly start: number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** From 0 up to, but not including, 1. */
  readonly random: () => number;
  /** The event loop since the last call; called once a step. Default: it is taken to have time. */
  readonly loop?: () => LoopSample;
}

export interface LimitChange {
  readonly from: number;
  readonly to: number;
  /** In plain words. */
  readonly reason: string;
}

/** The two limits of a trial differ by this factor: at first and after a change, while nothing changes, after failures. */
const [FIRST, AGAIN, STEADY, FAILING] = [2, 1.5, 1.25, 1 / 0.7];
/** A trial lasts so many ms and ends, and goes on up to the latter while chance could explain the difference. */
const [LEAST_MS, LEAST_ENDS] = [800, 12];
const [MOST_MS, MOST_ENDS] = [8_000, 400];
/** Standard errors between what was seen and an even chance. */
const CONFIDENCE = 1.3;
/** How exactly the base has to be known before a trial, in steps of the trial. */
const SHARP = 0.4;
/** Between trials; longer while they change nothing. */
const [REST_MS, LONGEST_REST_MS] = [1_000, 6_000];
/** The share of the goodput that trials may cost. */
const BUDGET = 0.04;
/** Trials upwards for one downwards: fewer handlers cost goodput while they are tried, more of them only time. */
const UPS = 2;

/**
 * Finds the limit of one channel in one process by what it yields. With a backlog there is always more work than
 * workers, so that how long handlers take says little; what counts is how many end well in a second. Now and then it
 * tries another limit, and goes as far towards it as the goodput went.
 */
export class AdaptiveLimit {
  readonly #options: AdaptiveOptions;
  readonly #noise = new Noise();
  readonly #failures = new FailureGate();
  readonly #loop = new LoopGate();
  #cap: number;
  /** The best limit known, as exactly as it is known. */
  #base: number;
  /** In force: the base, rounded, or what is being tried. */
  #limit: number;
  /** What the base yields, and, during a trial, what the trial yields. */
  #atBase = NOTHING;
  #lately = NOTHING;
  #atTrial = NOTHING;
  #trial: 'none' | 'usual' | 'failures' = 'none';
  #factor = FIRST;
  #ups = 0;
  #fruitless = 0;
  #restUntil = 0;
  /** Fewer are not tried before. */
  #fewerFrom = 0;
  /** Until then, what ends began under another limit. */
  #mixedUntil = 0;
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

  /** How many handlers may run now. Always within `min..max`, and within the cap unless that is below `min`. */
  get limit(): number {
    return this.#limit;
  }

  /** A handler ended after `tookMs`, well or not. */
  completed(tookMs: number, ok: boolean): void {
    if (ok) this.#good += 1;
    else this.#failed += 1;
    this.#noise.handler(tookMs);
  }

  /** What the group leaves to this process has changed. Holds at once; `min` wins over it. */
  setCap(cap: number): void {
    this.#cap = Math.floor(cap);
    const base = this.#within(this.#base);
    if (base < this.#base) this.#settle(base);
    else if (this.#limit > this.#within(this.#limit)) this.#settle(this.#base);
  }

  /**
   * Looks at what has ended since the last call, and says what it changed. To be called about every 200 ms; late or
   * early calls do no harm.
   *
   * @param backlogged whether there is more work than workers. While there is not, goodput says nothing about the limit,
   *   which stays as it is.
   */
  step(backlogged: boolean): LimitChange | undefined {
    const now = this.#options.now();
    const slice: Tally = { ms: now - this.#lastStep, good: this.#good, failed: this.#failed };
    const counts = backlogged && this.#wasBacklogged && this.#lastStep >= this.#mixedUntil;
    this.#lastStep = now;
    this.#good = 0;
    this.#failed = 0;
    this.#wasBacklogged = backlogged;
    if (this.#options.loop !== undefined) this.#loop.sampled(this.#options.loop());
    if (!counts) {
      this.#noise.interrupted();
      return undefined;
    }
    this.#noise.slice(slice);
    this.#failures.slice(slice);
    const from = this.#limit;
    const reason = this.#trial === 'none' ? this.#rest(slice, now) : this.#try(slice);
    return this.#limit === from ? undefined : { from, to: this.#limit, reason };
  }

  #rest(slice: Tally, now: number): string {
    this.#atBase = add(this.#atBase, slice, this.#long(this.#atBase) ? 0.98 : 1);
    this.#lately = add(this.#lately, slice, ends(this.#lately) > LEAST_ENDS ? 0.8 : 1);
    if (!this.#enough(this.#atBase)) return '';
    const change = this.#change();
    if (change !== undefined) {
      this.#atBase = NOTHING;
      this.#lately = NOTHING;
      this.#factor = Math.max(this.#factor, AGAIN);
      this.#fruitless = 0;
      this.#ups = change === 'more' ? 0 : UPS;
      this.#restUntil = now;
      this.#fewerFrom = now;
      return '';
    }
    if (this.#failures.raised && this.#begin(false, FAILING, 'failures')) return 'failures have become more';
    if (now < this.#restUntil) return '';
    if (this.#noise.of(this.#atBase) > SHARP * Math.log(Math.max(this.#factor, 1 + 1 / this.#base)) && !this.#long(this.#atBase)) return '';
    const fewer = now >= this.#fewerFrom;
    if (fewer && this.#loop.crowded && this.#begin(false, this.#factor, 'usual')) return 'the event loop is crowded';
    if (this.#loop.full) return '';
    const up = this.#ups < UPS || !fewer;
    if (this.#begin(up, this.#factor, 'usual') || (fewer && this.#begin(!up, this.#factor, 'usual'))) {
      this.#ups = this.#limit > this.#base ? this.#ups + 1 : 0;
      return this.#limit > this.#base ? 'trying more' : 'trying fewer';
    }
    return '';
  }

  /** Whether the base yields something else than before, beyond what chance explains. */
  #change(): 'more' | 'less' | undefined {
    const expected = goodput(this.#atBase) * this.#lately.ms;
    const difference = this.#lately.good - expected;
    if (Math.max(expected, this.#lately.good) < LEAST_ENDS) return undefined;
    const chance = Math.sqrt(this.#noise.dispersion * expected + 1);
    if (Math.abs(difference) < Math.max(4 * chance, 0.15 * expected)) return undefined;
    return difference > 0 ? 'more' : 'less';
  }

  #try(slice: Tally): string {
    this.#atTrial = add(this.#atTrial, slice);
    if (!this.#enough(this.#atTrial)) return '';
    const up = this.#limit > this.#base;
    const [low, high] = up ? [this.#base, this.#limit] : [this.#limit, this.#base];
    const [atLow, atHigh] = up ? [this.#atBase, this.#atTrial] : [this.#atTrial, this.#atBase];
    const ratio = Math.log(high / low);
    const gain = Math.log(Math.max(goodput(atHigh), 1e-9) / Math.max(goodput(atLow), 1e-9));
    const error = Math.hypot(this.#noise.of(atLow), this.#noise.of(atHigh));
    if (Math.abs(gain - ratio / 2) < CONFIDENCE * error && !this.#long(this.#atTrial) && ends(this.#atTrial) < 3 * ends(this.#atBase)) return '';
    if (process.env.T) console.log(`   ${low}:${JSON.stringify(atLow)} ${high}:${JSON.stringify(atHigh)} gain ${(gain/ratio).toFixed(2)} err ${(error/ratio).toFixed(2)} disp ${this.#noise.dispersion.toFixed(2)}`);
    const worth = gain / ratio;
    if (up ? worth > 0.75 : worth < 0.25) return this.#follow(up);
    if (this.#trial === 'failures') this.#failures.accept();
    // Where goodput stopped following the limit, if it followed all the way before and not at all after.
    const knee = low * Math.exp(Math.max(0, Math.min(ratio, gain)));
    this.#fruitless = Math.abs(Math.log(knee / this.#base)) > 0.1 ? 0 : this.#fruitless + 1;
    this.#factor = Math.max(STEADY, Math.sqrt(this.#factor));
    this.#settle(knee);
    return up ? 'more yields no more' : 'fewer yield less';
  }

  /** The trial was right: it is the base now, and the search goes on in its direction, faster. */
  #follow(up: boolean): string {
    this.#base = this.#limit;
    this.#atBase = this.#atTrial;
    this.#lately = NOTHING;
    this.#fruitless = 0;
    const trial = this.#trial;
    this.#trial = 'none';
    this.#factor = Math.min(FIRST, this.#factor ** 1.6);
    if (up ? !this.#loop.full : true) this.#begin(up, trial === 'failures' ? FAILING : this.#factor, trial === 'failures' ? trial : 'usual');
    return up ? 'more yields more' : 'fewer yield as much';
  }

  #settle(base: number): void {
    const loss = this.#atTrial.ms === 0 ? 0 : 1 - goodput(this.#atTrial) / goodput(this.#atBase);
    const earned = (this.#atTrial.ms * Math.max(0, loss)) / BUDGET;
    const now = this.#options.now();
    const jitter = 0.5 + this.#options.random();
    this.#restUntil = now + jitter * Math.min(LONGEST_REST_MS, REST_MS * 2 ** this.#fruitless);
    if (this.#limit < this.#base) this.#fewerFrom = now + jitter * earned;
    if (Math.round(base) !== Math.round(this.#base)) this.#atBase = NOTHING;
    this.#base = base;
    this.#trial = 'none';
    this.#lately = NOTHING;
    this.#goto(this.#within(Math.round(base)));
  }

  /** Starts a trial; `false` where there is no room for one. */
  #begin(up: boolean, factor: number, trial: 'usual' | 'failures'): boolean {
    const now = this.#within(Math.round(this.#base));
    const aim = Math.round(up ? this.#base * factor : this.#base / factor);
    const next = this.#within(up ? Math.max(aim, now + 1) : Math.min(aim, now - 1));
    if (next === now) return false;
    this.#base = now;
    this.#trial = trial;
    this.#atTrial = NOTHING;
    this.#failures.restart();
    this.#goto(next);
    return true;
  }

  #goto(limit: number): void {
    if (limit === this.#limit) return;
    this.#limit = limit;
    this.#noise.interrupted();
    this.#mixedUntil = this.#options.now() + 2 * this.#noise.took;
  }

  #enough(tally: Tally): boolean {
    return tally.ms >= LEAST_MS && ends(tally) >= LEAST_ENDS;
  }

  #long(tally: Tally): boolean {
    return tally.ms >= MOST_MS && ends(tally) >= MOST_ENDS * Math.min(1, this.#noise.dispersion);
  }

  #within(limit: number): number {
    return Math.max(this.#options.min, Math.min(this.#cap, this.#options.max, Math.floor(limit)));
  }
}
