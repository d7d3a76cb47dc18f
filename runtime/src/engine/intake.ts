import { sleep } from '../core/clock.js';
import { sizeOf } from '../core/limits.js';
import type { Prefetch } from '../core/prefetch.js';
import { ReadSize } from '../core/read-size.js';
import type { Wakeup } from '../core/signal.js';
import { FsError } from '../errors.js';
import type { Entry, EntryId } from '../types.js';
import { decode, NOT_RECEIVED } from './decode.js';
import { Delivery } from './delivery.js';
import { brokerFailed } from './persist.js';
import type { Settler } from './settler.js';
import { about, type Work } from './work.js';

/** How long a read may wait for the first entry, ms. Also how often a quiet subscriber looks after the dead. */
const MAX_WAIT = 1_000;

/** Where an entry came from, which decides how many attempts it has seen. */
type Source = 'read' | 'stranded' | 'taken-over';

/**
 * Takes entries in, as many as there is room for: own ones whose reply was lost, those of consumers that show no
 * life, then new ones. One thing at a time, so that room is never promised twice.
 */
export class Intake {
  readonly #work: Work;
  readonly #settler: Settler;
  readonly #prefetch: Prefetch;
  readonly #roomy: Wakeup;
  readonly #readSize = new ReadSize();
  /** Large poison on its way out: nothing more is read before it is gone, so that it can't fill the memory. */
  readonly #large = new Set<Promise<void>>();
  #cursor: EntryId = '0-0';
  #takeOverAt = 0;
  /** Whether the last read got all that it had asked for, so that the next need not wait. */
  #backlog = false;

  constructor(work: Work, settler: Settler, prefetch: Prefetch, roomy: Wakeup) {
    this.#work = work;
    this.#settler = settler;
    this.#prefetch = prefetch;
    this.#roomy = roomy;
  }

