import { FailureGate, LoopGate, type LoopSample } from './adaptive-gates.js';
import { add, ends, NOTHING, Noise, type Tally } from './adaptive-tally.js';
import { changed, compare, cost } from './adaptive-trial.js';

export interface AdaptiveOptions {
  readonly min: number;
  readonly max: number;
  /** Where it begins; brought within `min..max`. */
  readonly start: number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** From 0 up to, but not including, 1. */
  readonly random: () => number;
  /** The event loop since the call before; called once a step. Default: it is taken to have time. */
  readonly loop?: () => LoopSample;
}

export interface LimitChange {
  readonly from: number;
  readonly to: number;
  /** In plain words. */
  readonly reason: string;
}

/** How far apart the two limits of a trial are: at first, after a change, while nothing changes, after failures. */
const [FIRST, AGAIN, STEADY, FAILING] = [2, 1.5, 1.25, 1 / 0.7];
/** What a tally needs to count for anything, and what it needs to be as good as it gets. */
const [LEAST_MS, LEAST_ENDS] = [800, 12];
const [MOST_MS, MOST_ENDS] = [8_000, 400];
/** How exactly the base has to be known before a trial, in steps of the trial; and when a trial is decided, in errors. */
const [SHARP, SURE] = [0.4, 1.3];
/** Between trials; longer while they change nothing. */
const [REST_MS, LONGEST_REST_MS] = [1_000, 6_000];
/** Trials upwards for one downwards, and the share of the goodput that those may cost. */
const [UPS, BUDGET] = [2, 0.04];
/** Without a backlog for so long, a trial is given up. */
const LULL_MS = 5_000;

/**
 * Finds the limit of one channel in one process by what it yields. With a backlog there is always more work than
 * workers, so that how long handlers take says little; what counts is how many end well in a second. Now and then it
 * tries another limit for a while, and moves as far towards it as goodput followed. See docs/adaptive.md.
 */
export class AdaptiveLimit {
  readonly #options: AdaptiveOptions;
  readonly #noise = new Noise();
  readonly #failures = new FailureGate();
  readonly #loop = new LoopGate();
  #cap: number;
  /** The best limit known. While none is tried it is in force, rounded. */
  #base: number;
  #limit: number;
  #trial: 'none' | 'usual' | 'failures' = 'none';
  /** What the base yields, what it yielded of late, and what the limit on trial yields. */
  #atBase = NOTHING;
  #lately = NOTHING;
  #atTrial = NOTHING;
  #factor = FIRST;
  #ups = 0;
  #fruitless = 0;
  #restUntil = 0;
  /** No trials downwards before. */
  #fewerFrom = 0;
  /** Until then, what ends may have begun under another limit. */
  #mixedUntil = 0;
  #backloggedAt: number;
  #wasBacklogged = false;
  #steppedAt: number;
  #good = 0;
  #failed = 0;

