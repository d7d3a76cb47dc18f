import { Pool } from '../core/pool.js';
import { autoPrefetch, fixedPrefetch } from '../core/prefetch.js';
import { Wakeup } from '../core/signal.js';
import { FsError } from '../errors.js';
import type { Emitter, StopReport } from '../events.js';
import type { Broker, BrokerEvent, Clock, Consumer, EntryId, Logger } from '../types.js';
import { Acks } from './acks.js';
import type { Delivery } from './delivery.js';
import { Housekeeper } from './housekeeper.js';
import { Intake } from './intake.js';
import { LeaseKeeper } from './lease.js';
import { brokerFailed } from './persist.js';
import type { PublisherSet } from './publisher.js';
import type { Subscription } from './route.js';
import { Runner } from './runner.js';
import { Settler } from './settler.js';
import { about, type Work } from './work.js';

/** How long aborted handlers get to come to an end, and finished work to be acknowledged, ms. */
const LAST_WORDS = 1_000;

export interface SubscriberOptions {
  readonly subscription: Subscription;
  readonly broker: Broker;
  readonly consumerName: string;
  readonly publishers: PublisherSet;
  readonly logger: Logger;
  readonly emitter: Emitter;
  readonly clock: Clock;
  readonly random: () => number;
  readonly maxMessageBytes: number;
}

/** What a subscriber consists of while it works. */
interface Parts {
  readonly work: Work;
  readonly settler: Settler;
  readonly acks: Acks;
  readonly lease: LeaseKeeper;
  readonly housekeeper: Housekeeper;
  readonly loop: Promise<void>;
}

/** How one stream is being worked right now. */
export interface SubscriberStatus {
  readonly operation: string;
  readonly stream: string;
  readonly group: string;
  /** Handlers that may run at once. */
  readonly limit: number;
  /** Messages held beyond them, at most. */
  readonly prefetch: number;
  readonly running: number;
  readonly queued: number;
  /** Read and not settled: queued, running, and done but not yet acknowledged. */
  readonly held: number;
  /** Waiting for their next attempt. */
  readonly waiting: number;
}

/** Works one stream: wires intake, pool, runner, settler, acks and lease together, and takes them down again. */
export class Subscriber {
  readonly #options: SubscriberOptions;
  readonly #stopping = new AbortController();
  readonly #givenUp = new AbortController();
  readonly #hurried = new AbortController();
  readonly #ledger = new Map<EntryId, Delivery>();
  readonly #ending = new Set<EntryId>();
  readonly #roomy = new Wakeup();
  readonly #quiet = new Wakeup();
  readonly #pool: Pool<Delivery>;
  readonly #prefetch;
  #runner: Runner | undefined;
  #parts: Parts | undefined;

