import type { z } from 'zod';
import {
  type Bounds,
  type Check,
  checkOf,
  complain,
  delegate,
  isObject,
  matches,
  range,
  within,
} from './check.js';

/** `minProperties`, `maxProperties`. */
export function propertyCount(bounds: Bounds): Check {
  return checkOf(
    isObject,
    (object) => within(Object.keys(object).length, bounds),
    `Must have ${range(bounds)} properties`,
  );
}

/** `propertyNames`. */
export function propertyNames(schema: z.ZodType): Check {
  return (payload) => {
    if (!isObject(payload.value)) return;
    for (const name of Object.keys(payload.value)) {
      if (!matches(schema, name)) complain(payload, 'The contract does not allow this name', [name]);
    }
  };
}

/** `required`. */
export function required(...names: readonly string[]): Check {
  return (payload) => {
    if (!isObject(payload.value)) return;
    for (const name of names) {
      if (!Object.hasOwn(payload.value, name)) complain(payload, 'Is missing', [name]);
    }
  };
}

/**
 * `properties` whose names every object inherits, `constructor` for one. A zod object reads them without
 * asking whose they are.
 */
export function ownProperties(properties: readonly (readonly [name: string, schema: z.ZodType])[]): Check {
  return (payload) => {
    const object = payload.value;
    if (!isObject(object)) return;
    for (const [name, schema] of properties) {
      if (Object.hasOwn(object, name)) delegate(payload, schema, object[name], [name]);
    }
  };
}

/** `patternProperties`: what a matching property must be. */
export function patternProperties(
  patterns: readonly (readonly [source: string, schema: z.ZodType])[],
): Check {
  const compiled = patterns.map(([source, schema]) => ({ expression: compile(source), schema }));
  return (payload) => {
    const object = payload.value;
    if (!isObject(object)) return;
    for (const name of Object.keys(object)) {
      for (const { expression, schema } of compiled) {
        if (expression.test(name)) delegate(payload, schema, object[name], [name]);
      }
    }
  };
}

/** `additionalProperties` beside `patternProperties`: what every property must be that neither names. */
export function additionalProperties(
  known: readonly string[],
  patterns: readonly string[],
  schema: z.ZodType,
): Check {
  const names = new Set(known);
  const expressions = patterns.map(compile);
  return (payload) => {
    const object = payload.value;
    if (!isObject(object)) return;
    for (const name of Object.keys(object)) {
      if (names.has(name) || expressions.some((expression) => expression.test(name))) continue;
      delegate(payload, schema, object[name], [name]);
    }
  };
}

/** `dependencies`: what must hold, or what must be there, when a property is. */
export function dependencies(
  rules: readonly (readonly [name: string, needs: readonly string[] | z.ZodType])[],
): Check {
  return (payload) => {
    const object = payload.value;
    if (!isObject(object)) return;
    for (const [name, needs] of rules) {
      if (!Object.hasOwn(object, name)) continue;
      if ('safeParse' in needs) delegate(payload, needs, object);
      else required(...needs)(payload);
    }
  };
}

/** With the `u` flag where the expression allows it, as the generator has checked that one of the two works. */
function compile(source: string): RegExp {
  try {
    return new RegExp(source, 'u');
  } catch {
    return new RegExp(source);
  }
}
