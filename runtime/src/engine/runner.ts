import type { AdaptiveLimit } from '../core/adaptive.js';
import { type Attempt, type Settlement, settlementOfReturn, settlementOfThrow } from '../core/outcome.js';
import type { Prefetch } from '../core/prefetch.js';
import { FsError } from '../errors.js';
import type { AnyContext, BatchHandler, BatchOutcome, Handler, Outcome } from '../types.js';
import { BatchDeliveryContext } from './batch-context.js';
import { type ContextSource, DeliveryContext } from './context.js';
import type { Delivery } from './delivery.js';
import { Invocations } from './invocations.js';
import { persist } from './persist.js';
import type { Settler } from './settler.js';
import { aboutDelivery, type Work } from './work.js';

export interface RunnerOptions {
  readonly work: Work;
  readonly settler: Settler;
  readonly context: ContextSource;
  readonly prefetch: Prefetch;
  readonly adaptive: AdaptiveLimit | undefined;
}

/** Runs handlers and decides what becomes of what they return or throw. */
export class Runner {
  readonly #work: Work;
  readonly #settler: Settler;
  readonly #context: ContextSource;
  readonly #prefetch: Prefetch;
  readonly #adaptive: AdaptiveLimit | undefined;
  readonly #invocations: Invocations;
  readonly #batches: boolean;

  constructor({ work, settler, context, prefetch, adaptive }: RunnerOptions) {
    this.#work = work;
    this.#settler = settler;
    this.#context = context;
    this.#prefetch = prefetch;
    this.#adaptive = adaptive;
    const { policy } = work.subscription;
    this.#batches = policy.batch !== undefined;
    this.#invocations = new Invocations(work.clock, policy.handlerTimeout);
  }

  /** Starts what the pool has given a worker: one delivery, or a batch. */
  run(deliveries: readonly Delivery[]): void {
    let ready = true;
    for (const delivery of deliveries) {
      delivery.state = 'running';
      ready &&= this.#isRecorded(delivery);
    }
    if (ready) this.#invoke(deliveries);
    else void this.#recordAndInvoke([...deliveries]);
  }

  /** What still runs has been given up, and is not timed any more. */
  stop(): void {
    this.#invocations.stop();
  }

