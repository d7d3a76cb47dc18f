import { decodeEntry } from '../codec/codec.js';
import { pickMessage, type Refused } from '../codec/pick.js';
import type { ChannelDescriptor } from '../contract.js';
import { replayedFor, withoutReplayMark } from '../core/dead-letter.js';
import { textAt } from '../core/expression.js';
import { sizeOf } from '../core/limits.js';
import { FsError } from '../errors.js';
import type { DecodedDelivery } from './delivery.js';
import type { Subscription } from './route.js';

/**
 * A message of the channel, as the contract has it, that none of the operations receives; or one that was replayed for
 * another group.
 */
export const NOT_RECEIVED = Symbol('not received');

/** What an entry says, checked against the contract; an `FsError` if it is poison. */
export function decode(
  fields: readonly Uint8Array[],
  subscription: Subscription,
  maxBytes: number,
): DecodedDelivery | typeof NOT_RECEIVED | FsError {
  const group = replayedFor(fields);
  if (group !== undefined && group !== subscription.policy.group) return NOT_RECEIVED;
  const own = group === undefined ? fields : withoutReplayMark(fields);
  const bytes = sizeOf(own);
  if (bytes > maxBytes) {
    const message = `The message has ${bytes} bytes, and ${maxBytes} are allowed`;
    return new FsError('FS_MESSAGE_TOO_LARGE', message, { channel: subscription.channel.name });
  }
  try {
    const { routes, channel, messages } = subscription;
    const { headers, body, messageId, correlationId } = decodeEntry(own);
    const [first] = routes;
    if (first !== undefined && first.message === undefined) {
      return keyed({ route: first, payload: body, headers, messageId, correlationId }, subscription);
    }
    const picked = pickMessage(messages, { body, headers });
    if (!picked.ok) return refusal(picked, channel);
    const route = routes.find(({ message }) => message === picked.message);
    if (route === undefined) return NOT_RECEIVED;
    const checked = { payload: picked.value, headers: picked.headers };
    const said = textAt(picked.message.correlationId, checked);
    return keyed({ route, ...checked, messageId, correlationId: said ?? correlationId }, subscription);
  } catch (error) {
    if (error instanceof FsError) return error;
    return new FsError('FS_FRAME_INVALID', error instanceof Error ? error.message : String(error), {
      cause: error,
    });
  }
}

/** With its order key, where the contract names one. */
function keyed(
  decoded: Omit<DecodedDelivery, 'key'>,
  { policy, channel }: Subscription,
): DecodedDelivery | FsError {
  const key = textAt(policy.orderBy, decoded);
  if (key !== undefined || policy.orderBy === undefined || policy.missingKey === 'shared') {
    return { ...decoded, key };
  }
  const message = `The message has nothing at ${policy.orderBy}, by which channel ${channel.name} is ordered`;
  return new FsError('FS_KEY_MISSING', message, { channel: channel.name });
}

function refusal({ part, issues }: Refused, { name }: ChannelDescriptor): FsError {
  const [issue] = issues;
  const where = issue === undefined || issue.path === '' ? '' : ` at ${issue.path}`;
  const verb = part === 'payload' ? 'does' : 'do';
  const message = `The ${part} ${verb} not match the contract${where}: ${issue?.message ?? 'invalid'}`;
  return new FsError('FS_MESSAGE_INVALID', message, { channel: name, issues });
}
