import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { Contract } from '../contract.js';
import { systemClock } from '../core/clock.js';
import { MAX_MESSAGE_BYTES } from '../core/limits.js';
import { FsError } from '../errors.js';
import { Emitter, type EventKind, type EventListener, type StopReport } from '../events.js';
import type { Broker, Clock, Confirmation, Logger } from '../types.js';
import { ChannelWorker, type SubscriberStatus } from './channel-worker.js';
import { EventLoop } from './event-loop.js';
import { type PlanOptions, planSubscriptions } from './plan.js';
import { PublisherSet } from './publisher.js';
import type { Subscription } from './route.js';
import { untilSignal } from './signals.js';
import { NOTHING_STOPPED, total } from './stop-report.js';

/** Grace of `stop()` and `run()`, ms: below the 30 s after which Kubernetes kills. */
const DEFAULT_GRACE = 20_000;

export interface EngineOptions extends PlanOptions {
  readonly broker: Broker;
  /** Whether the worker opened the broker itself and must close it. */
  readonly ownsBroker: boolean;
  readonly logger: Logger;
  /** Shown in consumer names. Default: host name. */
  readonly name?: string;
  /** The consumer name itself, unique per process, for a simulation that has to replay. Default: made of `name` and chance. */
  readonly consumerName?: string;
  /** Milliseconds that a handler's message is tried for. Default 10,000. */
  readonly publishTimeout?: number;
  /** Bytes of the largest entry that is published or handled; a larger one is poison. Default 16 MiB. */
  readonly maxMessageBytes?: number;
  /** Who must have what a handler publishes. Default: the server that took it. */
  readonly confirm?: Confirmation;
  readonly clock?: Clock;
  readonly random?: () => number;
}

export interface StopOptions {
  /** Milliseconds that running handlers get to end by themselves. Default 20,000. */
  readonly grace?: number;
}

export interface RunOptions extends StopOptions {
  /** Default: SIGINT and SIGTERM. */
  readonly signals?: readonly NodeJS.Signals[];
  /** Stops as a signal would. */
  readonly signal?: AbortSignal;
}

export type WorkerState = 'new' | 'starting' | 'running' | 'stopping' | 'stopped';

/**
 * Works everything that the contract's application receives.
 *
 *     new ── start() ──> starting ──> running ── stop() ──> stopping ──> stopped
 *
 * `stop()` is safe in every state: before the start, during it, and again.
 */
export class Worker {
  readonly #options: EngineOptions;
  readonly #emitter = new Emitter();
  readonly #subscriptions: readonly Subscription[];
  readonly #contract: Contract;
  /** Watched where a limit adapts itself to it; a clock that tests bring has nothing to do with how busy the process is. */
  readonly #eventLoop: EventLoop | undefined;
  #channels: ChannelWorker[] = [];
  #state: WorkerState = 'new';
  #starting: Promise<void> | undefined;
  #stopping: Promise<StopReport> | undefined;

  constructor(contract: Contract, options: EngineOptions) {
    this.#contract = contract;
    this.#options = options;
    this.#subscriptions = planSubscriptions(contract, options);
    const adapts = this.#subscriptions.some(({ policy }) => policy.adaptive !== undefined);
    this.#eventLoop = adapts && options.clock === undefined ? new EventLoop() : undefined;
  }

  get state(): WorkerState {
    return this.#state;
  }

  /** How each channel is being worked right now. */
  status(): readonly SubscriberStatus[] {
    return this.#channels.map((channel) => channel.status());
  }

  /** Listens to events of some kinds; gives a function that ends it. */
  on<K extends EventKind>(kinds: K | readonly K[], listener: EventListener<K>): () => void {
    return this.#emitter.on(kinds, listener);
  }

  /**
   * Connects, makes groups that don't exist, and begins to read. Resolves when every stream is subscribed.
   *
   * @throws FsError `FS_BROKER_UNREACHABLE`, `FS_BROKER_AUTH`, `FS_BROKER_COMMAND`; everything is closed again then
   */
  start(): Promise<void> {
    if (this.#state === 'new') {
      this.#state = 'starting';
      this.#starting = this.#start();
    }
    return (
      this.#starting ??
      Promise.reject(new FsError('FS_BROKER_CLOSED', 'The worker was stopped before it started'))
    );
  }

  /** Drains and closes. See `StopReport` for what it tells. */
  stop(options: StopOptions = {}): Promise<StopReport> {
    this.#stopping ??= this.#stop(options.grace ?? DEFAULT_GRACE, 'stop() was called');
    return this.#stopping;
  }

