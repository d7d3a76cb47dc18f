import type { Entry } from '../types.js';
import { decode, NOT_RECEIVED } from './decode.js';
import type { Delivery } from './delivery.js';
import { persist } from './persist.js';
import type { Work } from './work.js';

/** A retry that waits longer, ms, keeps its id and not its payload: that is in Redis anyway. */
const LONG_WAIT = 5_000;

interface Waiting {
  readonly dueAt: number;
  readonly cancel: () => void;
}

export interface RetriesOptions {
  /** What it waited with is no longer in the stream. */
  readonly onDeleted: (delivery: Delivery) => void;
  /** What is in the stream now can't be read; it could be before. */
  readonly onPoison: (entry: Entry & { fields: readonly Uint8Array[] }, error: Error) => void;
}

/** Deliveries that wait for their next attempt. They hold no worker, and when it is long, no payload either. */
export class Retries {
  readonly #work: Work;
  readonly #options: RetriesOptions;
  readonly #waiting = new Map<Delivery, Waiting>();

  constructor(work: Work, options: RetriesOptions) {
    this.#work = work;
    this.#options = options;
  }

  /** When the next one is due, on the clock; `undefined`: none waits. */
  nextDue(): number | undefined {
    let next: number | undefined;
    for (const { dueAt } of this.#waiting.values()) if (next === undefined || dueAt < next) next = dueAt;
    return next;
  }

  /** Puts a running delivery aside for `delay` milliseconds; its next attempt has been numbered. */
  schedule(delivery: Delivery, delay: number): void {
    const { clock, pool } = this.#work;
    delivery.state = 'waiting';
    if (delay >= LONG_WAIT) delivery.unload();
    const waiting: Waiting = {
      dueAt: clock.now() + delay,
      cancel: clock.after(delay, () => void this.#due(delivery, waiting)),
    };
    this.#waiting.set(delivery, waiting);
    pool.park(delivery);
  }

  cancel(delivery: Delivery): void {
    this.#waiting.get(delivery)?.cancel();
    this.#remove(delivery);
  }

  async #due(delivery: Delivery, waiting: Waiting): Promise<void> {
    if (delivery.loaded || (await this.#load(delivery, waiting))) {
      this.#waiting.delete(delivery);
      delivery.state = 'queued';
      this.#work.pool.due(delivery);
    }
  }

  /** Gets the payload back. `false`: it does not start, because it was given up meanwhile or is not there any more. */
  async #load(delivery: Delivery, waiting: Waiting): Promise<boolean> {
    const { consumer, subscription, maxMessageBytes } = this.#work;
    const fields = await persist(this.#work, () => consumer.fetch(delivery.id));
    if (fields === undefined || this.#waiting.get(delivery) !== waiting) return false;
    if (fields === null) {
      this.#remove(delivery);
      this.#options.onDeleted(delivery);
      return false;
    }
    const decoded = decode(fields, subscription, maxMessageBytes);
    if (decoded !== NOT_RECEIVED && !(decoded instanceof Error)) {
      delivery.load(fields, decoded);
      return true;
    }
    // Entries don't change; but the handler's schema is code, and code can do anything.
    this.#remove(delivery);
    const error = decoded === NOT_RECEIVED ? new Error('The message matches another operation now') : decoded;
    const { id, attempt } = delivery;
    this.#work.ledger.delete(id);
    this.#options.onPoison({ id, fields, deliveries: attempt - 1 }, error);
    return false;
  }

  #remove(delivery: Delivery): void {
    this.#waiting.delete(delivery);
    this.#work.pool.unpark(delivery);
  }
}
