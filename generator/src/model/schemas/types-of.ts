import type { JsonSchemaObject } from '../../document/types.js';
import type { JsonType, JsonValue } from '../types.js';
import { stringsAt } from './keywords.js';

/** The types that a value may have; `integer` is a number that must be whole. */
export type TypeName = JsonType | 'integer';

/** In the order in which a union lists them. */
const KNOWN: readonly TypeName[] = ['string', 'number', 'integer', 'boolean', 'array', 'object', 'null'];

/** What `type` says, and OpenAPI's `nullable` beside it; undefined when the schema has no `type`. */
export function typesOf(schema: JsonSchemaObject): ReadonlySet<TypeName> | undefined {
  const named = typeof schema.type === 'string' ? [schema.type] : stringsAt(schema, 'type');
  const types = new Set(KNOWN.filter((name) => named.includes(name)));
  if (types.size === 0) return undefined;
  if (types.has('number')) types.delete('integer');
  if (schema.nullable === true) types.add('null');
  return types;
}

/** Types that both allow; undefined stands for all. */
export function commonTypes(
  one: ReadonlySet<TypeName> | undefined,
  other: ReadonlySet<TypeName> | undefined,
): ReadonlySet<TypeName> | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  const common = new Set([...one].filter((type) => other.has(type)));
  const whole = (a: ReadonlySet<TypeName>, b: ReadonlySet<TypeName>) => a.has('integer') && b.has('number');
  if (whole(one, other) || whole(other, one)) common.add('integer');
  return common;
}

export function isOfType(value: JsonValue, types: ReadonlySet<TypeName>): boolean {
  if (value === null) return types.has('null');
  if (Array.isArray(value)) return types.has('array');
  if (typeof value === 'number') {
    return types.has('number') || (types.has('integer') && Number.isInteger(value));
  }
  return types.has(typeof value as TypeName);
}

/** Which keywords speak of values of which type. */
const KEYWORDS: readonly (readonly [TypeName, readonly string[]])[] = [
  ['string', ['minLength', 'maxLength', 'pattern', 'format']],
  ['number', ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf']],
  ['array', ['items', 'additionalItems', 'minItems', 'maxItems', 'uniqueItems', 'contains']],
  [
    'object',
    [
      'properties',
      'required',
      'additionalProperties',
      'patternProperties',
      'propertyNames',
      'dependencies',
      'minProperties',
      'maxProperties',
    ],
  ],
];

/** The types about which a schema without `type` says something. */
export function typesSpokenOf(schema: JsonSchemaObject): ReadonlySet<TypeName> {
  return new Set(
    KEYWORDS.filter(([, keywords]) => keywords.some((keyword) => schema[keyword] !== undefined)).map(
      ([type]) => type,
    ),
  );
}
