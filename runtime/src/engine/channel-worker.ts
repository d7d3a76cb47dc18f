import { AdaptiveLimit } from '../core/adaptive.js';
import { sleep } from '../core/clock.js';
import { PermitHolder, Permits } from '../core/permits.js';
import { Pool } from '../core/pool.js';
import { autoPrefetch, fixedPrefetch, type Prefetch } from '../core/prefetch.js';
import { shardKey } from '../core/shards.js';
import { spread } from '../core/spread.js';
import type { StopReport } from '../events.js';
import type { Coordination, GroupView } from '../types.js';
import type { Delivery } from './delivery.js';
import type { EventLoopSample } from './event-loop.js';
import { Gate } from './gate.js';
import { Limits } from './limits.js';
import { Membership } from './membership.js';
import { brokerFailed } from './persist.js';
import type { Subscription } from './route.js';
import { total } from './stop-report.js';
import { LAST_WORDS, Subscriber, type SubscriberOptions } from './subscriber.js';
import { about } from './work.js';

/** Between two meetings with the other processes, ms: of a channel whose shards they divide, and of any other. */
const [MEET_OFTEN, MEET] = [500, 1_000];
/** A process is counted out after so many meetings that it missed, and not before a lease. */
const MISSED = 5;

export type ChannelWorkerOptions = Omit<
  SubscriberOptions,
  'pool' | 'prefetch' | 'adaptive' | 'gate' | 'careful' | 'owned' | 'stopping' | 'mayBegin'
> & {
  /** How busy the process is; `undefined`: the adaptive limit does not look at that. */
  readonly eventLoop: (() => EventLoopSample) | undefined;
};

/** How one channel is being worked right now, in this process. */
export interface SubscriberStatus {
  readonly operation: string;
  readonly stream: string;
  readonly group: string;
  /** Handlers (or batches) that may run at once. */
  readonly limit: number;
  /** Messages held beyond them, at most. */
  readonly prefetch: number;
  readonly running: number;
  readonly queued: number;
  /** Read and not settled: queued, running, and done but not yet acknowledged. */
  readonly held: number;
  /** Behind a message of the same key that is not settled. */
  readonly blocked: number;
  /** Waiting for their next attempt. */
  readonly waiting: number;
  readonly paused: boolean;
  /** Streams that the channel is spread over, and whether this process is the owner; `undefined`: there are no owners. */
  readonly shards: readonly { readonly stream: string; readonly owner: boolean | undefined }[];
}

/**
 * Works one channel of the contract: one pool, with its limits, for all the streams that the channel is spread over; and
 * where order is asked for, those of them that are this process's to work.
 */
export class ChannelWorker {
  readonly #options: ChannelWorkerOptions;
  readonly #stopping = new AbortController();
  readonly #prefetch: Prefetch;
  readonly #pool: Pool<Delivery>;
  readonly #adaptive: AdaptiveLimit | undefined;
  readonly #gate: Gate<Delivery> | undefined;
  readonly #limits: Limits;
  readonly #membership: Membership;
  readonly #subscribers: Subscriber[] = [];
  #gateLoop: Promise<void> = Promise.resolve();
  #growing: Promise<void> = Promise.resolve();

