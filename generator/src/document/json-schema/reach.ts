import { isRecord, type Schema } from './types.js';

export type JsonType = 'string' | 'number' | 'boolean' | 'null' | 'array' | 'object';

/** What a schema lets stand at a place inside its values. */
export interface Reach {
  /** Types that a value there may have; none: nothing can stand there. */
  readonly types: ReadonlySet<JsonType>;
  /** The schema speaks of the place; else it only lets pass what it doesn't know. */
  readonly described: boolean;
}

const ALL: ReadonlySet<JsonType> = new Set(['string', 'number', 'boolean', 'null', 'array', 'object']);
const NOTHING: Reach = { types: new Set(), described: true };
const ANYTHING: Reach = { types: ALL, described: false };

/**
 * Looks for a place in a schema whose references were followed.
 *
 * @param path keys from the outside in
 */
export function reach(schema: Schema, path: readonly string[], seen: ReadonlySet<object> = new Set()): Reach {
  if (schema === false) return NOTHING;
  if (!isRecord(schema)) return path.length === 0 ? { ...ANYTHING, described: true } : ANYTHING;
  if (seen.has(schema)) return ANYTHING;
  const known = new Set([...seen, schema]);
  const inner = (part: Schema) => reach(part, path, known);
  const alternatives = [schema.anyOf, schema.oneOf].map(list).filter((parts) => parts.length > 0);
  if (schema.if !== undefined) alternatives.push([schema.then ?? true, schema.else ?? true]);
  return [
    own(schema, path),
    ...list(schema.allOf).map(inner),
    ...alternatives.map((parts) => anyOf(parts.filter((part) => part !== false).map(inner))),
  ].reduce(both);
}

/** Property names that a schema describes at a place, for guessing what a misspelt one was meant to be. */
export function namesAt(
  schema: Schema,
  path: readonly string[],
  seen = new Set<unknown>(),
): readonly string[] {
  if (!isRecord(schema) || seen.has(schema)) return [];
  seen.add(schema);
  const parts = [schema.allOf, schema.anyOf, schema.oneOf].flatMap(list);
  const inner = parts.flatMap((part) => namesAt(part, path, seen));
  const properties = isRecord(schema.properties) ? schema.properties : {};
  const [key, ...rest] = path;
  const names = key === undefined ? Object.keys(properties) : namesAt(member(properties, key), rest);
  return [...new Set([...names, ...inner])];
}

/** What the schema's own keywords say, those that combine schemas left aside. */
function own(schema: Readonly<Record<string, unknown>>, path: readonly string[]): Reach {
  const types = typesOf(schema);
  const [key, ...rest] = path;
  if (key === undefined) return { types, described: true };
  const isUntyped = types.size === ALL.size;
  const hasKeyword = (...keywords: readonly string[]) => keywords.some((each) => Object.hasOwn(schema, each));
  // Written without `type`, keywords of objects still mean an object.
  const isObject = hasKeyword('properties', 'required', 'additionalProperties', 'patternProperties');
  if (isUntyped && isObject) return inObject(schema, key, rest);
  if (isUntyped) return ANYTHING;
  return anyOf([
    ...(types.has('object') ? [inObject(schema, key, rest)] : []),
    ...(types.has('array') ? [inArray(schema, key, rest)] : []),
  ]);
}

function inObject(schema: Readonly<Record<string, unknown>>, key: string, rest: readonly string[]): Reach {
  const { properties, patternProperties, additionalProperties, required } = schema;
  const isRequired = Array.isArray(required) && required.includes(key);
  const property = isRecord(properties) ? member(properties, key) : undefined;
  const patterns = isRecord(patternProperties) ? Object.entries(patternProperties) : [];
  const parts = [
    ...(property === undefined ? [] : [property]),
    ...patterns.flatMap(([pattern, part]) => (matches(pattern, key) ? [part] : [])),
  ];
  if (parts.length === 0 && additionalProperties === false) return NOTHING;
  if (parts.length === 0 && isRecord(additionalProperties)) parts.push(additionalProperties);
  if (parts.length === 0) return { types: ALL, described: isRequired };
  return parts.map((part) => reach(part, rest)).reduce(both);
}

function inArray(schema: Readonly<Record<string, unknown>>, key: string, rest: readonly string[]): Reach {
  if (!/^(0|[1-9]\d*)$/.test(key)) return NOTHING;
  const { items, additionalItems } = schema;
  const item = Array.isArray(items) ? (items[Number(key)] ?? additionalItems) : items;
  return item === undefined ? ANYTHING : reach(item, rest);
}

function typesOf({
  type,
  const: only,
  enum: values,
}: Readonly<Record<string, unknown>>): ReadonlySet<JsonType> {
  const named = new Set(
    [type ?? []].flat().flatMap((name): readonly JsonType[] => {
      if (name === 'integer') return ['number'];
      return ALL.has(name as JsonType) ? [name as JsonType] : [];
    }),
  );
  const given = only === undefined ? (Array.isArray(values) ? values : []) : [only];
  const valued = new Set(given.map(typeOf));
  if (named.size === 0) return valued.size === 0 ? ALL : valued;
  return valued.size === 0 ? named : intersection(named, valued);
}

function typeOf(value: unknown): JsonType {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value as JsonType;
}

function both(a: Reach, b: Reach): Reach {
  return {
    types: intersection(a.types, b.types),
    described: a.described || b.described,
  };
}

function anyOf(parts: readonly Reach[]): Reach {
  return {
    types: new Set(parts.flatMap(({ types }) => [...types])),
    described: parts.length === 0 || parts.some(({ described }) => described),
  };
}

function intersection<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): ReadonlySet<T> {
  return new Set([...a].filter((each) => b.has(each)));
}

function member(object: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function matches(pattern: string, key: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(key);
  } catch {
    // Of a pattern that can't be read, nobody knows what it matches.
    return true;
  }
}
