import { decodeEntry } from '../codec/codec.js';
import { pickMessage } from '../codec/validate.js';
import { replayedFor, withoutReplayMark } from '../core/dead-letter.js';
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
    const { routes, channel } = subscription;
    const { headers, body, messageId, correlationId } = decodeEntry(own);
    const [first] = routes;
    if (first !== undefined && first.message === undefined) {
      return { route: first, payload: body, headers, messageId, correlationId };
    }
    const candidates = routes.flatMap((route) => route.message ?? []);
    const picked = pickMessage(candidates, body);
    if (!picked.ok) {
      const others = Object.values(channel.messages).filter((message) => !candidates.includes(message));
      if (others.length > 0 && pickMessage(others, body).ok) return NOT_RECEIVED;
      const [issue] = picked.issues;
      const where = issue === undefined || issue.path === '' ? '' : ` at ${issue.path}`;
      return new FsError(
        'FS_MESSAGE_INVALID',
        `The payload does not match the contract${where}: ${issue?.message ?? 'invalid'}`,
        { channel: channel.name, issues: picked.issues },
      );
    }
    const route = routes.find(({ message }) => message === picked.message) ?? first;
    if (route === undefined) throw new Error('a subscription has at least one route');
    return { route, payload: picked.value, headers, messageId, correlationId };
  } catch (error) {
    if (error instanceof FsError) return error;
    return new FsError('FS_FRAME_INVALID', error instanceof Error ? error.message : String(error), {
      cause: error,
    });
  }
}
