import { randomUUID } from 'node:crypto';
import { encodeMessage } from '../codec/codec.js';
import { validatePayload } from '../codec/validate.js';
import type { ChannelDescriptor, MessageDescriptor, Published, PublishOptions } from '../contract.js';
import { systemClock } from '../core/clock.js';
import { MAX_MESSAGE_BYTES, sizeOf } from '../core/limits.js';
import { type Policy, resolvePolicy } from '../core/policy.js';
import { FsError } from '../errors.js';
import type { Broker, Clock, Confirmation, StreamKey } from '../types.js';
import { type AddressOptions, streamKey } from './address.js';
import { Outbox } from './outbox.js';

type AnyPublish = (message: unknown, options?: PublishOptions & AddressOptions) => Promise<Published>;
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

  /** Resolves when everything that was published is written or given up. */
  async drained(): Promise<void> {
    await Promise.all([...this.#outboxes.values()].map((outbox) => outbox.drained()));
  }

  #outbox(stream: StreamKey, maxBacklog: number | undefined): Outbox {
    let outbox = this.#outboxes.get(stream);
    if (outbox === undefined) {
      const { broker, timeout = DEFAULT_TIMEOUT, clock = systemClock, random = Math.random } = this.#options;
      const demands = { maxBacklog, confirm: this.#options.confirm };
      outbox = new Outbox({ broker, stream, producer: this.#producer, timeout, demands, clock, random });
      this.#outboxes.set(stream, outbox);
    }
    return outbox;
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
      if (channel !== undefined) publishers[name] = this.#channelPublisher(channel, correlationId);
    }
    return publishers;
  }

  #channelPublisher(channel: ChannelDescriptor, correlationId: string | undefined): ChannelPublisher {
    const messages = Object.values(channel.messages);
    const publisher =
      (message: MessageDescriptor | undefined): AnyPublish =>
      (value, options) =>
        this.#publish(channel, message, value, { ...(correlationId && { correlationId }), ...options });
    if (messages.length <= 1) return publisher(messages[0]);
    return Object.fromEntries(messages.map((message) => [message.name, publisher(message)]));
  }

  async #publish(
    channel: ChannelDescriptor,
    message: MessageDescriptor | undefined,
    value: unknown,
    options: PublishOptions & AddressOptions,
  ): Promise<Published> {
    if (channel.transport !== 'stream') throw unsupportedTransport(channel);
    const stream = streamKey(channel, options);
    const { format, maxBacklog } = this.#policy(channel);
    if (message !== undefined) check(channel, message, value);
    const messageId = options.messageId ?? randomUUID();
    const fields = encodeMessage({
      value,
      headers: options.headers,
      correlationId: options.correlationId ?? randomUUID(),
      messageId,
      contentType: message?.contentType,
      format,
    });
    refuseLarge(fields, this.#options.maxMessageBytes ?? MAX_MESSAGE_BYTES, channel);
    const waits = options.whenFull === 'wait';
    const entryId = await this.#outbox(stream, maxBacklog).push(fields, { signal: options.signal, waits });
    return { messageId, entryId };
  }
}

/** What no worker would handle is better not sent. */
function refuseLarge(fields: readonly Uint8Array[], most: number, channel: ChannelDescriptor): void {
  const bytes = sizeOf(fields);
  if (bytes <= most) return;
  const message = `A message for channel ${channel.name} has ${bytes} bytes, and ${most} are allowed`;
  throw new FsError('FS_PUBLISH_TOO_LARGE', message, { channel: channel.name });
}

/** What is sent is what was given: defaults are filled in by those who receive it. */
function check(channel: ChannelDescriptor, message: MessageDescriptor, value: unknown): void {
  const result = validatePayload(message.payload, value);
  if (result.ok) return;
  const [first] = result.issues;
  const where = first === undefined || first.path === '' ? '' : ` at ${first.path}`;
  const more = result.issues.length > 1 ? ` (and ${result.issues.length - 1} more)` : '';
  throw new FsError(
    'FS_PUBLISH_INVALID',
    `${message.name} for channel ${channel.name} does not match the contract${where}: ${first?.message ?? 'invalid'}${more}`,
    { channel: channel.name, issues: result.issues },
  );
}

export function unsupportedTransport(channel: ChannelDescriptor): FsError {
  return new FsError(
    'FS_TRANSPORT_UNSUPPORTED',
    `Channel ${channel.name} is a Redis ${channel.transport}, which this version doesn't work`,
    { channel: channel.name },
  );
}
