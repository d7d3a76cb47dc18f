import type { PayloadIssue } from '../errors.js';
import { distance, payloadIssues } from './issues.js';
import type { Schema } from './schema.js';

export interface Invalid {
  readonly ok: false;
  readonly issues: readonly PayloadIssue[];
}

export type Validated<T> = { readonly ok: true; readonly value: T } | Invalid;

/** Checks a payload against its schema, and gives it as the schema leaves it. Never throws. */
export function validatePayload<T>(schema: Schema<T>, value: unknown): Validated<T> {
  const checked = checkSchema(schema, value);
  return checked.ok ? checked : { ok: false, issues: checked.issues() };
}

export interface Rejected {
  readonly ok: false;
  /** How far the value is from the schema. */
  readonly distance: number;
  readonly issues: () => readonly PayloadIssue[];
  /** Where the issues are, key by key. */
  readonly paths: () => readonly (readonly PropertyKey[])[];
}

/** Like `validatePayload`, with the issues made only when they are asked for. Never throws. */
export function checkSchema<T>(
  schema: Schema<T>,
  value: unknown,
): { readonly ok: true; readonly value: T } | Rejected {
  try {
    const result = schema.safeParse(value);
    if (result.success) return { ok: true, value: result.data };
    const { issues } = result.error;
    return {
      ok: false,
      distance: distance(issues),
      issues: () => payloadIssues(issues),
      paths: () => issues.map(({ path }) => path),
    };
  } catch (error) {
    // A payload nested deeper than the stack, or a schema of the application's own that throws.
    const message =
      error instanceof RangeError ? 'It is nested too deeply' : `The schema failed: ${String(error)}`;
    return {
      ok: false,
      distance: Number.POSITIVE_INFINITY,
      issues: () => [{ path: '', message }],
      paths: () => [],
    };
  }
}
