import { LazyAbort } from '../core/abort.js';
import type { AnyContext, BatchContext, Logger, StreamKey } from '../types.js';
import { type ContextSource, DeliveryContext } from './context.js';
import type { Delivery } from './delivery.js';

/** What a handler sees of a batch. Logger, signal and publishers are made when first used. */
export class BatchDeliveryContext implements BatchContext<AnyContext> {
  readonly #source: ContextSource;
  readonly #batch: readonly Delivery[];
  readonly #abort = new LazyAbort();
  readonly deliveries: readonly AnyContext[];
  #log: Logger | undefined;
  #publish: unknown;
  #listening = false;

  constructor(source: ContextSource, batch: readonly Delivery[]) {
    this.#source = source;
    this.#batch = batch;
    this.deliveries = batch.map((delivery) => new DeliveryContext(source, delivery));
  }

  /** Ends the whole batch. */
  abort(reason: Error): void {
    this.#abort.abort(reason);
  }

  get channel(): string {
    return this.#source.subscription.channel.name;
  }
  get stream(): StreamKey {
    return this.#source.subscription.stream;
  }
  get message(): string {
    return this.#batch[0]?.decoded.route.message?.name ?? '';
  }
  get key(): string | undefined {
    return this.#batch[0]?.key;
  }
  get parameters(): unknown {
    return this.#source.subscription.parameters;
  }
  get signal(): AbortSignal {
    this.#followDeliveries();
    return this.#abort.signal;
  }
  get log(): Logger {
    this.#log ??= this.#source.logger.child({
      operation: this.#batch[0]?.decoded.route.operation.name,
      batch: this.#batch.length,
    });
    return this.#log;
  }
  get publish(): unknown {
    const names = this.#batch[0]?.decoded.route.operation.publishes ?? [];
    this.#publish ??= this.#source.publishers.forReply(names, undefined);
    return this.#publish;
  }

  /** Aborted when every delivery is: by a stop, or because all of them are others' now. */
  #followDeliveries(): void {
    if (this.#listening) return;
    this.#listening = true;
    const signals = this.#batch.map(({ abort }) => abort.signal);
    const check = () => {
      if (signals.every(({ aborted }) => aborted)) this.#abort.abort(signals.at(-1)?.reason as Error);
    };
    for (const signal of signals) signal.addEventListener('abort', check, { once: true });
    check();
  }
}
