import { isRecord } from '../json-schema/types.js';
import type { JsonSchema, JsonSchemaObject } from '../types.js';

/** Where in a schema there are schemas. */

const SINGLE = new Set([
  'additionalItems',
  'additionalProperties',
  'contains',
  'else',
  'if',
  'items',
  'not',
  'propertyNames',
  'then',
]);
const LISTS = new Set(['allOf', 'anyOf', 'items', 'oneOf', 'prefixItems']);
const MAPS = new Set(['dependencies', 'dependentSchemas', 'patternProperties', 'properties']);

/** Calls `visit` for each schema directly inside. */
export function eachInner(schema: JsonSchemaObject, visit: (inner: JsonSchema) => void): void {
  withInner(schema, (inner) => {
    visit(inner);
    return inner;
  });
}

/** The same schema with others inside it. */
export function withInner(
  schema: JsonSchemaObject,
  change: (inner: JsonSchema) => JsonSchema,
): JsonSchemaObject {
  const changed = (value: unknown) => (isRecord(value) || typeof value === 'boolean' ? change(value) : value);
  const entries = Object.entries(schema).map(([key, value]): readonly [string, unknown] => {
    if (LISTS.has(key) && Array.isArray(value)) return [key, value.map(changed)];
    if (SINGLE.has(key)) return [key, changed(value)];
    if (!MAPS.has(key) || !isRecord(value)) return [key, value];
    return [key, Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, changed(inner)]))];
  });
  return Object.fromEntries(entries);
}