  /**
   * Takes nothing new and starts nothing, until `resume`; what runs goes on, and what is held stays this process's.
   *
   * @param operation which; default: all
   */
  pause(operation?: string): void {
    for (const channel of this.#named(operation)) channel.setPaused(true);
  }

  /** Ends a `pause` of this worker. One that was ordered for the whole group goes on. */
  resume(operation?: string): void {
    for (const channel of this.#named(operation)) channel.setPaused(false);
  }

  /**
   * Lets so many handlers of an operation run at once in this process, whatever the contract, the adaptive limit and the
   * group say; `null`: as they say.
   *
   * @throws FsError `FS_POLICY_INVALID`
   */
  setLimit(operation: string, limit: number | null): void {
    if (limit !== null && (!Number.isSafeInteger(limit) || limit < 1)) {
      throw new FsError(
        'FS_POLICY_INVALID',
        `The limit of ${operation} is ${limit}, and must be a whole number from 1`,
        { hint: 'Pass null to go by the contract again; pause() lets nothing start.' },
      );
    }
    for (const channel of this.#named(operation)) channel.setLimit(limit ?? undefined);
  }

  /**
   * The main of a service: starts, and works until the process is told to end; then drains. A second signal cuts
   * the grace short. If it can't start it says why in the log and sets the process's exit code to 1; use
   * `start()` to get the error instead.
   */
  async run(options: RunOptions = {}): Promise<StopReport> {
    const grace = options.grace ?? DEFAULT_GRACE;
    const signalled = untilSignal(options.signals ?? ['SIGINT', 'SIGTERM'], options.signal);
    try {
      if (!(await this.#startOrSayWhy())) return NOTHING_STOPPED;
      const reason = await Promise.race([signalled.first, this.#stoppedElsewhere()]);
      this.#stopping ??= this.#stop(grace, reason);
      void signalled.second.then(() => this.#hurry());
      return await this.#stopping;
    } finally {
      signalled.dispose();
    }
  }

  #named(operation: string | undefined): readonly ChannelWorker[] {
    if (operation === undefined) return this.#channels;
    const named = this.#channels.filter((channel) => channel.operations.includes(operation));
    if (named.length > 0 || this.#state === 'stopped') return named;
    const known = this.#subscriptions.flatMap(({ routes }) => routes.map((route) => route.operation.name));
    throw new FsError('FS_POLICY_INVALID', `This worker has no operation ${operation} at work`, {
      hint: `It has ${[...new Set(known)].join(', ') || 'none'}; before start() nothing is at work.`,
    });
  }

  async #start(): Promise<void> {
    const { broker, logger, name = hostname(), clock = systemClock, random = Math.random } = this.#options;
    const { publishTimeout, confirm, maxMessageBytes = MAX_MESSAGE_BYTES } = this.#options;
    const { consumerName = `${name}-${process.pid}-${randomBytes(4).toString('hex')}` } = this.#options;
    const publishers = new PublisherSet(this.#contract.channels, {
      broker,
      clock,
      random,
      maxMessageBytes,
      ...(confirm !== undefined && { confirm }),
      ...(publishTimeout !== undefined && { timeout: publishTimeout }),
    });
    this.#eventLoop?.start();
    try {
      await broker.start();
      for (const subscription of this.#subscriptions) {
        if (this.#stopping !== undefined) return;
        const channel = new ChannelWorker({
          subscription,
          broker,
          consumerName,
          publishers,
          logger,
          emitter: this.#emitter,
          clock,
          random,
          maxMessageBytes,
          eventLoop: this.#eventLoop?.sample,
        });
        // A start that fails half way is taken down like any other.
        this.#channels.push(channel);
        await channel.start();
      }
    } catch (error) {
      // A stop that has been asked for meanwhile waits for us, and closes then.
      if (this.#stopping === undefined) {
        this.#stopping = this.#close(0).finally(() => {
          this.#state = 'stopped';
        });
        await this.#stopping;
      }
      throw error;
    }
    if (this.#stopping !== undefined) return;
    this.#state = 'running';
    const operations = this.#subscriptions.map((subscription) => subscription.name);
    this.#emitter.emit({ kind: 'worker-started', location: broker.location, operations });
  }

  async #stop(grace: number, reason: string): Promise<StopReport> {
    const started = this.#state !== 'new';
    this.#state = 'stopping';
    if (started) this.#emitter.emit({ kind: 'worker-stopping', grace, reason });
    await this.#starting?.catch(() => undefined);
    const report = await this.#close(grace);
    this.#state = 'stopped';
    if (started) this.#emitter.emit({ kind: 'worker-stopped', ...report });
    return report;
  }

  async #close(grace: number): Promise<StopReport> {
    const reports = await Promise.all(this.#channels.map((channel) => channel.stop(grace)));
    this.#eventLoop?.stop();
    await this.#endHandlers();
    if (this.#options.ownsBroker) await this.#options.broker.close();
    return total(reports);
  }

  /** Handlers that hold something, such as threads, let go of it. */
  async #endHandlers(): Promise<void> {
    const handlers = this.#subscriptions.flatMap(({ routes }) => routes.map(({ handler }) => handler));
    const ends = [...new Set(handlers)].map((handler) =>
      (handler as Partial<AsyncDisposable>)[Symbol.asyncDispose]?.(),
    );
    await Promise.all(ends);
  }

  async #startOrSayWhy(): Promise<boolean> {
    try {
      await this.start();
      return true;
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      const { code, message, hint } = error;
      this.#options.logger.error({ code, hint }, message);
      process.exitCode = 1;
      return false;
    }
  }

  #stoppedElsewhere(): Promise<string> {
    return new Promise((resolve) => {
      this.#emitter.on('worker-stopping', (event) => resolve(event.reason));
    });
  }

  #hurry(): void {
    for (const channel of this.#channels) channel.hurry();
  }
}
