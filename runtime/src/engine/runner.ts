import { type Attempt, type Settlement, settlementOfReturn, settlementOfThrow } from '../core/outcome.js';
import type { Prefetch } from '../core/prefetch.js';
import { FsError } from '../errors.js';
import type { Outcome } from '../types.js';
import { type ContextSource, DeliveryContext } from './context.js';
import type { Delivery } from './delivery.js';
import { persist } from './persist.js';
import type { Settler } from './settler.js';
import { aboutDelivery, type Work } from './work.js';

/**
 * How long a handler may go on after its signal was aborted for running too long. Then its worker is given to
 * the next message: a handler that ignores its signal must not stop the channel.
 */
const ABANDON_AFTER = 5_000;

/** Runs handlers and decides what becomes of what they return or throw. */
export class Runner {
  readonly #work: Work;
  readonly #settler: Settler;
  readonly #context: ContextSource;
  readonly #prefetch: Prefetch;
  /** Cancels the timeouts of handlers that run. */
  readonly #timeouts = new Set<() => void>();

  constructor(work: Work, settler: Settler, context: ContextSource, prefetch: Prefetch) {
    this.#work = work;
    this.#settler = settler;
    this.#context = context;
    this.#prefetch = prefetch;
  }

  /** Starts a delivery that the pool has given a worker. */
  run(delivery: Delivery): void {
    delivery.state = 'running';
    const { clock, subscription } = this.#work;
    // A process that stood still for a lease may not know yet that others have it: it asks before it begins.
    const fresh = clock.now() - delivery.renewedAt < subscription.policy.lease;
    if (delivery.attempt <= delivery.recorded && fresh) this.#invoke(delivery);
    else void this.#recordAndInvoke(delivery);
  }

  /** What still runs has been given up, and is not timed any more. */
  stop(): void {
    for (const cancel of this.#timeouts) cancel();
    this.#timeouts.clear();
  }

  async #recordAndInvoke(delivery: Delivery): Promise<void> {
    const { consumer, emitter } = this.#work;
    // A try after a stop has given the entry back would make it look alive.
    const record = async () => !delivery.lost && consumer.recordAttempt(delivery.id, delivery.attempt);
    const ours = await persist(this.#work, record);
    if (ours === true && !delivery.lost) {
      delivery.recorded = delivery.attempt;
      delivery.renewedAt = this.#work.clock.now();
      return this.#invoke(delivery);
    }
    if (ours === false && !delivery.lost) {
      emitter.emit({ kind: 'lease-lost', ...aboutDelivery(this.#work, delivery) });
    }
    this.#settler.forget(delivery);
  }

  #invoke(delivery: Delivery): void {
    const { clock, emitter, subscription } = this.#work;
    if (emitter.wants('handler-started')) {
      emitter.emit({ kind: 'handler-started', ...aboutDelivery(this.#work, delivery) });
    }
    const context = new DeliveryContext(this.#context, delivery);
    const startedAt = clock.now();
    const { handlerTimeout } = subscription.policy;
    let cancelTimeout: (() => void) | undefined;
    let ended = false;
    const untime = () => cancelTimeout?.();

    const end = (settle: () => void) => {
      if (ended) return;
      ended = true;
      untime();
      this.#timeouts.delete(untime);
      settle();
    };
    const succeed = (outcome: Outcome | undefined) =>
      end(() => this.#returned(delivery, outcome, clock.now() - startedAt));
    const fail = (error: unknown) => end(() => this.#threw(delivery, error, clock.now() - startedAt));

    if (handlerTimeout !== undefined) {
      this.#timeouts.add(untime);
      cancelTimeout = clock.after(handlerTimeout, () => {
        const error = timedOut(delivery, handlerTimeout);
        delivery.abort.abort(error);
        cancelTimeout = clock.after(ABANDON_AFTER, () => fail(error));
      });
    }
    try {
      const result = delivery.decoded.route.handler(delivery.decoded.payload, context);
      if (isThenable(result)) result.then((outcome) => succeed(outcome ?? undefined), fail);
      else succeed(result ?? undefined);
    } catch (error) {
      fail(error);
    }
  }

  #returned(delivery: Delivery, outcome: Outcome | undefined, took: number): void {
    const { emitter } = this.#work;
    this.#prefetch.handled(took);
    if (emitter.wants('handler-succeeded')) {
      emitter.emit({ kind: 'handler-succeeded', ...aboutDelivery(this.#work, delivery), took });
    }
    // An aborted handler's outcome comes too late, unless it says that the work is done.
    const aborted = this.#afterAbort(delivery);
    const settlement = settlementOfReturn(outcome, this.#attempt(delivery));
    this.#settler.settle(delivery, settlement.kind === 'ack' ? settlement : (aborted ?? settlement));
  }

  #threw(delivery: Delivery, thrown: unknown, took: number): void {
    this.#prefetch.handled(took);
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

function timedOut(delivery: Delivery, ms: number): FsError {
  const { operation } = delivery.decoded.route;
  return new FsError('FS_HANDLER_TIMEOUT', `The handler of ${operation.name} ran longer than ${ms} ms`, {
    channel: operation.channel.name,
  });
}

function isThenable(value: unknown): value is Promise<Outcome | void> {
  return typeof (value as Promise<unknown> | undefined)?.then === 'function';
}
