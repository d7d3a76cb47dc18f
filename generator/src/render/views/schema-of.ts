import type {
  JsonValue,
  LiteralNode,
  NumberNode,
  ObjectNode,
  PropertyModel,
  SchemaNode,
  StringNode,
  TaggedNode,
  TupleNode,
  UnionNode,
} from '../../model/types.js';
import { literalKey, regexLiteral } from '../code/quote.js';
import { type Call, type Entry, name, type ValueExpr } from '../code/value-doc.js';
import { checkOf } from './check-of.js';
import {
  bound,
  chained,
  helper,
  json,
  list,
  range,
  type SchemaScope,
  string,
  withChecks,
  wrapped,
  z,
} from './schema-parts.js';

/** The zod expression that validates what a node describes. */
export function schemaOf(node: SchemaNode, scope: SchemaScope): ValueExpr {
  switch (node.kind) {
    case 'ref':
      return scope.isLater(node.name)
        ? z('lazy', { kind: 'lazy', body: name(scope.prefix + node.name) })
        : name(scope.prefix + node.name);
    case 'bytes':
      return z('instanceof', name('Uint8Array'));
    case 'number':
      return numberSchema(node);
    case 'string':
      return stringSchema(node, scope);
    case 'literal':
      return literalSchema(node, scope);
    case 'array': {
      const bounds = [...bound('min', node.minItems), ...bound('max', node.maxItems)];
      return chained(z('array', schemaOf(node.items, scope)), ...bounds);
    }
    case 'tuple':
      return tupleSchema(node, scope);
    case 'object':
      return objectSchema(node, scope);
    case 'union':
      return unionSchema(node, scope);
    case 'tagged':
      return helper(scope, 'byName', string(node.property), {
        kind: 'record',
        expanded: true,
        entries: node.members.map((member) => namedEntry(member, scope)),
      });
    case 'intersection': {
      const members = node.members.map((member) => schemaOf(member, scope));
      // Where one fills in defaults, the next would see what never came.
      if (!node.members.some(fills)) return helper(scope, 'allOf', ...members);
      const checks = members.map((member) => helper(scope, 'also', member));
      return withChecks(z('unknown'), checks, scope);
    }
    case 'others':
      return helper(scope, 'otherThan', ...node.types.map(string));
    case 'refined': {
      const base = schemaOf(node.base, scope);
      const checks = node.checks.map((check) => checkOf(check, scope, (inner) => schemaOf(inner, scope)));
      if (!fills(node.base)) return withChecks(base, checks, scope);
      // They speak of what came, before defaults are filled in.
      return chained(withChecks(z('unknown'), checks, scope), { name: 'pipe', args: [base] });
    }
    default:
      return z(node.kind);
  }
}

function numberSchema(node: NumberNode): ValueExpr {
  return chained(
    z(node.integer ? 'int' : 'number'),
    ...bound('min', node.minimum),
    ...bound('max', node.maximum),
    ...bound('gt', node.exclusiveMinimum),
    ...bound('lt', node.exclusiveMaximum),
    ...bound('multipleOf', node.multipleOf),
  );
}

/** Up to one character, code points and UTF-16 units are the same count. */
function stringSchema(
  { minLength = 0, maxLength, pattern, format }: StringNode,
  scope: SchemaScope,
): ValueExpr {
  const checks: ValueExpr[] = [];
  const calls: Call[] = [];
  const exact = minLength <= 1 && (maxLength === undefined || maxLength === 0);
  if (exact) {
    calls.push(...bound('min', minLength === 0 ? undefined : minLength), ...bound('max', maxLength));
  } else {
    checks.push(range(scope, 'codePoints', minLength === 0 ? undefined : minLength, maxLength));
  }
  const literal = pattern && regexLiteral(pattern);
  if (literal !== undefined) {
    calls.push({ name: 'regex', args: [{ kind: 'atom', form: 'regex', text: literal }] });
  } else if (pattern !== undefined) {
    const flags = pattern.flags === 'u' ? [] : [string(pattern.flags)];
    checks.push(helper(scope, 'pattern', string(pattern.source), ...flags));
  }
  if (format !== undefined) checks.push(helper(scope, 'format', string(format)));
  return withChecks(chained(z('string'), ...calls), checks, scope);
}

function literalSchema({ values }: LiteralNode, scope: SchemaScope): ValueExpr {
  const scalars = values.every((value) => typeof value !== 'object' || value === null);
  if (!scalars) return helper(scope, 'equalTo', ...values.map(json));
  const [only] = values;
  if (values.length === 1 && only !== undefined) return z('literal', json(only));
  // An enum keeps its values as keys of an object, where one name would not be kept.
  const names = values.every((value) => typeof value === 'string' && value !== '__proto__');
  return z(names ? 'enum' : 'literal', list(values.map(json)));
}

