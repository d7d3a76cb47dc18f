import { sleep } from '../core/clock.js';
import { sizeOf } from '../core/limits.js';
import type { Prefetch } from '../core/prefetch.js';
import { ReadSize } from '../core/read-size.js';
import type { Wakeup } from '../core/signal.js';
import { FsError, isFsError } from '../errors.js';
import type { Entry, EntryId, TakeOver } from '../types.js';
import { decode, NOT_RECEIVED } from './decode.js';
import { Delivery } from './delivery.js';
import { brokerFailed } from './persist.js';
import type { Settler } from './settler.js';
import { about, type Work } from './work.js';

/** How long a read may wait for the first entry, ms. Also how often a quiet subscriber looks after the dead. */
const MAX_WAIT = 1_000;

/** How often is asked whether what must be settled before this shard begins is settled, ms. */
const BEGIN_POLL = 100;

/** Where an entry came from, which decides how many attempts it has seen. */
type Source = 'read' | 'stranded' | 'taken-over';

export interface IntakeOptions {
  readonly work: Work;
  readonly settler: Settler;
  readonly prefetch: Prefetch;
  readonly roomy: Wakeup;
  /**
   * Whether new entries are waited for without taking them, and taken only then: where room or permits are shared with
   * other streams, so that an empty one must not keep them; and where only the owner may take.
   */
  readonly careful: () => boolean;
  /** Whether what has to be settled in other streams before this one begins is settled. */
  readonly mayBegin: () => Promise<boolean>;
}

/**
 * Takes entries in, as many as there is room for: own ones whose reply was lost, those of consumers that show no
 * life, then new ones. One thing at a time, so that room is never promised twice. An owner goes through everything that
 * is pending first, whoever had it, and takes new ones afterwards: so the order of a key outlives a process.
 */
