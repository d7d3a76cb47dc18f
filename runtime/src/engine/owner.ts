import type { Clock, Consumer } from '../types.js';

/**
 * How often a process tries to become the owner of what is another's still, ms: a clean hand-over takes this long. And how
 * soon it asks again when the broker did not answer: by then the lease may be nearly over.
 */
const TRY_AGAIN = 200;

export interface OwnerOptions {
  readonly consumer: Pick<Consumer, 'own' | 'disown'>;
  readonly lease: number;
  readonly clock: Clock;
  readonly onOwned: (token: number) => void;
  /** It remains the owner; meanwhile it may have been in doubt (`owns`). */
  readonly onRenewed: () => void;
  readonly onLost: (reason: string) => void;
  readonly onFailed: (error: unknown) => void;
}

/**
 * The ownership of one stream: wanted or not, held or not. Held, it is renewed every third of the lease. A process that
 * could not renew it in time knows by its own clock that it may be another's, and counts it as lost.
 */
export class Owner {
  readonly #options: OwnerOptions;
  #wanted = false;
  #token: number | undefined;
  /** Until when nobody else can have become the owner, on the clock. */
  #until = Number.NEGATIVE_INFINITY;
  #cancel: (() => void) | undefined;
  #asking: Promise<void> | undefined;
  #stopped = false;

  constructor(options: OwnerOptions) {
    this.#options = options;
  }

  /** Whether this process is the owner, and nobody else can be. */
  get owns(): boolean {
    return this.#token !== undefined && this.#options.clock.now() < this.#until;
  }

  /** The fencing token; `undefined`: not the owner. */
  get token(): number | undefined {
    return this.#token;
  }

  get wanted(): boolean {
    return this.#wanted;
  }

  /** Tries to become the owner, until it is or `unwant` is called. */
  want(): void {
    if (this.#wanted || this.#stopped) return;
    this.#wanted = true;
    this.#schedule(0);
  }

  /** Does not try any more. What is owned stays owned, and is renewed, until `release`. */
  unwant(): void {
    this.#wanted = false;
  }

  /** The broker said that somebody else is the owner. */
  refused(): void {
    this.#lose('another process has become the owner');
  }

  /** Gives it up, so that another process becomes the owner at once. Rejects when the broker could not be told. */
  async release(reason: string): Promise<void> {
    this.#wanted = false;
    this.#cancel?.();
    await this.#asking;
    this.#cancel?.();
    if (this.#token === undefined) return;
    await this.#options.consumer.disown();
    this.#lose(reason);
  }

  stop(): void {
    this.#stopped = true;
    this.#wanted = false;
    this.#cancel?.();
  }

  #schedule(ms: number): void {
    this.#cancel?.();
    if (this.#stopped) return;
    this.#cancel = this.#options.clock.after(ms, () => {
      this.#asking ??= this.#ask().finally(() => {
        this.#asking = undefined;
      });
    });
  }

  async #ask(): Promise<void> {
    const { consumer, lease, clock, onOwned, onRenewed, onFailed } = this.#options;
    if (!this.#wanted && this.#token === undefined) return;
    const askedAt = clock.now();
    let renewed = false;
    try {
      const token = await consumer.own(lease);
      if (this.#stopped) return;
      if (token === undefined) {
        this.#lose('another process has become the owner');
      } else {
        renewed = true;
        const same = token === this.#token;
        if (!same) this.#lose('the lease was over before it was renewed');
        this.#token = token;
        this.#until = askedAt + lease;
        if (same) onRenewed();
        else onOwned(token);
      }
    } catch (error) {
      if (this.#stopped) return;
      onFailed(error);
      if (this.#token !== undefined && clock.now() >= this.#until)
        this.#lose('the lease could not be renewed');
    }
    this.#schedule(renewed && this.#token !== undefined ? lease / 3 : Math.min(TRY_AGAIN, lease / 3));
  }

  #lose(reason: string): void {
    if (this.#token === undefined) return;
    this.#token = undefined;
    this.#until = Number.NEGATIVE_INFINITY;
    this.#options.onLost(reason);
    // Whoever wants it tries again soon, and not only when it would have renewed.
    if (this.#wanted && this.#asking === undefined) this.#schedule(TRY_AGAIN);
  }
}
