import type { Pool } from '../core/pool.js';
import type { Emitter } from '../events.js';
import type { Clock, Consumer, EntryId } from '../types.js';
import type { Delivery, Home } from './delivery.js';
import type { Gate } from './gate.js';
import type { Owner } from './owner.js';
import type { Subscription } from './route.js';

/** What the parts of one subscriber share. */
export interface Work {
  readonly subscription: Subscription;
  readonly consumer: Consumer;
  readonly consumerName: string;
  readonly home: Home;
  /** Of the channel: its other shards have the same. */
  readonly pool: Pool<Delivery>;
  /** What holds handlers back to the rate that the contract allows; `undefined`: nothing does. */
  readonly gate: Gate<Delivery> | undefined;
  /** Whether this process may work the stream; `undefined`: any number of processes may. */
  readonly owner: Owner | undefined;
  /** Everything this process has of the stream: held, waiting for a retry, or not confirmed yet. */
  readonly ledger: Map<EntryId, Delivery>;
  /** Entries that are being put away without ever having been a delivery: poison, ignored, deleted. */
  readonly ending: Set<EntryId>;
  readonly emitter: Emitter;
  readonly clock: Clock;
  readonly random: () => number;
  /** Whether entries may be this consumer's that nobody here holds: it asks for them before it reads new ones. */
  readonly doubt: { raised: boolean };
  /** A larger entry is poison. */
  readonly maxMessageBytes: number;
  /** Aborted when nothing new may be taken and nothing may be tried again later. */
  readonly stopping: AbortSignal;
  /** Aborted when even what must be written is given up. */
  readonly givenUp: AbortSignal;
}

/** The fields that every event of a subscriber carries. */
export function about(work: Pick<Work, 'subscription'>): { operation: string; stream: string } {
  return { operation: work.subscription.name, stream: work.subscription.stream };
}

/** The fields that every event of a delivery carries. */
export function aboutDelivery(work: Pick<Work, 'subscription'>, delivery: Delivery) {
  return {
    operation: delivery.decoded.route.operation.name,
    stream: work.subscription.stream,
    id: delivery.id,
    attempt: delivery.attempt,
  };
}