export class Intake {
  readonly #work: Work;
  readonly #settler: Settler;
  readonly #prefetch: Prefetch;
  readonly #roomy: Wakeup;
  readonly #options: IntakeOptions;
  readonly #readSize = new ReadSize();
  /** Large poison on its way out: nothing more is read before it is gone, so that it can't fill the memory. */
  readonly #large = new Set<Promise<void>>();
  #cursor: EntryId = '0-0';
  #takeOverAt = 0;
  /** Whether the last read got all that it had asked for, so that the next need not wait. */
  #backlog = false;
  /** The ownership for which everything pending has been gone through. */
  #drainedFor: number | undefined;
  #begun = false;
  #closed = false;
  #busy = false;

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#work = options.work;
    this.#settler = options.settler;
    this.#prefetch = options.prefetch;
    this.#roomy = options.roomy;
  }

  /** Whether there is more in the stream than could be taken. */
  get backlogged(): boolean {
    return this.#backlog;
  }

  /** Whether entries may be on their way in. */
  get busy(): boolean {
    return this.#busy;
  }

  /** Takes nothing in until `open`; what is on its way still comes. */
  shut(): void {
    this.#closed = true;
  }

  open(): void {
    this.#closed = false;
    this.#roomy.notify();
  }

  /** Another process may have had the stream meanwhile: everything pending is gone through again. */
  startOver(): void {
    this.#drainedFor = undefined;
    this.#cursor = '0-0';
    this.#backlog = false;
  }

  /** Goes on until the worker stops. Never rejects. */
  async run(): Promise<void> {
    const { stopping, pool, clock, owner } = this.#work;
    let failures = 0;
    while (!stopping.aborted) {
      if (this.#closed || owner?.owns === false || !pool.wantsMore()) {
        await this.#roomy.wait();
        continue;
      }
      try {
        await this.#takeIn();
        failures = 0;
      } catch (error) {
        if (stopping.aborted) return;
        this.#work.doubt.raised = true;
        if (isFsError(error, 'FS_NOT_OWNER')) {
          owner?.refused();
          continue;
        }
        failures += 1;
        await sleep(clock, brokerFailed(this.#work, error, failures), stopping);
      }
    }
  }

  async #takeIn(): Promise<void> {
    const { clock, pool, doubt, owner } = this.#work;
    if (this.#large.size > 0) await Promise.all(this.#large);
    // Own ones whose reply was lost are among them, in their turn: others may have handed earlier ones back.
    if (owner !== undefined && this.#drainedFor !== owner.token) return this.#drain(owner.token);
    if (doubt.raised) {
      doubt.raised = false;
      // What is an owner's and not known to it may stand anywhere among what is pending: that is gone through in order.
      if (owner !== undefined) this.startOver();
      else if (!(await this.#recover())) doubt.raised = true;
    }
    // What doesn't fit in now comes before anything new.
    if (doubt.raised) return;
    if (owner !== undefined) {
      if (!this.#begun && !(await this.#begin())) return;
    } else if (clock.now() >= this.#takeOverAt) await this.#takeOver();
    if (pool.room() === 0 || doubt.raised) return;
    if (this.#options.careful()) await this.#takeCarefully();
    else await this.#read();
  }

  async #read(): Promise<void> {
    const { pool, consumer, clock } = this.#work;
    await this.#withRoom(this.#readSize.of(pool.room()), async (count) => {
      const waitMs = this.#backlog ? 0 : this.#maxWait();
      const start = clock.now();
      const entries = await consumer.read(count, waitMs);
      if (this.#backlog && entries.length > 0) this.#prefetch.readTook(clock.now() - start);
      this.#backlog = entries.length === count;
      this.#received(entries);
      this.#accept(entries, 'read');
    });
  }

  /** Waits for entries without taking them; then takes as many as there is room and leave for. */
  async #takeCarefully(): Promise<void> {
    const { pool, consumer, gate, clock, owner, subscription } = this.#work;
    if (!this.#backlog) {
      if (await consumer.awaitNew(this.#maxWait())) this.#backlog = true;
      return;
    }
    const room = this.#readSize.of(pool.room());
    const perStart = subscription.policy.batch?.maxSize ?? 1;
    const permits = gate === undefined ? undefined : await gate.claim(Math.ceil(room / perStart));
    try {
      if (permits === 0) {
        await this.#roomy.wait();
        return;
      }
      // While a permit was waited for, much may have changed.
      if (this.#closed || owner?.owns === false || this.#work.stopping.aborted) return;
      const most = permits === undefined ? room : Math.min(room, permits * perStart);
      await this.#withRoom(Math.min(most, pool.room()), async (count) => {
        const start = clock.now();
        const token = owner?.token;
        const entries = await consumer.take(count);
        // They are this consumer's, and come again when what is pending is gone through.
        if (owner?.token !== token) return;
        if (entries.length > 0) this.#prefetch.readTook(clock.now() - start);
        this.#backlog = entries.length === count;
        this.#received(entries);
        this.#accept(entries, 'read');
      });
    } finally {
      if (permits !== undefined) gate?.settle(permits);
    }
    if (!this.#backlog) gate?.giveBack();
  }

  /** Goes through what is pending, a part at a time, whoever has it: nothing of it may be overtaken. */
  async #drain(token: number | undefined): Promise<void> {
    const { pool, consumer, ledger, ending } = this.#work;
    await this.#withRoom(this.#readSize.of(pool.room()), async (count) => {
      const known = new Set([...ledger.keys(), ...ending]);
      const result = await consumer.drain({ count, cursor: this.#cursor, known });
      // Owned anew meanwhile, it is gone through from the beginning, and nothing may come before that.
      if (this.#work.owner?.token !== token) return;
      this.#cursor = result.cursor;
      this.#tookOver(result);
      if (result.cursor === '0-0') this.#drainedFor = token;
    });
  }

  async #begin(): Promise<boolean> {
    const { clock, stopping } = this.#work;
    this.#begun = await this.#options.mayBegin();
    if (!this.#begun) await sleep(clock, BEGIN_POLL, stopping);
    return this.#begun;
  }

  #received(entries: readonly Entry[]): void {
    const { emitter } = this.#work;
    if (entries.length > 0 && emitter.wants('received')) {
      emitter.emit({ kind: 'received', ...about(this.#work), count: entries.length });
    }
  }

  #tookOver({ entries, deleted }: TakeOver): void {
    const { emitter } = this.#work;
    if (deleted.length > 0) this.#lost(deleted);
    const count = this.#accept(entries, 'taken-over');
    if (count > 0) emitter.emit({ kind: 'taken-over', ...about(this.#work), count });
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
    const { pool, consumer, clock, subscription } = this.#work;
    const { lease } = subscription.policy;
    await this.#withRoom(this.#readSize.of(pool.room()), async (count) => {
      const result = await consumer.takeOver({ idleMs: lease, count, cursor: this.#cursor });
      this.#cursor = result.cursor;
      this.#tookOver(result);
    });
    // The list has not been gone through: go on as soon as there is room again.
    this.#takeOverAt = this.#cursor === '0-0' ? clock.now() + Math.min(MAX_WAIT, lease / 3) : 0;
  }

  /** Sets room aside, and gives it back only after what came is counted: it can't be promised twice. */
  async #withRoom(count: number, take: (count: number) => Promise<void>): Promise<void> {
    if (count <= 0) return;
    const { pool } = this.#work;
    pool.reserve(count);
    this.#busy = true;
    try {
      await take(count);
    } finally {
      this.#busy = false;
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
    const { home } = this.#work;
    const delivery = new Delivery({ id, home, fields, decoded, attempt, recorded: deliveries, now });
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
    const { clock, owner } = this.#work;
    const now = clock.now();
    const nextLook = owner === undefined ? this.#takeOverAt : Number.POSITIVE_INFINITY;
    const until = Math.min(now + MAX_WAIT, nextLook, this.#settler.nextDue() ?? Number.POSITIVE_INFINITY);
    return Math.max(1, until - now);
  }
}

function crashed(deliveries: number): FsError {
  return new FsError(
    'FS_ATTEMPTS_EXHAUSTED',
    `The process died ${deliveries} times while it had this message`,
  );
}
