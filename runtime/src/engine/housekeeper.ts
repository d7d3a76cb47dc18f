import type { Clock, Consumer, Tidied } from '../types.js';

export interface HousekeeperOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly consumer: Pick<Consumer, 'tidy'>;
  readonly lease: number;
  /** Milliseconds after which settled entries are removed, 0: at once; `undefined`: never. */
  readonly trimAfter: number | undefined;
  readonly onTidied: (tidied: Tidied) => void;
  readonly onFailed: (error: unknown) => void;
}

/** Between two rounds, ms; every process of the group does them, so that some are always done. */
const INTERVAL = 5_000;
/** Where settled entries are removed at once: not more often than this, ms. */
const SOON = 50;
/** A consumer that holds nothing is removed after this many leases without a command, and not before a minute. */
const LEASES = 3;
const MIN_CONSUMER_IDLE = 60_000;

/** Tidies the group and its stream now and then: checkpoint, consumers of dead processes, settled entries. */
export class Housekeeper {
  readonly #options: HousekeeperOptions;
  #cancel: (() => void) | undefined;
  #soon = false;
  #stopped = false;

  constructor(options: HousekeeperOptions) {
    this.#options = options;
  }

  start(): void {
    // Spread, so that processes that were started together don't tidy together.
    this.#after(INTERVAL * (0.8 + 0.4 * this.#options.random()));
  }

  /** Something was settled. */
  settled(): void {
    if (this.#options.trimAfter !== 0 || this.#soon || this.#stopped) return;
    this.#soon = true;
    this.#after(SOON);
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  #after(ms: number): void {
    this.#cancel?.();
    this.#cancel = this.#options.clock.after(ms, () => void this.#tidy());
  }

  async #tidy(): Promise<void> {
    const { consumer, lease, trimAfter, onTidied, onFailed } = this.#options;
    this.#soon = false;
    try {
      const consumerIdle = Math.max(MIN_CONSUMER_IDLE, LEASES * lease);
      const tidied = await consumer.tidy({ trimAfter, consumerIdle });
      if (!this.#stopped) onTidied(tidied);
      if (tidied.more) this.#soon = true;
    } catch (error) {
      if (!this.#stopped) onFailed(error);
    }
    if (this.#stopped) return;
    if (this.#soon) this.#after(SOON);
    else this.start();
  }
}
