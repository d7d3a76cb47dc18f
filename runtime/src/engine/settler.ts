import { backoffDelay } from '../core/backoff.js';
import { timestamp } from '../core/clock.js';
import { deadLetterKey } from '../core/dead-letter.js';
import type { Settlement } from '../core/outcome.js';
import { FsError } from '../errors.js';
import type { Entry, EntryId } from '../types.js';
import type { Acks } from './acks.js';
import { deadLetterFields } from './dead-letter.js';
import type { Delivery } from './delivery.js';
import { persist } from './persist.js';
import { Retries } from './retries.js';
import { about, aboutDelivery, type Work } from './work.js';

/** Ends deliveries: acknowledges, parks for a retry, writes dead letters, gives back. */
export class Settler {
  readonly #work: Work;
  readonly #acks: Acks;
  readonly #retries: Retries;
  #handedBack = 0;

  constructor(work: Work, acks: Acks) {
    this.#work = work;
    this.#acks = acks;
    this.#retries = new Retries(work, {
      onDeleted: (delivery) => {
        delivery.state = 'gone';
        this.#work.ledger.delete(delivery.id);
        this.deleted(delivery.id);
      },
      onPoison: (entry, error) => void this.poison(entry, error),
    });
  }

  /** How many entries were given back unsettled until now. */
  get handedBack(): number {
    return this.#handedBack;
  }

  /** Settles a running delivery. */
  settle(delivery: Delivery, settlement: Settlement): void {
    // The work of a late success was done, so that it may acknowledge; anything else is the new owner's to say.
    if (delivery.lost && settlement.kind !== 'ack') {
      this.forget(delivery);
      return;
    }
    switch (settlement.kind) {
      case 'ack':
        delivery.state = 'settling';
        this.#work.pool.settling(delivery);
        this.#acks.push(delivery.id);
        break;
      case 'retry':
        this.#retry(delivery, settlement.delay);
        break;
      case 'dead-letter':
        delivery.state = 'settling';
        this.#work.pool.settling(delivery);
        void this.#deadLetter(delivery, settlement.reason, settlement.error);
        break;
      case 'release':
        this.#release(delivery);
        break;
      default:
        settlement satisfies never;
    }
  }

  /** Puts an entry that can't be decoded or validated away; it is held until that is done. */
  async poison(entry: Entry & { fields: readonly Uint8Array[] }, error: Error): Promise<void> {
    const { pool, subscription, ending } = this.#work;
    pool.addSettling(1);
    ending.add(entry.id);
    const ended = {
      id: entry.id,
      fields: entry.fields,
      attempt: entry.deliveries,
      operation: subscription.name,
    };
    await this.#bury(ended, error.message, error);
    ending.delete(entry.id);
    pool.settledOthers(1);
  }

  /** Acknowledges a message of the channel that is not for anybody here. */
  ignore(id: EntryId): void {
    const { pool, emitter, ending } = this.#work;
    emitter.emit({ kind: 'ignored', ...about(this.#work), id });
    pool.addSettling(1);
    ending.add(id);
    this.#acks.push(id);
  }

  /** An entry that was deleted while it was pending: only its id is left on the list. */
  deleted(id: EntryId): void {
    const { ending, consumer, emitter, pool } = this.#work;
    emitter.emit({ kind: 'entries-lost', ...about(this.#work), ids: [id] });
    ending.add(id);
    pool.addSettling(1);
    const done = () => {
      ending.delete(id);
      pool.settledOthers(1);
    };
    // If this fails it is found again.
    void consumer.ack([id]).then(done, done);
  }

  /** A running delivery that belongs to somebody else now: its place is free, nothing is written. */
  forget(delivery: Delivery): void {
    this.#work.pool.settling(delivery);
    this.#gone(delivery);
    // It may have come back to us meanwhile; while we had it, it was not asked for.
    this.#work.doubt.raised = true;
  }

  /** The lease of a delivery was lost, in whatever state it is. */
  leaseLost(delivery: Delivery): void {
    const { emitter, subscription } = this.#work;
    emitter.emit({ kind: 'lease-lost', ...aboutDelivery(this.#work, delivery) });
    delivery.lost = true;
    if (delivery.state === 'running') {
      delivery.abort.abort(
        new FsError(
          'FS_LEASE_LOST',
          `Another process has taken over ${delivery.id} of ${subscription.stream}`,
        ),
      );
      return;
    }
    this.withdraw(delivery);
    this.#work.doubt.raised = true;
  }

  /** A delivery that does not run is held no more; nothing is written. */
  withdraw(delivery: Delivery): void {
    this.takeOut(delivery);
    delivery.state = 'gone';
    this.#work.ledger.delete(delivery.id);
  }

  /** A delivery that does not run will not start; it is pending still, and on the ledger. */
  takeOut(delivery: Delivery): void {
    if (delivery.state === 'queued') this.#work.pool.remove(delivery);
    else if (delivery.state === 'waiting') this.#retries.cancel(delivery);
  }

  /** When the next retry is due, on the clock; `undefined`: none waits. */
  nextDue(): number | undefined {
    return this.#retries.nextDue();
  }

  /** Hands deliveries back whose attempt does not count. */
  async handBackUncounted(deliveries: readonly Delivery[]): Promise<void> {
    if (deliveries.length === 0) return;
    const { consumer, ledger, emitter } = this.#work;
    // From now on no heartbeat: it would make them look alive after they were handed back.
    for (const delivery of deliveries) delivery.lost = true;
    const entries = deliveries.map((delivery) => ({ id: delivery.id, deliveries: delivery.attempt - 1 }));
    const count = (await persist(this.#work, () => consumer.handBack(entries))) ?? 0;
    for (const delivery of deliveries) {
      delivery.state = 'gone';
      ledger.delete(delivery.id);
    }
    this.#handedBack += count;
    if (count > 0) emitter.emit({ kind: 'handed-back', ...about(this.#work), count });
  }

  #retry(delivery: Delivery, delay: number): void {
    const { emitter, stopping } = this.#work;
    // Nobody will be here when it is due; the attempt that has just failed counts.
    if (stopping.aborted) {
      this.#handBack(delivery, delivery.attempt);
      return;
    }
    emitter.emit({ kind: 'retry-scheduled', ...aboutDelivery(this.#work, delivery), delay });
    delivery.nextAttempt();
    this.#retries.schedule(delivery, delay);
  }

  /**
   * Given back to the group, uncounted. Where only the owner works the stream nobody else could take it, and it would be
   * overtaken by its key's next message: it waits here instead, as a retry would.
   */
  #release(delivery: Delivery): void {
    const { owner, stopping, subscription, random, emitter } = this.#work;
    if (owner === undefined || stopping.aborted) {
      this.#handBack(delivery, delivery.attempt - 1);
      return;
    }
    emitter.emit({ kind: 'released', ...aboutDelivery(this.#work, delivery) });
    delivery.sameAttempt();
    this.#retries.schedule(delivery, backoffDelay(subscription.policy.retry, delivery.attempt, random));
  }

  #handBack(delivery: Delivery, deliveries: number): void {
    const { consumer, emitter, pool } = this.#work;
    delivery.state = 'settling';
    // No heartbeat either.
    delivery.lost = true;
    pool.settling(delivery);
    void persist(this.#work, () => consumer.handBack([{ id: delivery.id, deliveries }])).then((count) => {
      const kind = count === 0 ? 'lease-lost' : 'released';
      this.#handedBack += count ?? 0;
      if (count !== undefined) emitter.emit({ kind, ...aboutDelivery(this.#work, delivery) });
      this.#gone(delivery);
    });
  }

  async #deadLetter(delivery: Delivery, reason: string, error: unknown): Promise<void> {
    const { id, fields, attempt } = delivery;
    const operation = delivery.decoded.route.operation.name;
    await this.#bury({ id, fields, attempt, operation }, reason, error);
    this.#gone(delivery);
  }

  async #bury(
    ended: { id: EntryId; fields: readonly Uint8Array[]; attempt: number; operation: string },
    reason: string,
    error: unknown,
  ): Promise<void> {
    const { consumer, consumerName, subscription, emitter, clock } = this.#work;
    const { stream, policy } = subscription;
    const { id, fields, attempt } = ended;
    const { deadLetter, deadLetterTrim: keep } = policy.retry;
    const target = deadLetter === false ? null : (deadLetter ?? deadLetterKey(stream));
    const ours = await persist(this.#work, async () => {
      if (target === null) return consumer.drop(id);
      const info = {
        stream,
        id,
        group: policy.group,
        consumer: consumerName,
        attempts: attempt,
        reason,
        failedAt: timestamp(clock),
        error,
      };
      return consumer.deadLetter(id, { stream: target, keep }, deadLetterFields(fields, info));
    });
    if (ours === undefined) return;
    const event = { operation: ended.operation, stream, id, attempt };
    emitter.emit(
      ours ? { kind: 'dead-lettered', ...event, target, reason } : { kind: 'lease-lost', ...event },
    );
  }

  /** From settling to gone. */
  #gone(delivery: Delivery): void {
    delivery.state = 'gone';
    this.#work.ledger.delete(delivery.id);
    this.#work.pool.settled(delivery);
  }
}
