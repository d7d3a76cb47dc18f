import type { z } from 'zod';

type Payload = z.core.ParsePayload<unknown>;

/** What `.check()` of a zod schema takes. It looks at the value and leaves it alone. */
export type Check = (payload: Payload) => void;

/** A check of one kind of value; like JSON Schema's keywords, it lets every other kind pass. */
export function checkOf<T>(
  applies: (value: unknown) => value is T,
  test: (value: T) => boolean,
  message: string,
): Check {
  return (payload) => {
    const { value } = payload;
    if (applies(value) && !test(value)) complain(payload, message);
  };
}

/** Records an issue at `path` below the value. */
export function complain(payload: Payload, message: string, path: PropertyKey[] = []): void {
  payload.issues.push({ code: 'custom', message, input: payload.value, path });
}

/** Validates a part of the value, and records what is wrong with it at `path`. */
export function delegate(payload: Payload, schema: z.ZodType, part: unknown, path: PropertyKey[] = []): void {
  const result = schema.safeParse(part);
  if (result.success) return;
  for (const issue of result.error.issues) {
    complain(payload, issue.message, [...path, ...issue.path]);
  }
}

export function matches(schema: z.ZodType, value: unknown): boolean {
  return schema.safeParse(value).success;
}

export function isString(value: unknown): value is string {
  return typeof value === 'string';
}

export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** How often, in words: `at least 2`, `at most 5`, `2 to 5`. */
export function range({ min, max }: Bounds): string {
  if (min === undefined) return `at most ${max}`;
  if (max === undefined) return `at least ${min}`;
  return min === max ? `exactly ${min}` : `${min} to ${max}`;
}

/** Both ends included; a missing one is open. */
export interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

export function within(count: number, { min = 0, max = Number.POSITIVE_INFINITY }: Bounds): boolean {
  return count >= min && count <= max;
}
