import type {
  JsonValue,
  NumberNode,
  ObjectNode,
  SchemaNode,
  StringNode,
  TupleNode,
  UnionNode,
} from '../types.js';
import type { Lookup } from './facts.js';
import { isSchemaObject, sameJson } from './keywords.js';
import { isOfType } from './types-of.js';

/** Whether a value is valid; undefined where that can't be told without the runtime. */
type Verdict = boolean | undefined;

/** How often a name may lead to another for the same value. */
const MOST_NAMES = 100;

/** Whether a node lets a value pass, for certain. */
export function accepts(node: SchemaNode, value: JsonValue, lookup: Lookup): boolean {
  return judge(node, value, lookup, 0) === true;
}

function judge(node: SchemaNode, value: JsonValue, lookup: Lookup, names: number): Verdict {
  const inside = (part: SchemaNode, of: JsonValue) => judge(part, of, lookup, 0);
  const same = (part: SchemaNode) => judge(part, value, lookup, names);
  switch (node.kind) {
    case 'unknown':
      return true;
    case 'never':
    case 'bytes':
      return false;
    case 'null':
      return value === null;
    case 'boolean':
      return typeof value === 'boolean';
    case 'number':
      return typeof value === 'number' && isInRange(node, value);
    case 'string':
      return typeof value === 'string' ? isText(node, value) : false;
    case 'literal':
      return node.values.some((each) => sameJson(each, value));
    case 'others':
      return node.types.every((type) => !isOfType(value, new Set([type])));
    case 'array':
      if (!Array.isArray(value) || !isWithin(value.length, node.minItems, node.maxItems)) return false;
      return every(value, (item) => inside(node.items, item));
    case 'tuple':
      return Array.isArray(value) && isTuple(node, value, inside);
    case 'object':
      return isObject(value) && hasProperties(node, value, inside);
    case 'union':
      return isOneOf(node, same);
    case 'intersection':
      return every(node.members, same);
    case 'ref':
      return names < MOST_NAMES ? judge(lookup(node.name), value, lookup, names + 1) : undefined;
    case 'tagged': {
      const tag = isObject(value) ? value[node.property] : undefined;
      const member = node.members.find((each) => each.value === tag);
      return member === undefined ? false : same(member.node);
    }
    case 'refined':
      return same(node.base) === false ? false : undefined;
  }
}

function every<T>(parts: readonly T[], of: (part: T) => Verdict): Verdict {
  const verdicts = parts.map(of);
  if (verdicts.includes(false)) return false;
  return verdicts.includes(undefined) ? undefined : true;
}

function isOneOf({ members, exclusive }: UnionNode, same: (member: SchemaNode) => Verdict): Verdict {
  const verdicts = members.map(same);
  const matching = verdicts.filter((verdict) => verdict === true).length;
  const unsure = verdicts.includes(undefined);
  if (matching > 0 && !exclusive) return true;
  if (matching > 1) return false;
  return unsure ? undefined : matching === 1;
}

function isInRange(node: NumberNode, value: number): boolean {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = node;
  return (
    isWithin(value, minimum, maximum) &&
    (exclusiveMinimum === undefined || value > exclusiveMinimum) &&
    (exclusiveMaximum === undefined || value < exclusiveMaximum) &&
    (multipleOf === undefined || Number.isInteger(value / multipleOf)) &&
    (!node.integer || Number.isSafeInteger(value))
  );
}

/** Formats are known to the runtime alone. */
function isText({ minLength, maxLength, pattern, format }: StringNode, text: string): Verdict {
  const fits = isWithin([...text].length, minLength, maxLength);
  if (!fits || (pattern !== undefined && !new RegExp(pattern.source, pattern.flags).test(text))) return false;
  return format === undefined ? true : undefined;
}

function isTuple(
  { items, required, rest }: TupleNode,
  value: readonly JsonValue[],
  inside: (part: SchemaNode, of: JsonValue) => Verdict,
): Verdict {
  if (value.length < required || (rest === undefined && value.length > items.length)) return false;
  return every([...value.entries()], ([index, item]) =>
    inside(items[index] ?? rest ?? { kind: 'never' }, item),
  );
}

function hasProperties(
  { properties, additional }: ObjectNode,
  value: { readonly [key: string]: JsonValue },
  inside: (part: SchemaNode, of: JsonValue) => Verdict,
): Verdict {
  const known = new Map(properties.map((property) => [property.name, property]));
  if (properties.some(({ name, required }) => required && !Object.hasOwn(value, name))) return false;
  return every(Object.entries(value), ([name, part]) => {
    const property = known.get(name);
    if (property !== undefined) return inside(property.node, part);
    if (typeof additional !== 'string') return inside(additional, part);
    return additional === 'allowed';
  });
}

function isWithin(value: number, min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY): boolean {
  return value >= min && value <= max;
}

function isObject(value: JsonValue): value is { readonly [key: string]: JsonValue } {
  return isSchemaObject(value);
}