  /** Whether the broker knows of the attempt, and nobody else can have taken the delivery over unnoticed. */
  #isRecorded({ attempt, recorded, renewedAt }: Delivery): boolean {
    const { clock, subscription, owner } = this.#work;
    // A process that stood still for a lease may not know yet that others have it: it asks before it begins.
    const fresh = clock.now() - renewedAt < subscription.policy.lease && owner?.owns !== false;
    return attempt <= recorded && fresh;
  }

  async #recordAndInvoke(deliveries: readonly Delivery[]): Promise<void> {
    const { owner } = this.#work;
    let left = deliveries;
    let token: number | undefined;
    // A reply may come when another process is the owner: then it is asked again.
    const inDoubt = () => owner !== undefined && !(owner.owns && owner.token === token);
    do {
      token = owner?.token;
      const ours = await Promise.all(
        left.map((delivery) => this.#isRecorded(delivery) || this.#record(delivery)),
      );
      const mayStart = (delivery: Delivery, i: number) => ours[i] === true && !delivery.lost;
      const refused = left.findIndex((delivery, i) => !mayStart(delivery, i));
      // Those of a key must not overtake the one that may not start.
      if (owner === undefined) left = left.filter(mayStart);
      else if (refused >= 0) left = left.slice(0, refused);
    } while (left.length > 0 && inDoubt());
    // Whatever it is that another may have: what is behind it must not start, and is gone through anew.
    if (owner !== undefined && deliveries.some((delivery) => !left.includes(delivery) && !delivery.lost)) {
      owner.refused();
    }
    for (const delivery of deliveries) if (!left.includes(delivery)) this.#settler.forget(delivery);
    if (left.length > 0) this.#invoke(left);
    else this.#work.gate?.notStarted();
  }

  async #record(delivery: Delivery): Promise<boolean> {
    const { consumer, emitter, clock } = this.#work;
    // A try after a stop has given the entry back would make it look alive.
    const record = async () => !delivery.lost && consumer.recordAttempt(delivery.id, delivery.attempt);
    const ours = await persist(this.#work, record);
    if (ours === true && !delivery.lost) {
      delivery.recorded = delivery.attempt;
      delivery.renewedAt = clock.now();
      return true;
    }
    if (ours === false && !delivery.lost) {
      emitter.emit({ kind: 'lease-lost', ...aboutDelivery(this.#work, delivery) });
    }
    return false;
  }

  #invoke(deliveries: readonly Delivery[]): void {
    const { emitter, gate } = this.#work;
    gate?.started();
    if (emitter.wants('handler-started')) {
      for (const delivery of deliveries) {
        emitter.emit({ kind: 'handler-started', ...aboutDelivery(this.#work, delivery) });
      }
    }
    if (this.#batches) this.#invokeBatch([...deliveries]);
    else for (const delivery of deliveries) this.#invokeOne(delivery);
  }

  #invokeOne(delivery: Delivery): void {
    const { route, payload } = delivery.decoded;
    const handler = route.handler as Handler<unknown, AnyContext>;
    const context = new DeliveryContext(this.#context, delivery);
    this.#invocations.start<Outcome | void>({
      call: () => handler(payload, context),
      timedOut: (ms) => this.#timedOut([delivery], ms),
      succeed: (outcome, took) => {
        this.#measured(took, true);
        this.#returned(delivery, outcome ?? undefined, took);
      },
      fail: (error, took) => this.#allFailed([delivery], error, took),
    });
  }

  #invokeBatch(deliveries: readonly Delivery[]): void {
    const [first] = deliveries;
    if (first === undefined) return;
    const handler = first.decoded.route.handler as BatchHandler<unknown, AnyContext>;
    const context = new BatchDeliveryContext(this.#context, deliveries);
    this.#invocations.start<BatchOutcome | void>({
      call: () =>
        handler(
          deliveries.map(({ decoded }) => decoded.payload),
          context,
        ),
      timedOut: (ms) => {
        const error = this.#timedOut(deliveries, ms);
        context.abort(error);
        return error;
      },
      succeed: (outcome, took) => {
        this.#measured(took, true);
        for (const [i, delivery] of deliveries.entries()) {
          this.#returned(delivery, outcomeOf(outcome ?? undefined, i), took);
        }
      },
      fail: (error, took) => this.#allFailed(deliveries, error, took),
    });
  }

  /** How long a handler took, in all. */
  #measured(took: number, succeeded: boolean): void {
    this.#prefetch.handled(took);
    this.#adaptive?.completed(took, succeeded);
  }

  #timedOut(deliveries: readonly Delivery[], ms: number): FsError {
    const { channel, name } = deliveries[0]?.decoded.route.operation ?? this.#work.subscription;
    const error = new FsError('FS_HANDLER_TIMEOUT', `The handler of ${name} ran longer than ${ms} ms`, {
      channel: channel.name,
    });
    for (const delivery of deliveries) delivery.abort.abort(error);
    return error;
  }

  #returned(delivery: Delivery, outcome: Outcome | undefined, took: number): void {
    const { emitter } = this.#work;
    if (emitter.wants('handler-succeeded')) {
      emitter.emit({ kind: 'handler-succeeded', ...aboutDelivery(this.#work, delivery), took });
    }
    // An aborted handler's outcome comes too late, unless it says that the work is done.
    const aborted = this.#afterAbort(delivery);
    const settlement = settlementOfReturn(outcome, this.#attempt(delivery));
    this.#settler.settle(delivery, settlement.kind === 'ack' ? settlement : (aborted ?? settlement));
  }

  #allFailed(deliveries: readonly Delivery[], thrown: unknown, took: number): void {
    this.#measured(took, false);
    for (const delivery of deliveries) this.#threw(delivery, thrown, took);
  }

  #threw(delivery: Delivery, thrown: unknown, took: number): void {
    const settlement = this.#afterAbort(delivery) ?? settlementOfThrow(thrown, this.#attempt(delivery));
    const failed = settlement.kind === 'retry' || settlement.kind === 'dead-letter';
    if (failed && !delivery.lost) {
      const error = delivery.abort.reason ?? thrown;
      this.#work.emitter.emit({
        kind: 'handler-failed',
        ...aboutDelivery(this.#work, delivery),
        took,
        error,
      });
    }
    this.#settler.settle(delivery, settlement);
  }

  /** What the reason of an abort decides, whatever the handler says; `undefined`: it was not aborted. */
  #afterAbort(delivery: Delivery): Settlement | undefined {
    const { reason } = delivery.abort;
    if (reason === undefined) return undefined;
    // Stopping isn't the message's fault: the attempt doesn't count.
    if (reason instanceof FsError && reason.code === 'FS_STOPPING') return { kind: 'release' };
    return settlementOfThrow(reason, this.#attempt(delivery));
  }

  #attempt(delivery: Delivery): Attempt {
    const { subscription, random } = this.#work;
    return { attempt: delivery.attempt, policy: subscription.policy, random };
  }
}

/** One outcome for all, or one for each. */
function outcomeOf(outcome: BatchOutcome | undefined, at: number): Outcome | undefined {
  return isList(outcome) ? outcome[at] : outcome;
}

function isList(outcome: BatchOutcome | undefined): outcome is readonly (Outcome | undefined)[] {
  return Array.isArray(outcome);
}