  constructor(options: AdaptiveOptions) {
    this.#options = options;
    this.#cap = options.max;
    this.#base = this.#within(options.start);
    this.#limit = this.#base;
    this.#steppedAt = this.#backloggedAt = options.now();
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
    this.#cap = cap;
    const base = this.#within(whole(this.#base));
    if (base < whole(this.#base)) this.#settle(base);
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
    const slice: Tally = { ms: now - this.#steppedAt, good: this.#good, failed: this.#failed };
    const counts = backlogged && this.#wasBacklogged && this.#steppedAt >= this.#mixedUntil;
    this.#steppedAt = now;
    this.#good = 0;
    this.#failed = 0;
    this.#wasBacklogged = backlogged;
    if (backlogged) this.#backloggedAt = now;
    if (this.#options.loop !== undefined) this.#loop.sampled(this.#options.loop());
    const from = this.#limit;
    const reason = counts ? this.#count(slice, now) : this.#skip(now);
    return this.#limit === from ? undefined : { from, to: this.#limit, reason };
  }

  #count(slice: Tally, now: number): string {
    this.#noise.slice(slice);
    this.#failures.slice(slice);
    return this.#trial === 'none' ? this.#rest(slice, now) : this.#try(slice);
  }

  #skip(now: number): string {
    this.#noise.interrupted();
    if (this.#trial !== 'none' && now - this.#backloggedAt > LULL_MS) this.#settle(this.#base);
    return 'no backlog';
  }

  #rest(slice: Tally, now: number): string {
    this.#atBase = add(this.#atBase, slice, this.#enough(this.#atBase) ? 0.98 : 1);
    this.#lately = add(this.#lately, slice, ends(this.#lately) > LEAST_ENDS ? 0.8 : 1);
    if (!this.#some(this.#atBase)) return '';
    const change = changed(this.#atBase, this.#lately, this.#noise);
    if (change !== undefined) return this.#startAgain(change, now);
    if (this.#failures.raised && this.#begin(false, FAILING, 'failures')) return 'failures have become more';
    if (this.#atBase.good === 0 && this.#begin(false, FAILING)) return 'nothing ends well';
    const error = this.#noise.of(this.#atBase) / Math.log(Math.max(this.#factor, 1 + 1 / this.#base));
    if (now < this.#restUntil || (error > SHARP && !this.#enough(this.#atBase))) return '';
    const fewer = now >= this.#fewerFrom;
    if (fewer && this.#loop.crowded && this.#begin(false, this.#factor)) return 'the event loop is crowded';
    if (this.#loop.full) return '';
    const up = this.#ups < UPS || !fewer;
    if (!this.#begin(up, this.#factor) && !(fewer && this.#begin(!up, this.#factor))) return '';
    this.#ups = this.#limit > this.#base ? this.#ups + 1 : 0;
    return this.#limit > this.#base ? 'trying more' : 'trying fewer';
  }

  /** What the base yields is measured anew; then the search begins where the change points to. */
  #startAgain(change: 'more' | 'less', now: number): string {
    this.#atBase = NOTHING;
    this.#lately = NOTHING;
    this.#factor = Math.max(this.#factor, AGAIN);
    this.#fruitless = 0;
    this.#ups = change === 'more' ? 0 : UPS;
    this.#restUntil = now;
    this.#fewerFrom = now;
    return '';
  }

  #try(slice: Tally): string {
    this.#atTrial = add(this.#atTrial, slice);
    if (!this.#some(this.#atTrial)) return '';
    const base = { limit: this.#base, tally: this.#atBase };
    const trial = { limit: this.#limit, tally: this.#atTrial };
    const up = trial.limit > base.limit;
    const [low, high] = up ? [base, trial] : [trial, base];
    const { followed, error, knee } = compare(low, high, this.#noise);
    // Once the base is what is known less well, more of the trial tells nothing more.
    const nothing = base.tally.good + trial.tally.good === 0;
    const decided = nothing || this.#enough(trial.tally) || ends(trial.tally) > 3 * ends(base.tally);
    if (Math.abs(followed - 0.5) < SURE * error && !decided) return '';
    if (up ? followed > 0.75 : followed < 0.25) return this.#follow(up);
    if (this.#trial === 'failures') this.#failures.accept();
    this.#fruitless = Math.abs(Math.log(knee / base.limit)) > 0.1 ? 0 : this.#fruitless + 1;
    this.#factor = Math.max(STEADY, Math.sqrt(this.#factor));
    this.#settle(knee);
    return up ? 'more yields no more' : 'fewer yield less';
  }

  /** The limit on trial is the base now, and the search goes on in its direction, faster. */
  #follow(up: boolean): string {
    const failing = this.#trial === 'failures';
    this.#base = this.#limit;
    this.#atBase = this.#atTrial;
    this.#lately = NOTHING;
    this.#trial = 'none';
    this.#fruitless = 0;
    this.#factor = Math.min(FIRST, this.#factor ** 1.6);
    if (failing) this.#begin(up, FAILING, 'failures');
    else if (!up || !this.#loop.full) this.#begin(up, this.#factor);
    return up ? 'more yields more' : 'fewer yield as much';
  }

  /** Ends a trial, and rests at a limit. The rests are jittered: processes that share a downstream fall out of step. */
  #settle(base: number): void {
    const now = this.#options.now();
    const jitter = 0.5 + this.#options.random();
    this.#restUntil = now + jitter * Math.min(LONGEST_REST_MS, REST_MS * 2 ** this.#fruitless);
    if (this.#limit < this.#base)
      this.#fewerFrom = now + (jitter * cost(this.#atBase, this.#atTrial)) / BUDGET;
    if (whole(base) !== whole(this.#base)) this.#atBase = NOTHING;
    this.#base = base;
    this.#trial = 'none';
    this.#lately = NOTHING;
    this.#goto(this.#within(whole(base)));
  }

  /** Starts a trial; `false` where there is no room for one. */
  #begin(up: boolean, factor: number, trial: 'usual' | 'failures' = 'usual'): boolean {
    const now = this.#limit;
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

  #some(tally: Tally): boolean {
    return tally.ms >= LEAST_MS && ends(tally) >= LEAST_ENDS;
  }

  #enough(tally: Tally): boolean {
    return tally.ms >= MOST_MS && ends(tally) >= MOST_ENDS * Math.min(1, this.#noise.dispersion);
  }

  #within(limit: number): number {
    return Math.floor(Math.max(this.#options.min, Math.min(this.#cap, this.#options.max, limit)));
  }
}

/** Part of a handler too many costs little; one of two too few costs half. */
function whole(limit: number): number {
  return Math.ceil(limit - 0.25);
}
