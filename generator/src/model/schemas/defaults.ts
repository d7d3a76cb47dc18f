import type { JsonSchema } from '../../document/types.js';
import { allocateNames, type NameRequest } from '../naming/allocate.js';
import type { JsonValue, PropertyModel, SchemaNode } from '../types.js';
import { accepts } from './accepts.js';
import type { Lookup } from './facts.js';
import { aliasOf, type Surroundings } from './flatten.js';
import { isSchemaObject } from './keywords.js';
import { eachChild, mapChildren } from './map-node.js';

/**
 * The default of a property, where filling it in comes to an end: an object that is filled in may have defaults of
 * its own, and inside a schema that contains itself one could call for the next for ever.
 */
export function defaultOf(schema: JsonSchema, around: Surroundings): JsonValue | undefined {
  for (let next: JsonSchema | undefined = schema; isSchemaObject(next); next = aliasOf(next)) {
    if (!Object.hasOwn(next, 'default')) continue;
    const value = next.default as JsonValue;
    return around.isCyclic(next) && holdsObject(value) ? undefined : value;
  }
  return undefined;
}

function holdsObject(value: JsonValue): boolean {
  return Array.isArray(value) ? value.some(holdsObject) : isSchemaObject(value);
}

/**
 * Drops defaults that nothing would come of: those that their own schema does not accept for certain, and those in
 * parts that only check.
 */
export function withoutIdleDefaults(node: SchemaNode, lookup: Lookup): SchemaNode {
  if (node.kind === 'refined') {
    const bare = mapChildren(node, withoutDefaults) as typeof node;
    return { ...bare, base: withoutIdleDefaults(node.base, lookup) };
  }
  const inner = mapChildren(node, (child) => withoutIdleDefaults(child, lookup));
  return inner.kind === 'object'
    ? { ...inner, properties: inner.properties.map((property) => checked(property, lookup)) }
    : inner;
}

function checked(property: PropertyModel, lookup: Lookup): PropertyModel {
  const { default: value, ...others } = property;
  return value === undefined || accepts(property.node, value, lookup) ? property : others;
}

function withoutDefaults(node: SchemaNode): SchemaNode {
  const inner = mapChildren(node, withoutDefaults);
  if (inner.kind !== 'object') return inner;
  return { ...inner, properties: inner.properties.map(({ default: _, ...others }) => others) };
}

export interface Filling {
  /** What the type before filling in is called, for each schema in which that makes a difference. */
  readonly inputs: ReadonlyMap<string, string>;
  /** Notes these names at each reference. */
  mark(node: SchemaNode): SchemaNode;
}

/**
 * Finds the schemas whose values come out with more than they had: somewhere in them a default is filled in. What
 * only checks (`allOf` that stays one, keywords that zod has no word for) gives values as they came.
 *
 * @param taken names that no type may get any more
 */
export function fillingOf(nodes: ReadonlyMap<string, SchemaNode>, taken: Iterable<string>): Filling {
  const filling = new Set<string>();
  for (let before = -1; before < filling.size; ) {
    before = filling.size;
    for (const [name, node] of nodes) if (!filling.has(name) && fills(node, filling)) filling.add(name);
  }
  const requests = [...filling].map((name): NameRequest => {
    return { key: name, candidates: [`${name}Input`, `${name}PublishInput`], rank: 0 };
  });
  const inputs = allocateNames(requests, taken);
  return { inputs, mark };

  function mark(node: SchemaNode): SchemaNode {
    if (node.kind === 'ref') {
      const input = inputs.get(node.name);
      return input === undefined ? node : { ...node, input };
    }
    const marked = mapChildren(node, mark);
    if (marked.kind !== 'union' || !marked.members.some(checksFirst)) return marked;
    // Behind its checks nobody sees the constant that would tell such a member apart.
    const { discriminator: _, ...plain } = marked;
    return plain;
  }

  /** What is filled in is checked as it came, before. */
  function checksFirst(node: SchemaNode): boolean {
    if (node.kind === 'ref') return filling.has(node.name) && checksFirst(nodes.get(node.name) ?? NOTHING);
    return node.kind === 'refined' && fills(node.base, filling);
  }
}

const NOTHING: SchemaNode = { kind: 'unknown' };

function fills(node: SchemaNode, filling: ReadonlySet<string>): boolean {
  switch (node.kind) {
    case 'ref':
      return filling.has(node.name);
    case 'intersection':
      return false;
    case 'refined':
      return fills(node.base, filling);
    case 'object': {
      const own = node.properties.filter(({ inherited }) => !inherited);
      const further = typeof node.additional !== 'string' && fills(node.additional, filling);
      return (
        further || own.some((property) => property.default !== undefined || fills(property.node, filling))
      );
    }
    default: {
      let found = false;
      eachChild(node, (child) => {
        found ||= fills(child, filling);
      });
      return found;
    }
  }
}
