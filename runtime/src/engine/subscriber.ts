import type { AdaptiveLimit } from '../core/adaptive.js';
import type { Pool } from '../core/pool.js';
import type { Prefetch } from '../core/prefetch.js';
import { Wakeup } from '../core/signal.js';
import { FsError } from '../errors.js';
import type { Emitter, StopReport } from '../events.js';
import type { Broker, BrokerEvent, Clock, Consumer, EntryId, Logger } from '../types.js';
import { Acks } from './acks.js';
import type { Delivery, Home } from './delivery.js';
import type { Gate } from './gate.js';
import { Housekeeper } from './housekeeper.js';
import { Intake } from './intake.js';
import { LeaseKeeper } from './lease.js';
import { Owner } from './owner.js';
import { brokerFailed, persist } from './persist.js';
import type { PublisherSet } from './publisher.js';
import type { Subscription } from './route.js';
import { Runner } from './runner.js';
import { Settler } from './settler.js';
import { NOTHING_STOPPED } from './stop-report.js';
import { about, type Work } from './work.js';

/** How long aborted handlers get to come to an end, and finished work to be acknowledged, ms. */
export const LAST_WORDS = 1_000;

export interface SubscriberOptions {
  /** Its stream is the shard's. */
  readonly subscription: Subscription;
  readonly broker: Broker;
  readonly consumerName: string;
  readonly publishers: PublisherSet;
  readonly logger: Logger;
  readonly emitter: Emitter;
  readonly clock: Clock;
  readonly random: () => number;
  readonly maxMessageBytes: number;
  /** Of the channel, with all its shards. */
  readonly pool: Pool<Delivery>;
  readonly prefetch: Prefetch;
  readonly adaptive: AdaptiveLimit | undefined;
  readonly gate: Gate<Delivery> | undefined;
  /** Whether new entries are waited for before they are taken. See `Intake`. */
  readonly careful: () => boolean;
  /** Whether the stream has one owner in the group, for the sake of order. */
  readonly owned: boolean;
  readonly stopping: AbortSignal;
  /** Whether what must be settled in other streams first is settled. */
  readonly mayBegin: () => Promise<boolean>;
}

/** What a subscriber consists of while it works. */
interface Parts {
  readonly work: Work;
  readonly settler: Settler;
  readonly runner: Runner;
  readonly acks: Acks;
  readonly lease: LeaseKeeper;
  readonly housekeeper: Housekeeper;
  readonly intake: Intake;
  readonly loop: Promise<void>;
}

/** Works one stream: wires intake, runner, settler, acks, lease and owner together, and takes them down again. */
export class Subscriber implements Home {
  readonly #options: SubscriberOptions;
  readonly #givenUp = new AbortController();
  readonly #hurried = new AbortController();
  readonly #ledger = new Map<EntryId, Delivery>();
  readonly #ending = new Set<EntryId>();
  readonly #roomy = new Wakeup();
  readonly #quiet = new Wakeup();
  #parts: Parts | undefined;
  #handingOver: Promise<void> | undefined;

  constructor(options: SubscriberOptions) {
    this.#options = options;
  }

  get stream(): string {
    return this.#options.subscription.stream;
  }

  /** Whether this process is the stream's owner; `undefined` where there are none. */
  get owns(): boolean | undefined {
    return this.#parts?.work.owner?.owns;
  }

  /** Whether there is more in the stream than could be taken. */
  get backlogged(): boolean {
    return this.#parts?.intake.backlogged ?? false;
  }

