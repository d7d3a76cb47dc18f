import type { PermitGrant, PermitRequest } from '../types.js';

/** Steps in which starts are remembered: a window is cut into so many at most. */
const STEPS = 1_000;

/**
 * At most `max` starts in any `per` milliseconds, in this process. Exact to a thousandth of `per`: starts of one step are
 * remembered together, at the time of the latest.
 */
export class RateWindow {
  readonly #max: number;
  readonly #per: number;
  readonly #now: () => number;
  readonly #starts: { at: number; count: number; readonly step: number }[] = [];
  #counted = 0;
  #outstanding = 0;

  constructor(max: number, per: number, now: () => number) {
    this.#max = max;
    this.#per = per;
    this.#now = now;
  }

  /** As `Coordination.permits`, for one process. */
  ask({ want, used, returned }: Pick<PermitRequest, 'want' | 'used' | 'returned'>): PermitGrant {
    const now = this.#now();
    this.#forget(now);
    this.#outstanding -= used + returned;
    if (used > 0) this.#remember(now, used);
    const granted = Math.max(0, Math.min(want, this.#max - this.#counted - this.#outstanding));
    this.#outstanding += granted;
    const oldest = this.#starts[0];
    const waitMs = oldest === undefined ? this.#per : Math.max(0, oldest.at + this.#per - now);
    return { granted, waitMs: granted === want ? 0 : Math.max(1, waitMs) };
  }

  #remember(now: number, count: number): void {
    const step = Math.floor((now * STEPS) / this.#per);
    const last = this.#starts.at(-1);
    if (last?.step === step) {
      last.at = now;
      last.count += count;
    } else {
      this.#starts.push({ at: now, count, step });
    }
    this.#counted += count;
  }

  #forget(now: number): void {
    let gone = 0;
    for (const { at, count } of this.#starts) {
      if (at + this.#per > now) break;
      this.#counted -= count;
      gone += 1;
    }
    if (gone > 0) this.#starts.splice(0, gone);
  }
}
