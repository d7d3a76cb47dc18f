import { randomUUID } from 'node:crypto';
import { encodeMessage } from '../codec/codec.js';
import { headerTexts, outgoingIssues, type TypedHeaders } from '../codec/message-headers.js';
import { validatePayload } from '../codec/validate.js';
import type {
  ChannelDescriptor,
  HeadersDescriptor,
  MessageDescriptor,
  PublishSettings,
} from '../contract.js';
import { parseExpression, textAt } from '../core/expression.js';
import { sizeOf } from '../core/limits.js';
import type { Policy } from '../core/policy.js';
import { FsError, type PayloadIssue } from '../errors.js';
import type { Headers, StreamKey } from '../types.js';
import { type AddressOptions, placeOf } from './address.js';

export type AnyOptions = PublishSettings & AddressOptions & { readonly headers?: TypedHeaders };

/** A message on its way to its stream. */
export interface Outgoing {
  readonly stream: StreamKey;
  readonly fields: readonly Uint8Array[];
  readonly messageId: string;
  /** By which it finds its shard. */
  readonly key: string;
}

export interface Terms {
  readonly policy: Pick<Policy, 'format' | 'orderBy' | 'missingKey'>;
  readonly maxBytes: number;
  /** Of the message that is being handled. */
  readonly correlationId: string | undefined;
  /** Where it goes, instead of to the channel's own address. */
  readonly to: StreamKey | undefined;
}

/**
 * Checks a message against its contract and writes its frame.
 *
 * @throws FsError `FS_PUBLISH_INVALID`, `FS_PUBLISH_PARAMETER`, `FS_PUBLISH_TOO_LARGE`, `FS_HEADER_INVALID`, `FS_KEY_MISSING`
 */
export function prepare(
  channel: ChannelDescriptor,
  message: MessageDescriptor | undefined,
  value: unknown,
  options: AnyOptions,
  { policy, maxBytes, correlationId: inherited, to }: Terms,
): Outgoing {
  const payload = message === undefined ? value : checkedPayload(channel, message, value);
  const messageId = options.messageId ?? randomUUID();
  const said = textAt(message?.correlationId, { payload: value, headers: options.headers ?? {} });
  const correlationId = options.correlationId ?? said ?? inherited ?? randomUUID();
  const headers = withCorrelation(options.headers ?? {}, message?.correlationId, correlationId);
  if (message?.headers !== undefined) {
    const ids = { correlation_id: correlationId, message_id: messageId };
    checkHeaders(channel, message, message.headers, headers, ids);
  }
  const stream = to ?? placeOf(channel, options, { payload: value, headers }).stream;
  const fields = encodeMessage({
    value,
    headers: message?.headers === undefined ? (headers as Headers) : headerTexts(headers),
    correlationId,
    messageId,
    ...(Object.keys(channel.messages).length > 1 && { messageName: message?.name }),
    contentType: message?.contentType,
    format: policy.format,
  });
  refuseLarge(fields, maxBytes, channel);
  return { stream, fields, messageId, key: keyOf({ payload, headers }, channel, policy) ?? messageId };
}

/** The order key as receivers will see it, defaults filled in; `undefined`: the channel has no order. */
function keyOf(
  message: { payload: unknown; headers: TypedHeaders },
  channel: ChannelDescriptor,
  { orderBy, missingKey }: Terms['policy'],
): string | undefined {
  if (orderBy === undefined) return undefined;
  const key = textAt(orderBy, message);
  if (key !== undefined) return key;
  if (missingKey === 'shared') return '';
  throw new FsError('FS_KEY_MISSING', `A message for channel ${channel.name} has nothing at ${orderBy}`, {
    channel: channel.name,
  });
}

/** Where the contract keeps the correlation id in a header of its own, that one is set as well. */
function withCorrelation(
  headers: TypedHeaders,
  place: string | undefined,
  correlationId: string,
): TypedHeaders {
  const expression = place === undefined ? undefined : parseExpression(place);
  const [name, ...deeper] = expression?.source === 'header' ? expression.path : [];
  return name === undefined || deeper.length > 0 ? headers : { ...headers, [name]: correlationId };
}

/** What is sent is what was given: defaults are filled in by those who receive it. Gives what they will see. */
function checkedPayload(channel: ChannelDescriptor, message: MessageDescriptor, value: unknown): unknown {
  const result = validatePayload(message.payload, value);
  if (result.ok) return result.value;
  throw invalid(channel, `${message.name} for channel ${channel.name} does`, result.issues);
}

/** With those that the frame will have, in case the contract speaks of them. */
function checkHeaders(
  channel: ChannelDescriptor,
  { name, contentType }: MessageDescriptor,
  descriptor: HeadersDescriptor,
  given: TypedHeaders,
  frame: FrameIds,
): void {
  const issues = outgoingIssues(descriptor, { ...given, ...frame, 'content-type': contentType });
  if (issues.length > 0)
    throw invalid(channel, `The headers of ${name} for channel ${channel.name} do`, issues);
}

interface FrameIds {
  readonly correlation_id: string;
  readonly message_id: string;
}

function invalid(channel: ChannelDescriptor, what: string, issues: readonly PayloadIssue[]): FsError {
  const [first] = issues;
  const where = first === undefined || first.path === '' ? '' : ` at ${first.path}`;
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
  const message = `${what} not match the contract${where}: ${first?.message ?? 'invalid'}${more}`;
  return new FsError('FS_PUBLISH_INVALID', message, { channel: channel.name, issues });
}

/** What no worker would handle is better not sent. */
function refuseLarge(fields: readonly Uint8Array[], most: number, channel: ChannelDescriptor): void {
  const bytes = sizeOf(fields);
  if (bytes <= most) return;
  const message = `A message for channel ${channel.name} has ${bytes} bytes, and ${most} are allowed`;
  throw new FsError('FS_PUBLISH_TOO_LARGE', message, { channel: channel.name });
}
