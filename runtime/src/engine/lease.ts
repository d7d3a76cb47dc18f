import type { Clock, Consumer, EntryId } from '../types.js';
import type { Delivery } from './delivery.js';

export interface LeaseOptions {
  readonly lease: number;
  readonly clock: Clock;
  readonly consumer: Pick<Consumer, 'renew'>;
  /** Everything this process has, whatever its state. */
  readonly deliveries: () => Iterable<Delivery>;
  /** What it is putting away without ever having made a delivery of it: that may take longer than a lease. */
  readonly ending: () => Iterable<EntryId>;
  readonly onLost: (delivery: Delivery) => void;
  readonly onFailed: (error: unknown) => void;
}

/**
 * Shows others every third of the lease that what is held here is alive: queued and waiting messages too,
 * because Redis counts idle time from the read, not from the handler's start.
 */
export class LeaseKeeper {
  readonly #options: LeaseOptions;
  readonly #interval: number;
  #cancel: (() => void) | undefined;
  #stopped = false;

  constructor(options: LeaseOptions) {
    this.#options = options;
    this.#interval = options.lease / 3;
  }

  start(): void {
    this.#cancel = this.#options.clock.after(this.#interval, () => void this.#beat());
  }

  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  async #beat(): Promise<void> {
    try {
      await this.#renew();
    } catch (error) {
      this.#options.onFailed(error);
    }
    if (!this.#stopped) this.start();
  }

  async #renew(): Promise<void> {
    const { clock, consumer, deliveries, ending, onLost } = this.#options;
    const now = clock.now();
    const due = new Map<EntryId, Delivery>();
    // What was read since the last beat is fresh enough for one more interval.
    for (const delivery of deliveries()) {
      if (now - delivery.renewedAt >= this.#interval && !delivery.lost) due.set(delivery.id, delivery);
    }
    const ids = [...due.keys(), ...ending()];
    if (ids.length === 0) return;
    for (const id of await consumer.renew(ids)) {
      const delivery = due.get(id);
      due.delete(id);
      if (delivery !== undefined && delivery.state !== 'gone' && delivery.state !== 'settling')
        onLost(delivery);
    }
    for (const delivery of due.values()) delivery.renewedAt = now;
  }
}