  constructor(options: SubscriberOptions) {
    this.#options = options;
    const { policy } = options.subscription;
    this.#prefetch = policy.prefetch === 'auto' ? autoPrefetch() : fixedPrefetch(policy.prefetch);
    this.#pool = new Pool({
      limit: policy.maxWorkers,
      prefetch: (limit) => this.#prefetch.size(limit),
      run: (delivery) => this.#runner?.run(delivery),
      onRoom: () => {
        this.#roomy.notify();
        this.#quiet.notify();
      },
    });
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
      limit: policy.maxWorkers,
      prefetch: policy.prefetch,
    });
  }

  status(): SubscriberStatus {
    const { subscription } = this.#options;
    const { limit, prefetch, running, queued, held, waiting } = this.#pool;
    const { name: operation, stream, policy } = subscription;
    return { operation, stream, group: policy.group, limit, prefetch, running, queued, held, waiting };
  }

  /** Ends the grace of a stop that is under way. */
  hurry(): void {
    this.#hurried.abort();
    this.#quiet.notify();
  }

  /**
   * Drains: nothing new is read, what has not started is handed back at once, what runs gets `grace`
   * milliseconds, then its signal is aborted.
   */
  async stop(grace: number): Promise<StopReport> {
    const parts = this.#parts;
    if (parts === undefined) return { drained: 0, aborted: 0, released: 0, unacknowledged: 0 };
    const { work, settler, acks, lease, housekeeper, loop } = parts;
    const { clock } = work;
    const before = settler.handedBack;
    // Without the broker nothing can be handed back: then what is left is given up with the grace.
    const cancelGivingUp = clock.after(grace + 2 * LAST_WORDS, () => this.#givenUp.abort());
    this.#stopping.abort();
    const unstarted = this.#pool.close();
    this.#roomy.notify();
    await work.consumer.interrupt();
    await loop;
    // A read that was already answered has brought some more.
    unstarted.push(...this.#pool.close(), ...settler.cancelRetries());
    const handedBack = settler.handBackUncounted(unstarted);
    const started = this.#running().length;
    await this.#quietWithin(grace, this.#hurried.signal);
    const aborted = this.#running();
    for (const delivery of aborted) {
      delivery.abort.abort(
        new FsError('FS_STOPPING', `The worker stopped while ${delivery.id} was being handled`),
      );
    }
    if (aborted.length > 0) await this.#quietWithin(LAST_WORDS);
    const abandoned = this.#running();
    const givingUp = settler.handBackUncounted(abandoned);
    await handedBack;
    await givingUp;
    // Acknowledgements and dead letters that are on their way; handlers that ignore their signal are not waited for.
    await this.#quietWithin(LAST_WORDS, undefined, abandoned.length);
    const unacknowledged = await acks.stop(0);
    this.#givenUp.abort();
    cancelGivingUp();
    lease.stop();
    housekeeper.stop();
    this.#runner?.stop();
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
    const { subscription, publishers, logger, emitter, clock, random, consumerName, maxMessageBytes } =
      this.#options;
    const work: Work = {
      subscription,
      consumer,
      consumerName,
      pool: this.#pool,
      ledger: this.#ledger,
      ending: this.#ending,
      emitter,
      clock,
      random,
      doubt: { raised: false },
      maxMessageBytes,
      stopping: this.#stopping.signal,
      givenUp: this.#givenUp.signal,
    };
    const acks = new Acks({
      clock,
      send: (ids) => consumer.ack(ids),
      onAcked: (ids, tookMs) => this.#acked(ids, tookMs),
      onFailed: (error, failures) => brokerFailed(work, error, failures),
    });
    const settler = new Settler(work, acks);
    this.#runner = new Runner(work, settler, { subscription, logger, publishers }, this.#prefetch);
    const lease = new LeaseKeeper({
      lease: subscription.policy.lease,
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
      lease: subscription.policy.lease,
      trimAfter: subscription.policy.trim,
      onTidied: ({ trimmed, removed }) => {
        if (trimmed > 0) emitter.emit({ kind: 'trimmed', ...about(work), count: trimmed });
        if (removed > 0) emitter.emit({ kind: 'consumers-removed', ...about(work), count: removed });
      },
      onFailed: (error) => brokerFailed(work, error, 1),
    });
    housekeeper.start();
    const loop = new Intake(work, settler, this.#prefetch, this.#roomy).run();
    return { work, settler, acks, lease, housekeeper, loop };
  }

  #acked(ids: readonly EntryId[], tookMs: number): void {
    const { emitter, subscription } = this.#options;
    this.#prefetch.ackTook(tookMs);
    const told = emitter.wants('acked');
    for (const id of ids) {
      const delivery = this.#ledger.get(id);
      this.#ledger.delete(id);
      this.#ending.delete(id);
      if (!told || delivery === undefined) continue;
      const operation = delivery.decoded.route.operation.name;
      emitter.emit({ kind: 'acked', operation, stream: subscription.stream, id, attempt: delivery.attempt });
    }
    this.#pool.settled(ids.length);
    this.#parts?.housekeeper.settled();
  }

  #running(): Delivery[] {
    return [...this.#ledger.values()].filter(({ state }) => state === 'running');
  }

  /** Resolves when no handler runs and everything is settled, after `ms`, or when cut short. */
  async #quietWithin(ms: number, cut?: AbortSignal, besides = 0): Promise<void> {
    let over = false;
    const cancel = this.#options.clock.after(ms, () => {
      over = true;
      this.#quiet.notify();
    });
    while (this.#pool.held > besides && !over && !cut?.aborted) await this.#quiet.wait();
    cancel();
  }

  #relay(event: BrokerEvent): void {
    const { emitter, subscription } = this.#options;
    emitter.emit({ operation: subscription.name, stream: subscription.stream, ...event });
  }
}
