import type {
  CheckNode,
  JsonValue,
  NumberNode,
  ObjectNode,
  SchemaNode,
  StringNode,
  TupleNode,
} from '../types.js';
import type { Lookup } from './facts.js';
import { isSchemaObject, sameJson } from './keywords.js';
import { isOfType } from './types-of.js';

/** Whether a value is valid; undefined where that can't be told without the runtime. */
export type Verdict = boolean | undefined;

export type JsonObject = { readonly [key: string]: JsonValue };

/** Tells of a check that a node has beside its base. */
type Passes = (check: CheckNode, value: JsonValue) => Verdict;

/** How often a name may lead to another for the same value. */
const MOST_NAMES = 100;

/** Whether a node lets a value pass, for certain; what checks say is left open. */
export function accepts(node: SchemaNode, value: JsonValue, lookup: Lookup): boolean {
  return judge(node, value, lookup, () => undefined) === true;
}

/** Whether a node lets a value pass, as far as it can be told. */
export function judge(
  node: SchemaNode,
  value: JsonValue,
  lookup: Lookup,
  passes: Passes,
  names = 0,
): Verdict {
  const inside = (part: SchemaNode, of: JsonValue) => judge(part, of, lookup, passes);
  const same = (part: SchemaNode) => judge(part, value, lookup, passes, names);
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
      return typeof value === 'number' ? isInRange(node, value) : false;
    case 'string':
      return typeof value === 'string' ? isText(node, value) : false;
    case 'literal':
      return node.values.some((each) => sameJson(each, value));
    case 'others':
      return node.types.every((type) => !isOfType(value, new Set([type])));
    case 'array':
      if (!Array.isArray(value) || !isWithin(value.length, node.minItems, node.maxItems)) return false;
      return every(value.map((item) => inside(node.items, item)));
    case 'tuple':
      return Array.isArray(value) && isTuple(node, value, inside);
    case 'object':
      return isObject(value) && hasProperties(node, value, inside);
    case 'union':
      return node.exclusive ? exactlyOne(node.members.map(same)) : some(node.members.map(same));
    case 'intersection':
      return every(node.members.map(same));
    case 'ref':
      return names < MOST_NAMES ? judge(lookup(node.name), value, lookup, passes, names + 1) : undefined;
    case 'tagged': {
      const tag = isObject(value) && Object.hasOwn(value, node.property) ? value[node.property] : undefined;
      const member = node.members.find((each) => each.value === tag);
      return member === undefined ? false : same(member.node);
    }
    case 'refined':
      return every([same(node.base), ...node.checks.map((check) => passes(check, value))]);
    default:
      return node satisfies never;
  }
}

export function every(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes(false)) return false;
  return verdicts.includes(undefined) ? undefined : true;
}

export function some(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes(true)) return true;
  return verdicts.includes(undefined) ? undefined : false;
}

export function exactlyOne(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.filter((verdict) => verdict === true).length > 1) return false;
  return verdicts.includes(undefined) ? undefined : verdicts.includes(true);
}

function isInRange(node: NumberNode, value: number): Verdict {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, integer } = node;
  const isInside =
    isWithin(value, minimum, maximum) &&
    (exclusiveMinimum === undefined || value > exclusiveMinimum) &&
    (exclusiveMaximum === undefined || value < exclusiveMaximum);
  if (!isInside || (integer && !Number.isInteger(value))) return false;
  // The runtime refuses what JSON.parse may have rounded.
  if (integer && !Number.isSafeInteger(value)) return undefined;
  if (multipleOf === undefined || Number.isInteger(value / multipleOf)) return true;
  // Of fractions, 0.3 is no multiple of 0.1 to some.
  return Number.isInteger(multipleOf) && Number.isSafeInteger(value) ? false : undefined;
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
  return every(value.map((item, index) => inside(items[index] ?? rest ?? { kind: 'never' }, item)));
}

function hasProperties(
  { properties, additional }: ObjectNode,
  value: JsonObject,
  inside: (part: SchemaNode, of: JsonValue) => Verdict,
): Verdict {
  const known = new Map(properties.map((property) => [property.name, property]));
  if (properties.some(({ name, required }) => required && !Object.hasOwn(value, name))) return false;
  return every(
    Object.entries(value).map(([name, part]) => {
      const property = known.get(name);
      if (property !== undefined) return inside(property.node, part);
      return typeof additional === 'string' ? additional === 'allowed' : inside(additional, part);
    }),
  );
}

export function isWithin(
  value: number,
  min = Number.NEGATIVE_INFINITY,
  max = Number.POSITIVE_INFINITY,
): boolean {
  return value >= min && value <= max;
}

export function isObject(value: JsonValue): value is JsonObject {
  return isSchemaObject(value);
}
