import { z } from 'zod';
import { type Check, complain, delegate, isList, isObject, matches } from './check.js';
import { equal } from './equal.js';

/** `allOf`: the value must match this schema too. */
export function also(schema: z.ZodType): Check {
  return (payload) => delegate(payload, schema, payload.value);
}

/** `not`. */
export function not(schema: z.ZodType): Check {
  return (payload) => {
    if (matches(schema, payload.value)) complain(payload, 'The contract rules this out');
  };
}

/** `anyOf`: at least one matches. */
export function anyOf(...schemas: readonly z.ZodType[]): Check {
  return (payload) => {
    if (!schemas.some((schema) => matches(schema, payload.value))) {
      complain(payload, 'Matches none of the alternatives');
    }
  };
}

/** `oneOf`: exactly one matches. */
export function oneOf(...schemas: readonly z.ZodType[]): Check {
  return (payload) => {
    let matching = 0;
    for (const schema of schemas) {
      if (matches(schema, payload.value)) matching += 1;
    }
    if (matching === 0) complain(payload, 'Matches none of the alternatives');
    if (matching > 1) complain(payload, tooMany(matching));
  };
}

export function tooMany(matching: number): string {
  return `Matches ${matching} of the alternatives, and must match one`;
}

/** `if`, `then`, `else`; one of the two may be left to `z.unknown()`. */
export function conditional(condition: z.ZodType, consequent: z.ZodType, alternative?: z.ZodType): Check {
  return (payload) => {
    const branch = matches(condition, payload.value) ? consequent : alternative;
    if (branch !== undefined) delegate(payload, branch, payload.value);
  };
}

/** `const` and `enum` of values that zod has no literal for: objects and arrays. */
export function equalTo(...values: readonly unknown[]): z.ZodType {
  return z
    .unknown()
    .refine(
      (value) => values.some((each) => equal(each, value)),
      'Is none of the values that the contract allows',
    );
}

type JsonType = 'string' | 'number' | 'boolean' | 'null' | 'array' | 'object';

/** Any JSON value of another type: what a schema without `type` lets pass unseen. */
export function otherThan(...types: readonly JsonType[]): z.ZodType {
  return z
    .unknown()
    .refine(
      (value) => value !== undefined && !types.includes(typeOf(value)),
      `Must not be ${types.length === 1 ? 'of type' : 'one of'} ${types.join(', ')}`,
    );
}

function typeOf(value: unknown): JsonType {
  if (value === null) return 'null';
  if (isList(value)) return 'array';
  if (isObject(value)) return 'object';
  return typeof value as JsonType;
}
