import type { MessageDescriptor } from '../contract.js';
import type { PayloadIssue } from '../errors.js';
import { MESSAGE_NAME } from './headers.js';
import { readHeaders, type TypedHeaders } from './message-headers.js';
import { checkSchema } from './validate.js';

/** A message as it arrived. */
interface Received {
  readonly body: unknown;
  readonly headers: TypedHeaders;
}

export interface Refused {
  readonly ok: false;
  /** Which message it came closest to; `undefined` when there was none to choose from. */
  readonly message: MessageDescriptor | undefined;
  readonly part: 'payload' | 'headers';
  readonly issues: readonly PayloadIssue[];
}

export type Picked =
  | {
      readonly ok: true;
      readonly message: MessageDescriptor;
      readonly value: unknown;
      /** With the types of the contract, where it says something of them. */
      readonly headers: TypedHeaders;
    }
  | Refused;

/**
 * Finds out which message of a channel arrived: the one that a header names, if it accepts payload and headers, else
 * the first that does. If none does, the issues are those of the message that it came closest to. Never throws.
 */
export function pickMessage(messages: readonly MessageDescriptor[], received: Received): Picked {
  let closest: (Miss & { readonly message: MessageDescriptor }) | undefined;
  const said = received.headers[MESSAGE_NAME];
  for (const message of said === undefined ? messages : namedFirst(messages, said)) {
    const fit = compare(message, received);
    if (fit.ok) return { ...fit, message };
    if (closest === undefined || fit.distance < closest.distance) closest = { ...fit, message };
  }
  if (closest === undefined) {
    const issues = [{ path: '', message: 'The channel has no message' }];
    return { ok: false, message: undefined, part: 'payload', issues };
  }
  const { message, part, issues } = closest;
  return { ok: false, message, part, issues: issues() };
}

function namedFirst(messages: readonly MessageDescriptor[], name: unknown): readonly MessageDescriptor[] {
  const named = messages.find((message) => message.name === name);
  return named === undefined ? messages : [named, ...messages.filter((message) => message !== named)];
}

interface Miss {
  readonly ok: false;
  readonly part: 'payload' | 'headers';
  readonly distance: number;
  readonly issues: () => readonly PayloadIssue[];
}

function compare(
  message: MessageDescriptor,
  { body, headers }: Received,
): { readonly ok: true; readonly value: unknown; readonly headers: TypedHeaders } | Miss {
  const payload = checkSchema(message.payload, body);
  if (!payload.ok) return { ok: false, part: 'payload', distance: payload.distance, issues: payload.issues };
  if (message.headers === undefined) return { ok: true, value: payload.value, headers };
  const checked = readHeaders(message.headers, headers);
  // A payload that fits is worth more than any header.
  if (!checked.ok) return { ...checked, part: 'headers', distance: checked.distance / 1e6 };
  return { ok: true, value: payload.value, headers: checked.headers };
}
