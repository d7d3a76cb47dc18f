import type { JsonSchema, JsonSchemaObject } from '../../document/types.js';
import { schemaMapAt, stringsAt } from './keywords.js';
import { commonTypes, typesOf } from './types-of.js';

/** Keywords of a schema that say what is valid, while several are put together. */
export type Fragment = Record<string, unknown>;

/** These only mean something together. */
const GROUPS: readonly (readonly string[])[] = [
  ['items', 'additionalItems'],
  ['if', 'then', 'else'],
  ['pattern'],
  ['format'],
  ['multipleOf'],
  ['enum'],
  ['const'],
  ['not'],
  ['anyOf'],
  ['oneOf', 'discriminator'],
  ['contains'],
  ['propertyNames'],
  ['dependencies'],
];
const LARGEST = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'];
const SMALLEST = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'];

/**
 * Puts the keywords of `more` into `into`, so that it holds where both hold. What can't be said in one
 * schema stays in the fragment that comes back.
 */
export function mergeInto(into: Fragment, more: JsonSchemaObject): Fragment {
  const left: Fragment = {};
  mergeTypes(into, more);
  mergeObject(into, more, left);
  for (const keyword of LARGEST) mergeBound(into, more, keyword, Math.max);
  for (const keyword of SMALLEST) mergeBound(into, more, keyword, Math.min);
  if (more.uniqueItems === true) into.uniqueItems = true;
  for (const group of GROUPS) mergeGroup(into, more, group, left);
  return left;
}

function mergeTypes(into: Fragment, more: JsonSchemaObject): void {
  const types = commonTypes(typesOf(into), typesOf(more));
  if (types === undefined) return;
  into.type = [...types];
  delete into.nullable;
  if (types.size === 0) into.impossible = true;
}

function mergeBound(into: Fragment, more: JsonSchemaObject, keyword: string, pick: typeof Math.max): void {
  const [one, other] = [into[keyword], more[keyword]];
  if (typeof other === 'number') into[keyword] = typeof one === 'number' ? pick(one, other) : other;
}

function mergeGroup(into: Fragment, more: JsonSchemaObject, group: readonly string[], left: Fragment): void {
  const theirs = group.filter((keyword) => Object.hasOwn(more, keyword));
  if (theirs.length === 0 || theirs.every((keyword) => into[keyword] === more[keyword])) return;
  const target = group.some((keyword) => Object.hasOwn(into, keyword)) ? left : into;
  for (const keyword of theirs) target[keyword] = more[keyword];
}

/** `additionalProperties` speaks of what its own schema does not name: properties of the other may fall under it. */
function mergeObject(into: Fragment, more: JsonSchemaObject, left: Fragment): void {
  const required = [...new Set([...stringsAt(into, 'required'), ...stringsAt(more, 'required')])];
  if (required.length > 0) into.required = required;
  if (!canShare(into, more) || !canShare(more, into)) {
    for (const keyword of ['properties', 'patternProperties', 'additionalProperties']) {
      if (more[keyword] !== undefined) left[keyword] = more[keyword];
    }
    return;
  }
  mergeMap(into, more, 'properties');
  mergeMap(into, more, 'patternProperties');
  if (isClosed(more) || into.additionalProperties === undefined) {
    if (more.additionalProperties !== undefined) into.additionalProperties = more.additionalProperties;
  }
}

function isClosed({ additionalProperties }: JsonSchemaObject): boolean {
  return additionalProperties !== undefined && additionalProperties !== true;
}

/** Whether everything that `other` names is named by `schema` too, if that matters. */
function canShare(schema: JsonSchemaObject, other: JsonSchemaObject): boolean {
  if (!isClosed(schema)) return true;
  if (isClosed(other) && other.additionalProperties !== schema.additionalProperties) return false;
  const named = new Set(schemaMapAt(schema, 'properties').map(([name]) => name));
  return (
    schemaMapAt(other, 'patternProperties').length === 0 &&
    schemaMapAt(other, 'properties').every(([name]) => named.has(name))
  );
}

function mergeMap(into: Fragment, more: JsonSchemaObject, keyword: string): void {
  const merged = new Map<string, JsonSchema>(schemaMapAt(into, keyword));
  for (const [name, schema] of schemaMapAt(more, keyword)) {
    const other = merged.get(name);
    merged.set(name, other === undefined || other === schema ? schema : both(other, schema));
  }
  if (merged.size > 0) into[keyword] = Object.fromEntries(merged);
}

function both(one: JsonSchema, other: JsonSchema): JsonSchema {
  const { title, description } = typeof other === 'object' ? other : {};
  return {
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    allOf: [one, other],
  };
}
