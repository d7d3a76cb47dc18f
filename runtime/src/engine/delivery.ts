import type { TypedHeaders } from '../codec/message-headers.js';
import { LazyAbort } from '../core/abort.js';
import type { EntryId } from '../types.js';
import type { Route } from './route.js';

/** What an entry turned out to be. */
export interface DecodedDelivery {
  readonly route: Route;
  readonly payload: unknown;
  readonly headers: TypedHeaders;
  readonly messageId: string | undefined;
  readonly correlationId: string | undefined;
  /** Its order key; `undefined` where there is no order, and where it has none. */
  readonly key: string | undefined;
}

/** What runs the deliveries of one stream. */
export interface Home {
  /** Starts what the pool has given a worker: one delivery, or a batch. */
  run(deliveries: readonly Delivery[]): void;
}

/**
 * One entry in the hands of this process.
 *
 *     queued ──> running ──> settling ──> gone
 *       │        │    ^
 *       │        v    │
 *       │      waiting ┘          (a retry; the entry stays pending in Redis)
 *       └─────────┴──────> gone   (lease lost, or handed back)
 */
export type DeliveryState = 'queued' | 'running' | 'waiting' | 'settling' | 'gone';

export class Delivery {
  readonly id: EntryId;
  /** The subscriber that took it in. */
  readonly home: Home;
  /** The lane that it belongs to. */
  readonly key: string | undefined;
  /** What a batch has only one of: the route within one stream. */
  readonly kind: unknown;
  /** The entry as it was read, for the dead-letter stream; empty while it is not loaded. */
  fields: readonly Uint8Array[];
  decoded: DecodedDelivery;
  /** Whether payload, headers and fields are here: a long wait is spent without them. */
  loaded = true;
  state: DeliveryState = 'queued';
  /** Number of the attempt that runs, or that starts next. */
  attempt: number;
  /** Redis's delivery count as far as we know; an attempt beyond it has to be recorded first. */
  recorded: number;
  /** When others last saw that we are alive with it. */
  renewedAt: number;
  /** It belongs to another consumer now, or is on its way to one: a failure settles nothing any more. */
  lost = false;
  /** Of the attempt that runs; each attempt has its own. */
  abort = new LazyAbort();

  constructor(from: {
    id: EntryId;
    home: Home;
    fields: readonly Uint8Array[];
    decoded: DecodedDelivery;
    attempt: number;
    recorded: number;
    now: number;
  }) {
    this.id = from.id;
    this.home = from.home;
    this.key = from.decoded.key;
    this.kind = from.decoded.route;
    this.fields = from.fields;
    this.decoded = from.decoded;
    this.attempt = from.attempt;
    this.recorded = from.recorded;
    this.renewedAt = from.now;
  }

  unload(): void {
    this.loaded = false;
    this.fields = [];
    this.decoded = { ...this.decoded, payload: undefined, headers: {} };
  }

  load(fields: readonly Uint8Array[], decoded: DecodedDelivery): void {
    this.loaded = true;
    this.fields = fields;
    this.decoded = decoded;
  }

  nextAttempt(): void {
    this.attempt = Math.max(this.attempt, this.recorded) + 1;
    this.abort = new LazyAbort();
  }

  /** The attempt that ran does not count: the next one has its number. */
  sameAttempt(): void {
    this.abort = new LazyAbort();
  }

  /** The delivery count as the broker has it now: attempts that have begun elsewhere are not begun again. */
  catchUp(deliveries: number): void {
    if (deliveries <= this.recorded) return;
    this.recorded = deliveries;
    if (this.state === 'queued' || this.state === 'waiting') this.attempt = deliveries + 1;
  }
}
