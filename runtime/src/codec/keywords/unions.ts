import { z } from 'zod';
import { isObject } from './check.js';
import { also, tooMany } from './logic.js';

/**
 * `oneOf` whose schemas may overlap: exactly one of them must match. They are counted by the value as it came, as what
 * one of them fills in may make it match another.
 */
export function exactlyOne(...schemas: readonly z.ZodType[]): z.ZodType {
  return z.unknown().transform((value, context) => {
    const results = schemas.map((schema) => schema.safeParse(value));
    const matching = results.filter((result) => result.success);
    const [only] = matching;
    if (only !== undefined && matching.length === 1) return only.data;
    if (only !== undefined) {
      const message = tooMany(matching.length);
      context.issues.push({ code: 'custom', message, input: value, path: [] });
    } else {
      const errors = results.map(({ error }) => error?.issues ?? []);
      context.issues.push({ code: 'invalid_union', errors, input: value, path: [] });
    }
    return z.NEVER;
  });
}

/** `allOf`: every one of them must match. */
export function allOf(first: z.ZodType, ...others: readonly z.ZodType[]): z.ZodType {
  return first.check(...others.map(also));
}

/**
 * Objects told apart by a property that is a different constant in each: zod's discriminated union, for
 * schemas that were declared by their type alone.
 */
export function tagged(property: string, schemas: readonly z.ZodType[]): z.ZodType {
  // The generator has checked that each has the property as a required literal; the type no longer tells.
  return z.discriminatedUnion(property, schemas as unknown as [z.ZodObject, ...z.ZodObject[]]);
}

/** Objects told apart by a property that holds the name of their schema: AsyncAPI's `discriminator`. */
export function byName(property: string, schemas: Readonly<Record<string, z.ZodType>>): z.ZodType {
  const known = new Map(Object.entries(schemas));
  return z.unknown().transform((value, context) => {
    const name = isObject(value) ? value[property] : undefined;
    const schema = typeof name === 'string' ? known.get(name) : undefined;
    if (schema === undefined) {
      const names = [...known.keys()].join(', ');
      context.issues.push({
        code: 'custom',
        message: `Must be one of ${names}`,
        input: name,
        path: [property],
      });
      return z.NEVER;
    }
    const result = schema.safeParse(value);
    if (result.success) return result.data;
    for (const issue of result.error.issues) {
      context.issues.push({ code: 'custom', message: issue.message, input: value, path: issue.path });
    }
    return z.NEVER;
  });
}