/** `Cat`, or `cat: Cat`. */
function namedEntry({ value: key, node }: TaggedNode['members'][number], scope: SchemaScope): Entry {
  const value = schemaOf(node, scope);
  const same = value.kind === 'atom' && value.text === key;
  return { key: literalKey(key), value, ...(same && { form: 'shorthand' }) };
}

/** A zod tuple may end before an item that would take `undefined`. */
const REFUSES_UNDEFINED: ReadonlySet<string> = new Set([
  'array',
  'boolean',
  'literal',
  'null',
  'number',
  'object',
  'string',
  'tuple',
]);

function tupleSchema({ items, required, rest }: TupleNode, scope: SchemaScope): ValueExpr {
  const parts = items.map((item, index) => {
    const schema = schemaOf(item, scope);
    if (index >= required) return wrapped(schema, 'optional');
    return REFUSES_UNDEFINED.has(item.kind) ? schema : wrapped(schema, 'nonoptional');
  });
  return z('tuple', list(parts), ...(rest === undefined ? [] : [schemaOf(rest, scope)]));
}

function objectSchema({ properties, additional }: ObjectNode, scope: SchemaScope): ValueExpr {
  const shape = properties
    .filter(({ inherited }) => !inherited)
    .map((property) => propertyEntry(property, scope));
  const record: ValueExpr = { kind: 'record', entries: shape, expanded: true };
  if (additional === 'allowed') return z('looseObject', record);
  if (additional === 'forbidden') return z('strictObject', record);
  const others = schemaOf(additional, scope);
  if (shape.length === 0) return z('record', z('string'), others);
  return chained(z('object', record), { name: 'catchall', args: [others] });
}

function propertyEntry(property: PropertyModel, scope: SchemaScope): Entry {
  const { name: key, node } = property;
  const getter = needsLater(node, scope);
  // Inside a getter nothing is looked at before everything is there.
  const value = schemaOf(node, getter ? { ...scope, isLater: () => false } : scope);
  return {
    key: literalKey(key),
    value: property.required ? value : optional(value, property.default),
    ...(getter && { form: 'getter' }),
  };
}

/** What may be missing, or is filled in. What is filled in must be new each time: handlers may change it. */
function optional(value: ValueExpr, filled: JsonValue | undefined): ValueExpr {
  if (filled === undefined) return wrapped(value, 'optional');
  const literal = json(filled);
  const scalar = typeof filled !== 'object' || filled === null;
  const [method, arg]: [string, ValueExpr] = scalar
    ? ['default', literal]
    : ['prefault', { kind: 'lazy', body: literal }];
  return value.kind === 'call' ? z('prefault', value, arg) : chained(value, { name: method, args: [arg] });
}

/** Whether a node's schema gives more than came. */
function fills(node: SchemaNode): boolean {
  switch (node.kind) {
    case 'ref':
      return node.input !== undefined;
    case 'array':
      return fills(node.items);
    case 'tuple':
      return node.items.some(fills) || (node.rest !== undefined && fills(node.rest));
    case 'object':
      return (
        node.properties.some(
          ({ inherited, default: filled, node: part }) => !inherited && (filled !== undefined || fills(part)),
        ) ||
        (typeof node.additional !== 'string' && fills(node.additional))
      );
    case 'union':
      return node.members.some(fills);
    case 'tagged':
      return node.members.some((member) => fills(member.node));
    case 'refined':
      return fills(node.base);
    default:
      return false;
  }
}

/** Whether a node looks at a schema that is only declared further down. Objects inside it wait by themselves. */
function needsLater(node: SchemaNode, scope: SchemaScope): boolean {
  const later = (child: SchemaNode) => needsLater(child, scope);
  switch (node.kind) {
    case 'ref':
      return scope.isLater(node.name);
    case 'array':
      return later(node.items);
    case 'tuple':
      return node.items.some(later) || (node.rest !== undefined && later(node.rest));
    case 'object':
      return typeof node.additional !== 'string' && later(node.additional);
    case 'union':
    case 'intersection':
      return node.members.some(later);
    case 'tagged':
      return node.members.some((member) => later(member.node));
    case 'refined':
      return later(node.base);
    default:
      return false;
  }
}

function unionSchema({ members, discriminator, exclusive }: UnionNode, scope: SchemaScope): ValueExpr {
  const [one, other] = members;
  if (members.length === 2 && one !== undefined && other?.kind === 'null' && !exclusive) {
    return wrapped(schemaOf(one, scope), 'nullable');
  }
  const schemas = members.map((member) => schemaOf(member, scope));
  if (exclusive) return helper(scope, 'exactlyOne', ...schemas);
  if (discriminator !== undefined) return helper(scope, 'tagged', string(discriminator), list(schemas));
  return z('union', list(schemas));
}
