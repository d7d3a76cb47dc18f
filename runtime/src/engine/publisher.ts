import { randomUUID } from 'node:crypto';
import type { ChannelDescriptor, MessageDescriptor, Published, ReplyDescriptor } from '../contract.js';
import { systemClock } from '../core/clock.js';
import { textAt } from '../core/expression.js';
import { MAX_MESSAGE_BYTES } from '../core/limits.js';
import { type Policy, resolvePolicy } from '../core/policy.js';
import { FsError, isFsError } from '../errors.js';
import type { Broker, Clock, Confirmation, EntryId, StreamKey } from '../types.js';
import type { DecodedDelivery } from './delivery.js';
import { Outbox } from './outbox.js';
import { type AnyOptions, type Outgoing, prepare, type Terms } from './outgoing.js';
import { Spreading } from './spreading.js';

type AnyPublish = (message: unknown, options?: AnyOptions) => Promise<Published>;
/** One function, or one for each message of the channel. */
type ChannelPublisher = AnyPublish | Readonly<Record<string, AnyPublish>>;

export interface PublisherOptions {
  readonly broker: Broker;
  /** Milliseconds that a message is tried for. Default 10,000. */
  readonly timeout?: number;
  /** Bytes of the largest entry. Default 16 MiB. */
  readonly maxMessageBytes?: number;
  /** Who must have a message before it counts as published. Default: the server that took it. */
  readonly confirm?: Confirmation;
  readonly clock?: Clock;
  readonly random?: () => number;
}

const DEFAULT_TIMEOUT = 10_000;

/** The publishers of a contract's channels, made when first asked for. */
export class PublisherSet {
  readonly #channels: Readonly<Record<string, ChannelDescriptor>>;
  readonly #options: PublisherOptions;
  readonly #producer = randomUUID();
  readonly #outboxes = new Map<StreamKey, Outbox>();
  readonly #spreadings = new Map<StreamKey, Spreading>();
  readonly #policies = new Map<ChannelDescriptor, Policy>();

  constructor(channels: Readonly<Record<string, ChannelDescriptor>>, options: PublisherOptions) {
    this.#channels = channels;
    this.#options = options;
  }

  /** For every channel. */
  all(): Readonly<Record<string, ChannelPublisher>> {
    return this.#named(Object.keys(this.#channels), undefined);
  }

  /** For the channels named; what they publish carries `correlationId` on, unless told otherwise. */
  forReply(
    names: readonly string[],
    correlationId: string | undefined,
  ): Readonly<Record<string, ChannelPublisher>> {
    return this.#named(names, correlationId);
  }

  /** For the answer to a request: to the stream that the request names, where the contract has a place for that. */
  toReply(
    { channel, messages, address }: ReplyDescriptor,
    request: Pick<DecodedDelivery, 'payload' | 'headers' | 'correlationId'>,
  ): ChannelPublisher {
    const known = messages.flatMap((name) => channel.messages[name] ?? []);
    return this.#channelPublisher(channel, known, request.correlationId, textAt(address, request));
  }

  /** Resolves when everything that was published is written or given up. */
  async drained(): Promise<void> {
    let busy = true;
    while (busy) {
      await Promise.all([...this.#outboxes.values()].map((outbox) => outbox.drained()));
      const learning = [...this.#spreadings.values()].flatMap(({ settled }) => settled ?? []);
      busy = learning.length > 0;
      await Promise.allSettled(learning);
    }
  }

  /** @param spreading - of the channel; `undefined`: the stream is no channel's, but a reply's address */
  #outbox(stream: StreamKey, maxBacklog: number | undefined, spreading: Spreading | undefined): Outbox {
    let outbox = this.#outboxes.get(stream);
    if (outbox === undefined) {
      const { broker, timeout = DEFAULT_TIMEOUT, clock = systemClock, random = Math.random } = this.#options;
      const { confirm } = this.#options;
      const demands = () => ({ maxBacklog, confirm, shards: spreading?.demand(stream) });
      outbox = new Outbox({ broker, stream, producer: this.#producer, timeout, demands, clock, random });
      this.#outboxes.set(stream, outbox);
    }
    return outbox;
  }

  #spreading(stream: StreamKey, shards: number): Spreading {
    let spreading = this.#spreadings.get(stream);
    if (spreading === undefined) {
      spreading = new Spreading(this.#options.broker, stream, shards);
      this.#spreadings.set(stream, spreading);
    }
    return spreading;
  }

  #policy(channel: ChannelDescriptor): Policy {
    let policy = this.#policies.get(channel);
    if (policy === undefined) {
      policy = resolvePolicy(channel.policy, `Channel ${channel.name}`);
      this.#policies.set(channel, policy);
    }
    return policy;
  }

  #named(names: readonly string[], correlationId: string | undefined) {
    const publishers: Record<string, ChannelPublisher> = Object.create(null);
    for (const name of names) {
      const channel = this.#channels[name];
      if (channel === undefined) continue;
      publishers[name] = this.#channelPublisher(channel, Object.values(channel.messages), correlationId);
    }
    return publishers;
  }

  #channelPublisher(
    channel: ChannelDescriptor,
    messages: readonly MessageDescriptor[],
    correlationId: string | undefined,
    to?: StreamKey,
  ): ChannelPublisher {
    const publisher =
      (message: MessageDescriptor | undefined): AnyPublish =>
      (value, options = {}) =>
        this.#publish(channel, message, value, options, { correlationId, to });
    if (messages.length <= 1) return publisher(messages[0]);
    return Object.fromEntries(messages.map((message) => [message.name, publisher(message)]));
  }

  async #publish(
    channel: ChannelDescriptor,
    message: MessageDescriptor | undefined,
    value: unknown,
    options: AnyOptions,
    reply: Pick<Terms, 'correlationId' | 'to'>,
  ): Promise<Published> {
    if (channel.transport !== 'stream') throw unsupportedTransport(channel);
    const policy = this.#policy(channel);
    const maxBytes = this.#options.maxMessageBytes ?? MAX_MESSAGE_BYTES;
    const terms = { policy, maxBytes, ...reply };
    const outgoing = prepare(channel, message, value, options, terms);
    const spreading = reply.to === undefined ? this.#spreading(outgoing.stream, policy.shards) : undefined;
    const entryId = await this.#send(outgoing, options, policy.maxBacklog, spreading);
    return { messageId: outgoing.messageId, entryId };
  }

  /** Again, if the channel turns out to be spread over more streams than was known. Keeps the order of the calls. */
  async #send(
    { stream, fields, key }: Outgoing,
    { signal, whenFull }: AnyOptions,
    maxBacklog: number | undefined,
    spreading: Spreading | undefined,
  ): Promise<EntryId> {
    const push = { signal, waits: whenFull === 'wait' };
    if (spreading === undefined) return this.#outbox(stream, maxBacklog, spreading).push(fields, push);
    for (;;) {
      while (spreading.shards === undefined) await spreading.learn();
      const { shards } = spreading;
      try {
        const shard = spreading.streamOf(key, shards);
        return await this.#outbox(shard, maxBacklog, spreading).push(fields, push);
      } catch (error) {
        if (!isFsError(error, 'FS_SHARDS_CHANGED')) throw error;
        spreading.refused(shards);
      }
    }
  }
}

export function unsupportedTransport(channel: ChannelDescriptor): FsError {
  return new FsError(
    'FS_TRANSPORT_UNSUPPORTED',
    `Channel ${channel.name} is a Redis ${channel.transport}, which this version doesn't work`,
    { channel: channel.name },
  );
}
