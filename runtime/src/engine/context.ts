import type { TypedHeaders } from '../codec/message-headers.js';
import type { LazyAbort } from '../core/abort.js';
import type { AnyContext, EntryId, Logger, StreamKey } from '../types.js';
import type { Delivery } from './delivery.js';
import type { PublisherSet } from './publisher.js';
import type { Subscription } from './route.js';

/** What every context of a subscriber shares. */
export interface ContextSource {
  readonly subscription: Subscription;
  readonly logger: Logger;
  readonly publishers: PublisherSet;
}

/** What a handler sees of its delivery. Logger, signal and publishers are made when first used. */
export class DeliveryContext implements AnyContext {
  readonly #source: ContextSource;
  readonly #delivery: Delivery;
  readonly #abort: LazyAbort;
  #log: Logger | undefined;
  #publish: unknown;
  #reply: unknown;
  readonly attempt: number;

  constructor(source: ContextSource, delivery: Delivery) {
    this.#source = source;
    this.#delivery = delivery;
    this.#abort = delivery.abort;
    this.attempt = delivery.attempt;
  }

  get id(): string {
    return this.#delivery.decoded.messageId ?? this.#delivery.id;
  }
  get entryId(): EntryId {
    return this.#delivery.id;
  }
  get channel(): string {
    return this.#source.subscription.channel.name;
  }
  get stream(): StreamKey {
    return this.#source.subscription.stream;
  }
  get message(): string {
    return this.#delivery.decoded.route.message?.name ?? '';
  }
  get key(): string | undefined {
    return this.#delivery.key;
  }
  get headers(): TypedHeaders {
    return this.#delivery.decoded.headers;
  }
  get parameters(): unknown {
    return this.#source.subscription.parameters;
  }
  get signal(): AbortSignal {
    return this.#abort.signal;
  }
  get log(): Logger {
    this.#log ??= this.#source.logger.child({
      operation: this.#delivery.decoded.route.operation.name,
      id: this.id,
      attempt: this.attempt,
    });
    return this.#log;
  }
  get publish(): unknown {
    const { route, correlationId } = this.#delivery.decoded;
    this.#publish ??= this.#source.publishers.forReply(route.operation.publishes, correlationId);
    return this.#publish;
  }
  get reply(): unknown {
    const { route, ...request } = this.#delivery.decoded;
    const { reply } = route.operation;
    this.#reply ??= reply && this.#source.publishers.toReply(reply, request);
    return this.#reply;
  }
}
