import { AdaptiveLimit, type AdaptiveOptions } from '../../runtime/src/core/adaptive.js';

/** What is compared. `tick` comes every 200 ms. */
export interface Limiter {
  readonly limit: number;
  ended(tookMs: number, ok: boolean, inFlight: number): void;
  tick(backlogged: boolean): void;
}

export interface Options extends AdaptiveOptions {
  /** The share of this process in what the group allows itself. */
  readonly cap?: number;
}

export function goodputClimb(options: Options): Limiter {
  const adaptive = new AdaptiveLimit(options);
  if (options.cap !== undefined) adaptive.setCap(options.cap);
  return {
    get limit() {
      return adaptive.limit;
    },
    ended: (tookMs, ok) => adaptive.completed(tookMs, ok),
    tick: (backlogged) => void adaptive.step(backlogged),
  };
}

export function fixed(limit: number): Limiter {
  return { limit, ended: () => {}, tick: () => {} };
}

/**
 * Gradient2 of Netflix's concurrency-limits, with its published defaults: windows of one second and ten calls, a long
 * average over 600 windows, tolerance 1.5, room for a queue of 4, smoothing 0.2.
 */
export function gradient2({ min, max, start, now }: Options): Limiter {
  let estimate = start;
  let long = 0;
  let windows = 0;
  let [count, total, busy, until] = [0, 0, 0, now() + 1_000];
  return {
    get limit() {
      return Math.floor(estimate);
    },
    ended(tookMs, _ok, inFlight) {
      count += 1;
      total += tookMs;
      busy = Math.max(busy, inFlight);
      if (now() < until || count < 10) return;
      const short = total / count;
      const wasBusy = busy;
      [count, total, busy, until] = [0, 0, 0, now() + 1_000];
      windows += 1;
      long = windows <= 10 ? long + (short - long) / windows : long + (short - long) * (2 / 601);
      if (long / short > 2) long *= 0.95;
      if (wasBusy < estimate / 2) return;
      const gradient = Math.max(0.5, Math.min(1, (1.5 * long) / short));
      estimate = 0.8 * estimate + 0.2 * (estimate * gradient + 4);
      estimate = Math.max(min, Math.min(max, estimate));
    },
    tick: () => {},
  };
}

/** One more for each second in which all went well; ×0.9 for one with an error, or whose mean time is above the target. */
export function aimd({ min, max, start, now }: Options, targetMs: number): Limiter {
  let limit = start;
  let [count, total, failed, busy, until] = [0, 0, 0, 0, now() + 1_000];
  return {
    get limit() {
      return Math.floor(limit);
    },
    ended(tookMs, ok, inFlight) {
      count += 1;
      total += tookMs;
      busy = Math.max(busy, inFlight);
      if (!ok) failed += 1;
      if (now() < until || count < 10) return;
      if (failed > 0 || total / count > targetMs) limit = Math.min(limit - 1, limit * 0.9);
      else if (busy * 2 >= limit) limit += 1;
      limit = Math.max(min, Math.min(max, limit));
      [count, total, failed, busy, until] = [0, 0, 0, 0, now() + 1_000];
    },
    tick: () => {},
  };
}
