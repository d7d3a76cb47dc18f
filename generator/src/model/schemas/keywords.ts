import type { JsonSchema, JsonSchemaObject } from '../../document/types.js';
import type { JsonValue } from '../types.js';

/** Reading a JSON Schema that nobody has checked: what has the wrong type is as good as not there. */

export function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'boolean' || isSchemaObject(value);
}

export function isSchemaObject(value: unknown): value is JsonSchemaObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function schemaAt(schema: JsonSchemaObject, keyword: string): JsonSchema | undefined {
  const value = schema[keyword];
  return isSchema(value) ? value : undefined;
}

/** The list under `allOf`, `anyOf`, `oneOf`, or `items` of a tuple. */
export function schemasAt(schema: JsonSchemaObject, keyword: string): readonly JsonSchema[] | undefined {
  const value = schema[keyword];
  return Array.isArray(value) ? value.filter(isSchema) : undefined;
}

/** The map under `properties` or `patternProperties`, in the document's order. */
export function schemaMapAt(
  schema: JsonSchemaObject,
  keyword: string,
): readonly (readonly [string, JsonSchema])[] {
  const value = schema[keyword];
  if (!isSchemaObject(value)) return [];
  return Object.entries(value).filter((entry): entry is [string, JsonSchema] => isSchema(entry[1]));
}

export function numberAt(schema: JsonSchemaObject, keyword: string): number | undefined {
  const value = schema[keyword];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

export function stringAt(schema: JsonSchemaObject, keyword: string): string | undefined {
  const value = schema[keyword];
  return typeof value === 'string' ? value : undefined;
}

export function stringsAt(schema: JsonSchemaObject, keyword: string): readonly string[] {
  const value = schema[keyword];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

/** Values of `enum`, or the one of `const`; of both, those that are in both. */
export function valuesOf(schema: JsonSchemaObject): readonly JsonValue[] | undefined {
  const listed = Array.isArray(schema.enum) ? (schema.enum as readonly JsonValue[]) : undefined;
  if (!Object.hasOwn(schema, 'const')) return listed && unique(listed);
  const value = schema.const as JsonValue;
  if (listed === undefined || listed.some((each) => sameJson(each, value))) return [value];
  return [];
}

/** A schema's discriminator: a property's name, or OpenAPI's object that holds one. */
export function discriminatorOf(schema: JsonSchemaObject): string | undefined {
  const { discriminator } = schema;
  return isSchemaObject(discriminator)
    ? stringAt(discriminator, 'propertyName')
    : stringAt(schema, 'discriminator');
}

export function sameJson(one: unknown, other: unknown): boolean {
  return one === other || canonical(one) === canonical(other);
}

function unique(values: readonly JsonValue[]): readonly JsonValue[] {
  const seen = new Map(values.map((value) => [canonical(value), value]));
  return [...seen.values()];
}

/** JSON with the keys of every object sorted. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    isSchemaObject(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : part,
  );
}