  async start(): Promise<void> {
    const { broker, subscription, consumerName, emitter } = this.#options;
    const { stream, policy } = subscription;
    const consumer = await broker.consume({
      stream,
      group: policy.group,
      consumer: consumerName,
      startFrom: policy.startFrom,
      onEvent: (event) => this.#relay(event),
    });
    this.#parts = this.#assemble(consumer);
    emitter.emit({
      kind: 'subscribed',
      ...about(this.#parts.work),
      group: policy.group,
      consumer: consumerName,
      limit: this.#options.pool.limit,
      prefetch: policy.prefetch,
    });
  }

  run(deliveries: readonly Delivery[]): void {
    this.#parts?.runner.run(deliveries);
  }

  /** There may be room, leave or work to end. */
  notify(): void {
    this.#roomy.notify();
    this.#quiet.notify();
  }

  /** Whether this process is to be the owner: it becomes it as soon as nobody else is, or hands over. */
  setWanted(wanted: boolean): void {
    const owner = this.#parts?.work.owner;
    if (owner === undefined || this.#options.stopping.aborted) return;
    if (!wanted) {
      owner.unwant();
      if (owner.token !== undefined) this.#handingOver ??= this.#handOver(owner);
    } else if (this.#handingOver === undefined) {
      owner.want();
    }
  }

  /** Ends the grace of a stop that is under way. */
  hurry(): void {
    this.#hurried.abort();
    this.#quiet.notify();
  }

  /**
   * Drains, after `stopping` was aborted and the pool closed: nothing new is read, what has not started is handed back at
   * once, what runs gets `grace` milliseconds, then its signal is aborted.
   */
  async stop(grace: number): Promise<StopReport> {
    const parts = this.#parts;
    if (parts === undefined) return NOTHING_STOPPED;
    const { work, settler, runner, acks, lease, housekeeper, loop } = parts;
    const { clock, owner } = work;
    const before = settler.handedBack;
    // Without the broker nothing can be handed back: then what is left is given up with the grace.
    const cancelGivingUp = clock.after(grace + 2 * LAST_WORDS, () => this.#givenUp.abort());
    this.notify();
    await this.#handingOver;
    await work.consumer.interrupt();
    await loop;
    const handedBack = settler.handBackUncounted(this.#takeOutUnstarted(settler));
    const started = this.#running().length;
    await this.#quietWithin(grace, this.#hurried.signal);
    const aborted = this.#running();
    for (const delivery of aborted) {
      delivery.abort.abort(
        new FsError('FS_STOPPING', `The worker stopped while ${delivery.id} was being handled`),
      );
    }
    if (aborted.length > 0) await this.#quietWithin(LAST_WORDS);
    const givingUp = settler.handBackUncounted(this.#running());
    await handedBack;
    await givingUp;
    // Acknowledgements and dead letters that are on their way; handlers that ignore their signal are not waited for.
    await this.#quietWithin(LAST_WORDS);
    const unacknowledged = await acks.stop(0);
    // Only now: whoever takes over begins with what is pending.
    await owner?.release('the worker stops').catch(() => undefined);
    this.#givenUp.abort();
    cancelGivingUp();
    owner?.stop();
    lease.stop();
    housekeeper.stop();
    runner.stop();
    await work.consumer.close();
    this.#parts = undefined;
    return {
      drained: started - aborted.length,
      aborted: aborted.length,
      released: settler.handedBack - before,
      unacknowledged: unacknowledged.length,
    };
  }

  #assemble(consumer: Consumer): Parts {
    const { subscription, publishers, logger, emitter, clock, random, prefetch, adaptive } = this.#options;
    const { policy } = subscription;
    const work: Work = {
      subscription,
      consumer,
      consumerName: this.#options.consumerName,
      home: this,
      pool: this.#options.pool,
      gate: this.#options.gate,
      owner: this.#options.owned ? this.#makeOwner(consumer) : undefined,
      ledger: this.#ledger,
      ending: this.#ending,
      emitter,
      clock,
      random,
      doubt: { raised: false },
      maxMessageBytes: this.#options.maxMessageBytes,
      stopping: this.#options.stopping,
      givenUp: this.#givenUp.signal,
    };
    const acks = new Acks({
      clock,
      send: (ids) => consumer.ack(ids),
      onAcked: (ids, tookMs) => this.#acked(ids, tookMs),
      onFailed: (error, failures) => brokerFailed(work, error, failures),
    });
    const settler = new Settler(work, acks);
    const context = { subscription, logger, publishers };
    const runner = new Runner({ work, settler, context, prefetch, adaptive });
    const lease = new LeaseKeeper({
      lease: policy.lease,
      clock,
      consumer,
      deliveries: () => this.#ledger.values(),
      ending: () => this.#ending,
      onLost: (delivery) => settler.leaseLost(delivery),
      onFailed: (error) => brokerFailed(work, error, 1),
    });
    lease.start();
    const housekeeper = new Housekeeper({
      clock,
      random,
      consumer,
      lease: policy.lease,
      trimAfter: policy.trim,
      onTidied: ({ trimmed, removed }) => {
        if (trimmed > 0) emitter.emit({ kind: 'trimmed', ...about(work), count: trimmed });
        if (removed > 0) emitter.emit({ kind: 'consumers-removed', ...about(work), count: removed });
      },
      onFailed: (error) => brokerFailed(work, error, 1),
    });
    housekeeper.start();
    const { careful, mayBegin } = this.#options;
    const intake = new Intake({ work, settler, prefetch, roomy: this.#roomy, careful, mayBegin });
    return { work, settler, runner, acks, lease, housekeeper, intake, loop: intake.run() };
  }

  #makeOwner(consumer: Consumer): Owner {
    const { subscription, clock, emitter } = this.#options;
    return new Owner({
      consumer,
      lease: subscription.policy.lease,
      clock,
      onOwned: (token) => {
        emitter.emit({ kind: 'owned', ...about(this.#options), token });
        this.#parts?.intake.startOver();
        this.#roomy.notify();
      },
      onRenewed: () => this.#roomy.notify(),
      onLost: (reason) => {
        emitter.emit({ kind: 'disowned', ...about(this.#options), reason });
        // Another process goes through all of it: what runs here is told by the next heartbeat, the rest must not start.
        for (const delivery of this.#unstarted().reverse()) this.#parts?.settler.withdraw(delivery);
      },
      onFailed: (error) => {
        if (this.#parts !== undefined) brokerFailed(this.#parts.work, error, 1);
      },
    });
  }

  /** Lets what runs come to its end, gives the rest back, and lets another process become the owner. */
  async #handOver(owner: Owner): Promise<void> {
    const { intake, settler, work } = this.#parts as Parts;
    intake.shut();
    while (!this.#options.stopping.aborted && owner.token !== undefined) {
      // What a take under way brings must not start after what was before it was given back.
      if (intake.busy) {
        await this.#quiet.wait();
        continue;
      }
      const unstarted = this.#takeOutUnstarted(settler);
      if (unstarted.length > 0) await settler.handBackUncounted(unstarted);
      else if (this.#ledger.size + this.#ending.size === 0) break;
      else await this.#quiet.wait();
    }
    // A stop does the same, and more.
    if (this.#options.stopping.aborted) return;
    await persist(work, () => owner.release('handed over'));
    intake.open();
    this.#handingOver = undefined;
  }

  #acked(ids: readonly EntryId[], tookMs: number): void {
    const { emitter, subscription, pool, prefetch } = this.#options;
    prefetch.ackTook(tookMs);
    const told = emitter.wants('acked');
    const settled: Delivery[] = [];
    for (const id of ids) {
      const delivery = this.#ledger.get(id);
      this.#ledger.delete(id);
      this.#ending.delete(id);
      if (delivery === undefined) continue;
      delivery.state = 'gone';
      settled.push(delivery);
      if (!told) continue;
      const operation = delivery.decoded.route.operation.name;
      emitter.emit({ kind: 'acked', operation, stream: subscription.stream, id, attempt: delivery.attempt });
    }
    pool.settled(...settled);
    if (settled.length < ids.length) pool.settledOthers(ids.length - settled.length);
    this.#parts?.housekeeper.settled();
  }

  #running(): Delivery[] {
    return [...this.#ledger.values()].filter(({ state }) => state === 'running');
  }

  /** Held or waiting for a retry, and not started. */
  #unstarted(): Delivery[] {
    return [...this.#ledger.values()].filter(
      ({ state, lost }) => (state === 'queued' || state === 'waiting') && !lost,
    );
  }

  /** The last ones first: as long as one of a key is here, those behind it don't start. */
  #takeOutUnstarted(settler: Settler): Delivery[] {
    const unstarted = this.#unstarted().reverse();
    for (const delivery of unstarted) settler.takeOut(delivery);
    return unstarted;
  }

  /** Resolves when no handler runs and everything is settled, after `ms`, or when cut short. */
  async #quietWithin(ms: number, cut?: AbortSignal): Promise<void> {
    let over = false;
    const cancel = this.#options.clock.after(ms, () => {
      over = true;
      this.#quiet.notify();
    });
    while (this.#active() > 0 && !over && !cut?.aborted) await this.#quiet.wait();
    cancel();
  }

  /** What is running or being settled. */
  #active(): number {
    let count = this.#ending.size;
    for (const { state } of this.#ledger.values()) {
      if (state === 'running' || state === 'settling') count += 1;
    }
    return count;
  }

  #relay(event: BrokerEvent): void {
    this.#options.emitter.emit({ ...about(this.#options), ...event });
  }
}