  constructor(options: ChannelWorkerOptions) {
    this.#options = options;
    const { subscription, clock, random, broker, consumerName } = options;
    const { policy, stream } = subscription;
    this.#prefetch = policy.prefetch === 'auto' ? autoPrefetch() : fixedPrefetch(policy.prefetch);
    this.#pool = new Pool<Delivery>({
      limit: policy.maxWorkers,
      prefetch: (limit) => this.#prefetch.size(limit),
      run: (deliveries) => deliveries[0]?.home.run(deliveries),
      onRoom: () => this.#notify(),
      ordered: policy.orderBy !== undefined,
      limited: policy.rateLimit !== undefined,
      ...(policy.batch !== undefined && { batch: { ...policy.batch, clock } }),
    });
    const coordination = broker.coordinate({ stream, group: policy.group, member: consumerName });
    this.#adaptive = this.#makeAdaptive();
    this.#limits = this.#makeLimits();
    this.#gate = this.#makeGate(coordination);
    const interval = policy.orderBy === undefined ? MEET : MEET_OFTEN;
    this.#membership = new Membership({
      coordination,
      interval: Math.min(interval, policy.lease / 3) * (0.9 + 0.2 * random()),
      ttl: Math.max(policy.lease, MISSED * interval),
      clock,
      onView: (view) => this.#heard(view),
      onFailed: (error) => void brokerFailed(options, error, 1),
    });
  }

  /** Names of the operations that it works. */
  get operations(): readonly string[] {
    return this.#options.subscription.routes.map(({ operation }) => operation.name);
  }

  async start(): Promise<void> {
    const { subscription, broker } = this.#options;
    const { policy, stream } = subscription;
    if (policy.shards > 1) await broker.spread(stream, policy.shards);
    const view = await this.#membership.join();
    // Before anything is read: the group may be paused.
    this.#limits.heard(view);
    const grown = this.#grow(view.shards);
    // The next meeting may come before every stream is subscribed: each is to be subscribed once.
    this.#growing = grown.catch(() => undefined);
    await grown;
    this.#limits.start();
    this.#gateLoop = this.#gate?.run() ?? this.#gateLoop;
    this.#heard(view);
  }

  status(): SubscriberStatus {
    const { limit, prefetch, running, queued, held, blocked, waiting } = this.#pool;
    const { name: operation, stream, policy } = this.#options.subscription;
    const shards = this.#subscribers.map((shard) => ({ stream: shard.stream, owner: shard.owns }));
    const { paused } = this.#limits;
    const counts = { limit, prefetch, running, queued, held, blocked, waiting };
    return { operation, stream, group: policy.group, ...counts, paused, shards };
  }

  /** Takes nothing new, and starts nothing, until it is resumed. What runs goes on. */
  setPaused(paused: boolean): void {
    this.#limits.setPausedHere(paused);
  }

  /** Handlers that run at once in this process; `undefined`: as group, adaptive limit and contract say. */
  setLimit(limit: number | undefined): void {
    this.#limits.setOwn(limit);
  }

  /** Ends the grace of a stop that is under way. */
  hurry(): void {
    for (const subscriber of this.#subscribers) subscriber.hurry();
  }

  /** Drains. See `Subscriber.stop`. */
  async stop(grace: number): Promise<StopReport> {
    this.#stopping.abort();
    this.#limits.stop();
    this.#pool.close();
    // At once: what is divided among the processes is divided anew while this one drains.
    const left = this.#membership.leave();
    await this.#growing;
    const reports = await Promise.all(this.#subscribers.map((subscriber) => subscriber.stop(grace)));
    // Without the broker there is nobody to tell.
    const told = new AbortController();
    const patience = sleep(this.#options.clock, LAST_WORDS, told.signal);
    await Promise.race([Promise.all([left, this.#gateLoop]), patience]);
    told.abort();
    return total(reports);
  }

  #makeAdaptive(): AdaptiveLimit | undefined {
    const { subscription, clock, random, eventLoop } = this.#options;
    const { adaptive, maxWorkers } = subscription.policy;
    if (adaptive === undefined) return undefined;
    const { min, max } = adaptive;
    return new AdaptiveLimit({
      min,
      max,
      start: maxWorkers,
      now: () => clock.now(),
      random,
      ...(eventLoop !== undefined && { loop: eventLoop }),
    });
  }

  #makeLimits(): Limits {
    const { subscription, clock, emitter, consumerName } = this.#options;
    return new Limits({
      policy: subscription.policy,
      pool: this.#pool,
      backlogged: () => this.#isBacklogged(),
      member: consumerName,
      adaptive: this.#adaptive,
      clock,
      onChanged: (change) => emitter.emit({ kind: 'limit-changed', ...about(this.#options), ...change }),
      onPaused: (paused, by) => {
        // Others may have use for the permits.
        if (paused) this.#gate?.giveBack();
        emitter.emit({ kind: paused ? 'paused' : 'resumed', ...about(this.#options), by });
      },
    });
  }

  /** Whether there is more work than workers; where permits are missing, it is not workers that are. */
  #isBacklogged(): boolean {
    if (this.#pool.missingPermits() > 0) return false;
    return this.#pool.queued > 0 || this.#subscribers.some((shard) => shard.backlogged);
  }

  #makeGate(coordination: Coordination): Gate<Delivery> | undefined {
    const { subscription, clock, random, emitter } = this.#options;
    const { rateLimit } = subscription.policy;
    if (rateLimit === undefined) return undefined;
    const { max, per, scope } = rateLimit;
    const alone = new PermitHolder(new Permits());
    return new Gate({
      pool: this.#pool,
      ask: async (request) => {
        const full = { max, per, ...request };
        return scope === 'process' ? alone.ask(full, clock.now()) : coordination.permits(full);
      },
      clock,
      random,
      stopping: this.#stopping.signal,
      onLimited: (waitMs) => {
        if (emitter.wants('rate-limited'))
          emitter.emit({ kind: 'rate-limited', ...about(this.#options), waitMs });
      },
      onFailed: (error, failures) => brokerFailed(this.#options, error, failures),
    });
  }

  #heard(view: GroupView): void {
    this.#limits.heard(view);
    if (view.shards > this.#subscribers.length) {
      this.#growing = this.#growing
        .then(() => this.#grow(view.shards))
        .catch((error) => void brokerFailed(this.#options, error, 1));
      return;
    }
    if (this.#options.subscription.policy.orderBy === undefined) return;
    const owners = spread(view.members, this.#subscribers.length);
    for (const [shard, subscriber] of this.#subscribers.entries()) {
      subscriber.setWanted(owners[shard] === this.#options.consumerName);
    }
  }

  /** Opens the shards that this process does not know yet. */
  async #grow(shards: number): Promise<void> {
    const { subscription, broker } = this.#options;
    const { stream, policy } = subscription;
    const careful = policy.orderBy !== undefined || policy.rateLimit !== undefined;
    while (this.#subscribers.length < shards && !this.#stopping.signal.aborted) {
      const shard = this.#subscribers.length;
      const subscriber = new Subscriber({
        ...this.#options,
        subscription: ofShard(subscription, shard),
        pool: this.#pool,
        prefetch: this.#prefetch,
        adaptive: this.#adaptive,
        gate: this.#gate,
        careful: () => careful || this.#subscribers.length > 1,
        owned: policy.orderBy !== undefined,
        stopping: this.#stopping.signal,
        mayBegin: async () => shard === 0 || broker.mayBegin(stream, shard, policy.group),
      });
      await subscriber.start();
      this.#subscribers.push(subscriber);
    }
  }

  /** The first that hears of room takes it: each shard has the same chance, or a backlog in one would starve the others. */
  #notify(): void {
    const shards = this.#subscribers.length;
    const first = shards > 1 ? Math.floor(this.#options.random() * shards) : 0;
    for (let i = 0; i < shards; i++) this.#subscribers[(first + i) % shards]?.notify();
    this.#gate?.notify();
  }
}

/** Routes of its own, so that a batch never mixes streams. */
function ofShard(subscription: Subscription, shard: number): Subscription {
  if (shard === 0) return subscription;
  const routes = subscription.routes.map((route) => ({ ...route }));
  return { ...subscription, stream: shardKey(subscription.stream, shard), routes };
}
