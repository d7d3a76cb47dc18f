import type { MessageDescriptor } from '../contract.js';
import type { PayloadIssue } from '../errors.js';
import { distance, payloadIssues } from './issues.js';
import type { Schema } from './schema.js';

export interface Invalid {
  readonly ok: false;
  readonly issues: readonly PayloadIssue[];
}

export type Validated<T> = { readonly ok: true; readonly value: T } | Invalid;

export type Picked =
  | { readonly ok: true; readonly message: MessageDescriptor; readonly value: unknown }
  | (Invalid & {
      /** Which message it came closest to; `undefined` when there was none to choose from. */
      readonly message: MessageDescriptor | undefined;
    });

/** Checks a payload against its schema, and gives it as the schema leaves it. Never throws. */
export function validatePayload<T>(schema: Schema<T>, value: unknown): Validated<T> {
  const checked = check(schema, value);
  return checked.ok ? checked : { ok: false, issues: checked.issues() };
}

/**
 * Finds out which message of a channel arrived: the first whose schema accepts the payload. If none does, the
 * issues are those of the message that it came closest to. Never throws.
 */
export function pickMessage(messages: readonly MessageDescriptor[], value: unknown): Picked {
  let closest: { readonly message: MessageDescriptor; readonly rejected: Rejected } | undefined;
  for (const message of messages) {
    const checked = check(message.payload, value);
    if (checked.ok) return { ok: true, message, value: checked.value };
    if (closest === undefined || checked.distance < closest.rejected.distance) {
      closest = { message, rejected: checked };
    }
  }
  if (closest === undefined) {
    return { ok: false, message: undefined, issues: [{ path: '', message: 'The channel has no message' }] };
  }
  return { ok: false, message: closest.message, issues: closest.rejected.issues() };
}

interface Rejected {
  readonly ok: false;
  readonly distance: number;
  readonly issues: () => readonly PayloadIssue[];
}

function check<T>(schema: Schema<T>, value: unknown): { readonly ok: true; readonly value: T } | Rejected {
  try {
    const result = schema.safeParse(value);
    if (result.success) return { ok: true, value: result.data };
    const { issues } = result.error;
    return { ok: false, distance: distance(issues), issues: () => payloadIssues(issues) };
  } catch (error) {
    // A payload nested deeper than the stack, or a schema of the application's own that throws.
    const message =
      error instanceof RangeError ? 'It is nested too deeply' : `The schema failed: ${String(error)}`;
    return { ok: false, distance: Number.POSITIVE_INFINITY, issues: () => [{ path: '', message }] };
  }
}