  /** Goes on until the worker stops. Never rejects. */
  async run(): Promise<void> {
    const { stopping, pool, clock } = this.#work;
    let failures = 0;
    while (!stopping.aborted) {
      if (!pool.wantsMore()) {
        await this.#roomy.wait();
        continue;
      }
      try {
        await this.#takeIn();
        failures = 0;
      } catch (error) {
        if (stopping.aborted) return;
        this.#work.doubt.raised = true;
        failures += 1;
        await sleep(clock, brokerFailed(this.#work, error, failures), stopping);
      }
    }
  }

  async #takeIn(): Promise<void> {
    const { clock, pool, doubt } = this.#work;
    if (this.#large.size > 0) await Promise.all(this.#large);
    if (doubt.raised) {
      doubt.raised = false;
      if (!(await this.#recover())) doubt.raised = true;
    }
    // What doesn't fit in now comes before anything new.
    if (doubt.raised) return;
    if (clock.now() >= this.#takeOverAt) await this.#takeOver();
    if (pool.room() > 0 && !doubt.raised) await this.#read();
  }

  async #read(): Promise<void> {
    const { pool, consumer, clock } = this.#work;
    await this.#withRoom(this.#readSize.of(pool.room()), async (count) => {
      const waitMs = this.#backlog ? 0 : this.#maxWait();
      const start = clock.now();
      const entries = await consumer.read(count, waitMs);
      if (this.#backlog && entries.length > 0) this.#prefetch.readTook(clock.now() - start);
      this.#backlog = entries.length === count;
      if (entries.length > 0 && this.#work.emitter.wants('received')) {
        this.#work.emitter.emit({ kind: 'received', ...about(this.#work), count: entries.length });
      }
      this.#accept(entries, 'read');
    });
  }

  /** Entries that were sent to us while the connection broke. Gives whether that were all. */
  async #recover(): Promise<boolean> {
    const { pool, consumer, ledger, ending, emitter } = this.#work;
    let all = false;
    await this.#withRoom(this.#readSize.of(pool.room()), async (count) => {
      const entries = await consumer.stranded(new Set([...ledger.keys(), ...ending]), count);
      // They have been idle since they were sent: without a sign of life now, others may take them over at once.
      const lost = new Set(entries.length > 0 ? await consumer.renew(entries.map(({ id }) => id)) : []);
      for (const { id, deliveries } of entries) {
        if (lost.has(id)) emitter.emit({ kind: 'lease-lost', ...about(this.#work), id, attempt: deliveries });
      }
      const ours = entries.filter(({ id }) => !lost.has(id));
      this.#accept(ours, 'stranded');
      all = entries.length < count;
    });
    return all;
  }

  async #takeOver(): Promise<void> {
    const { pool, consumer, clock, subscription, emitter } = this.#work;
    const { lease } = subscription.policy;
    await this.#withRoom(this.#readSize.of(pool.room()), async (count) => {
      const result = await consumer.takeOver({ idleMs: lease, count, cursor: this.#cursor });
      this.#cursor = result.cursor;
      if (result.deleted.length > 0) this.#lost(result.deleted);
      const taken = this.#accept(result.entries, 'taken-over');
      if (taken > 0) emitter.emit({ kind: 'taken-over', ...about(this.#work), count: taken });
    });
    // The list has not been gone through: go on as soon as there is room again.
    this.#takeOverAt = this.#cursor === '0-0' ? clock.now() + Math.min(MAX_WAIT, lease / 3) : 0;
  }

  /** Sets room aside, and gives it back only after what came is counted: it can't be promised twice. */
  async #withRoom(count: number, take: (count: number) => Promise<void>): Promise<void> {
    if (count <= 0) return;
    const { pool } = this.#work;
    pool.reserve(count);
    try {
      await take(count);
    } finally {
      pool.unreserve(count);
    }
  }

  /** Gives how many of them were new to this process. */
  #accept(entries: readonly Entry[], source: Source): number {
    const { ledger, ending, clock } = this.#work;
    const now = clock.now();
    let count = 0;
    let largest = 0;
    for (const entry of entries) {
      if (entry.fields !== null) largest = Math.max(largest, sizeOf(entry.fields));
      if (ending.has(entry.id)) continue;
      const held = ledger.get(entry.id);
      const usedUp = held !== undefined && this.#isUsedUp(held, entry);
      if (usedUp) this.#settler.withdraw(held);
      if (held === undefined || usedUp) {
        this.#acceptOne(entry, source, now);
        count += 1;
      } else {
        held.renewedAt = now;
        // Somebody else had it meanwhile, and we were not told.
        held.catchUp(entry.deliveries);
      }
    }
    if (entries.length > 0) this.#readSize.learn(largest);
    return count;
  }

  /** It waits here for an attempt that others have made meanwhile, and it has no more of them. */
  #isUsedUp({ state, recorded }: Delivery, { deliveries }: Entry): boolean {
    const { maxAttempts } = this.#work.subscription.policy.retry;
    return (state === 'queued' || state === 'waiting') && deliveries > recorded && deliveries > maxAttempts;
  }

  #acceptOne(entry: Entry, source: Source, now: number): void {
    const { subscription, ledger, pool, maxMessageBytes } = this.#work;
    const { id, fields, deliveries } = entry;
    if (fields === null) {
      this.#settler.deleted(id);
      return;
    }
    const { maxAttempts } = subscription.policy.retry;
    // The first delivery may have been held and never started, so that it takes one more to be sure.
    const decoded =
      deliveries > maxAttempts ? crashed(deliveries) : decode(fields, subscription, maxMessageBytes);
    if (decoded instanceof FsError) {
      const buried = this.#settler.poison({ ...entry, fields }, decoded);
      if (decoded.code === 'FS_MESSAGE_TOO_LARGE') this.#waitFor(buried);
      return;
    }
    if (decoded === NOT_RECEIVED) {
      this.#settler.ignore(id);
      return;
    }
    const attempt = source === 'taken-over' ? deliveries + 1 : Math.max(1, deliveries);
    const delivery = new Delivery({ id, fields, decoded, attempt, recorded: deliveries, now });
    ledger.set(id, delivery);
    pool.add(delivery);
  }

  #waitFor(buried: Promise<void>): void {
    this.#large.add(buried);
    void buried.then(() => this.#large.delete(buried));
  }

  #lost(ids: readonly EntryId[]): void {
    this.#work.emitter.emit({ kind: 'entries-lost', ...about(this.#work), ids });
  }

  /** No longer than until the next retry is due or the next look after the dead. */
  #maxWait(): number {
    const now = this.#work.clock.now();
    const until = Math.min(
      now + MAX_WAIT,
      this.#takeOverAt,
      this.#settler.nextDue() ?? Number.POSITIVE_INFINITY,
    );
    return Math.max(1, until - now);
  }
}

function crashed(deliveries: number): FsError {
  return new FsError(
    'FS_ATTEMPTS_EXHAUSTED',
    `The process died ${deliveries} times while it had this message`,
  );
}
