import type { JsonType, JsonValue, ObjectNode, SchemaNode } from '../types.js';
import { sameJson } from './keywords.js';

/** Finds the node behind a name. */
export type Lookup = (name: string) => SchemaNode;

const ALL: readonly JsonType[] = ['string', 'number', 'boolean', 'null', 'array', 'object'];

/** The types that a valid value may have. Nothing is promised that isn't certain. */
export function valueTypes(
  node: SchemaNode,
  lookup: Lookup,
  seen: readonly string[] = [],
): ReadonlySet<JsonType> {
  switch (node.kind) {
    // Not among the types that JSON Schema tells apart.
    case 'bytes':
    case 'unknown':
    case 'tagged':
      return new Set(node.kind === 'tagged' ? ['object'] : ALL);
    case 'never':
      return new Set();
    case 'literal':
      return new Set(node.values.map(typeOfValue));
    case 'tuple':
      return new Set(['array']);
    case 'others':
      return new Set(ALL.filter((type) => !node.types.includes(type)));
    case 'ref':
      return seen.includes(node.name)
        ? new Set(ALL)
        : valueTypes(lookup(node.name), lookup, [...seen, node.name]);
    case 'refined':
      return valueTypes(node.base, lookup, seen);
    case 'union':
      return new Set(node.members.flatMap((member) => [...valueTypes(member, lookup, seen)]));
    case 'intersection': {
      const all = node.members.map((member) => valueTypes(member, lookup, seen));
      return new Set(ALL.filter((type) => all.every((types) => types.has(type))));
    }
    default:
      return new Set([node.kind]);
  }
}

function typeOfValue(value: JsonValue): JsonType {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : (typeof value as JsonType);
}

/**
 * Whether no value can match both. `false` when that isn't certain.
 *
 * @param lookupOther of the second, if that belongs to another model
 */
export function areDisjoint(
  one: SchemaNode,
  other: SchemaNode,
  lookup: Lookup,
  lookupOther: Lookup = lookup,
): boolean {
  const types = valueTypes(other, lookupOther);
  const common = [...valueTypes(one, lookup)].filter((type) => types.has(type));
  if (common.length === 0) return true;
  const [left, right] = [literalsOf(one, lookup), literalsOf(other, lookupOther)];
  if (left !== undefined && right !== undefined) return haveNothingInCommon(left, right);
  if (common.some((type) => type !== 'object')) return false;
  const [object, otherObject] = [objectOf(one, lookup), objectOf(other, lookupOther)];
  if (object === undefined || otherObject === undefined) return false;
  return requiredLiterals(object, lookup).some(({ name, values }) =>
    requiredLiterals(otherObject, lookupOther).some(
      (each) => each.name === name && haveNothingInCommon(each.values, values),
    ),
  );
}

export function haveNothingInCommon(one: readonly JsonValue[], other: readonly JsonValue[]): boolean {
  return !one.some((value) => other.some((each) => sameJson(each, value)));
}

/** The object that a node is, refinements and names set aside. */
export function objectOf(
  node: SchemaNode,
  lookup: Lookup,
  seen: readonly string[] = [],
): ObjectNode | undefined {
  if (node.kind === 'object') return node;
  if (node.kind === 'refined') return objectOf(node.base, lookup, seen);
  if (node.kind !== 'ref' || seen.includes(node.name)) return undefined;
  return objectOf(lookup(node.name), lookup, [...seen, node.name]);
}

/** Properties that must be there and that only have certain scalar values. */
export function requiredLiterals(
  { properties }: ObjectNode,
  lookup: Lookup,
): readonly { readonly name: string; readonly values: readonly JsonValue[] }[] {
  return properties.flatMap(({ name, node, required, inherited }) => {
    const values = required && !inherited ? literalsOf(node, lookup) : undefined;
    return values?.every((value) => typeof value !== 'object') ? [{ name, values }] : [];
  });
}

function literalsOf(
  node: SchemaNode,
  lookup: Lookup,
  seen: readonly string[] = [],
): readonly JsonValue[] | undefined {
  if (node.kind === 'literal') return node.values;
  if (node.kind !== 'ref' || seen.includes(node.name)) return undefined;
  return literalsOf(lookup(node.name), lookup, [...seen, node.name]);
}

/** Names of the properties that any object of the node speaks of. */
export function propertyNames(
  node: SchemaNode,
  lookup: Lookup,
  seen: readonly string[] = [],
): ReadonlySet<string> {
  switch (node.kind) {
    case 'object':
      return new Set(node.properties.map(({ name }) => name));
    case 'refined':
      return propertyNames(node.base, lookup, seen);
    case 'ref':
      return seen.includes(node.name)
        ? new Set()
        : propertyNames(lookup(node.name), lookup, [...seen, node.name]);
    case 'union':
    case 'intersection':
      return new Set(node.members.flatMap((member) => [...propertyNames(member, lookup, seen)]));
    case 'tagged':
      return new Set(node.members.flatMap((member) => [...propertyNames(member.node, lookup, seen)]));
    default:
      return new Set();
  }
}
