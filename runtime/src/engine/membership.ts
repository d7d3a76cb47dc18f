import { FsError } from '../errors.js';
import type { Clock, Coordination, GroupView } from '../types.js';

export interface MembershipOptions {
  readonly coordination: Coordination;
  /** Milliseconds between two meetings. */
  readonly interval: number;
  /** Milliseconds without a meeting after which others count this process out. */
  readonly ttl: number;
  readonly clock: Clock;
  readonly onView: (view: GroupView) => void;
  readonly onFailed: (error: unknown) => void;
}

/** Keeps this process among those that work a channel, and hears what they know. */
export class Membership {
  readonly #options: MembershipOptions;
  #cancel: (() => void) | undefined;
  #meeting: Promise<void> = Promise.resolve();
  #joined = false;
  #stopped = false;

  constructor(options: MembershipOptions) {
    this.#options = options;
  }

  /**
   * Meets the others for the first time, and from then on at every interval.
   *
   * @throws FsError whatever the broker says
   */
  async join(): Promise<GroupView> {
    const view = await this.#meet();
    this.#joined = true;
    this.#schedule();
    return view;
  }

  /** Tells the others that this process works the channel no more. Never rejects. */
  async leave(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    if (!this.#joined) return;
    await this.#meeting;
    // Without the broker nobody can be told; they find out by themselves.
    await this.#options.coordination.leave().catch(() => undefined);
  }

  #schedule(): void {
    if (this.#stopped) return;
    this.#cancel = this.#options.clock.after(this.#options.interval, () => {
      this.#meeting = this.#meetAndTell().finally(() => this.#schedule());
    });
  }

  async #meetAndTell(): Promise<void> {
    const { onView, onFailed } = this.#options;
    try {
      const view = await this.#meet();
      if (!this.#stopped) onView(view);
    } catch (error) {
      if (!this.#stopped && !(error instanceof FsError && error.code === 'FS_BROKER_CLOSED')) onFailed(error);
    }
  }

  #meet(): Promise<GroupView> {
    const { coordination, ttl } = this.#options;
    return coordination.meet({ ttlMs: ttl });
  }
}
