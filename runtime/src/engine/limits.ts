import type { AdaptiveLimit } from '../core/adaptive.js';
import type { Policy } from '../core/policy.js';
import type { Clock, GroupView, Steering } from '../types.js';

/** Between two looks of the adaptive limit, ms. */
const STEP = 200;

interface Steered {
  readonly limit: number;
  setLimit(limit: number): void;
  setPaused(paused: boolean): void;
}

export interface LimitsOptions {
  readonly policy: Policy;
  readonly pool: Steered;
  /** Whether there is more work than workers. */
  readonly backlogged: () => boolean;
  readonly member: string;
  readonly adaptive: AdaptiveLimit | undefined;
  readonly clock: Clock;
  readonly onChanged: (change: { from: number; to: number; reason: string }) => void;
  readonly onPaused: (paused: boolean, by: 'worker' | 'group') => void;
}

/**
 * How many handlers of a channel run at once in this process, and whether any start at all. Who says so, the strongest
 * first: this worker's own `setLimit`, the group's, the adaptive limit, the contract.
 */
export class Limits {
  readonly #options: LimitsOptions;
  #own: number | undefined;
  #steering: Steering = { paused: false, limit: null };
  #pausedHere = false;
  #cancel: (() => void) | undefined;

  constructor(options: LimitsOptions) {
    this.#options = options;
  }

  get paused(): boolean {
    return this.#pausedHere || this.#steering.paused;
  }

  /** Lets the adaptive limit look after itself. */
  start(): void {
    if (this.#options.adaptive === undefined) return;
    this.#cancel = this.#options.clock.after(STEP, () => {
      this.#step();
      this.start();
    });
  }

  stop(): void {
    this.#cancel?.();
  }

  /** `undefined`: as the group, the adaptive limit or the contract says. */
  setOwn(limit: number | undefined): void {
    this.#own = limit;
    this.#apply(limit === undefined ? 'no longer set on this worker' : 'set on this worker');
  }

  setPausedHere(paused: boolean): void {
    if (this.#pausedHere === paused) return;
    this.#pausedHere = paused;
    this.#applyPause('worker');
  }

  /** What the group knows has changed, or may have. */
  heard({ members, steering }: GroupView): void {
    const before = this.#steering;
    this.#steering = steering;
    if (before.paused !== steering.paused) this.#applyPause('group');
    this.#options.adaptive?.setCap(this.#share(members));
    if (before.limit !== steering.limit) {
      this.#apply(steering.limit === null ? 'no longer set for the group' : 'set for the group');
    } else this.#apply("the group's cap");
  }

  #step(): void {
    const { adaptive, backlogged } = this.#options;
    // While somebody has set another limit there is nothing to learn about this one.
    if (adaptive === undefined || this.#own !== undefined || this.#steering.limit !== null || this.paused)
      return;
    const step = adaptive.step(backlogged());
    if (step !== undefined) this.#apply(step.reason);
  }

  #apply(reason: string): void {
    const { pool, adaptive, policy, onChanged } = this.#options;
    const to = this.#own ?? this.#steering.limit ?? adaptive?.limit ?? policy.maxWorkers;
    const from = pool.limit;
    if (to === from) return;
    pool.setLimit(to);
    onChanged({ from, to, reason });
  }

  #applyPause(by: 'worker' | 'group'): void {
    this.#options.pool.setPaused(this.paused);
    this.#options.onPaused(by === 'worker' ? this.#pausedHere : this.#steering.paused, by);
  }

  /** This process's part of what all of them may run together: even, and the same whoever works it out. */
  #share(members: readonly string[]): number {
    const { policy, member } = this.#options;
    const { max = policy.maxWorkers, groupMax } = policy.adaptive ?? {};
    const at = members.indexOf(member);
    if (groupMax === undefined || at < 0) return max;
    const even = Math.floor(groupMax / members.length) + (at < groupMax % members.length ? 1 : 0);
    return Math.min(max, Math.max(1, even));
  }
}
