import type { JsonSchema, JsonSchemaObject } from '../../document/types.js';
import { isSchemaObject, schemasAt } from './keywords.js';
import { type Fragment, mergeInto } from './merge.js';
import { typesOf } from './types-of.js';

/** A schema whose `allOf` was taken apart. */
export interface Flat {
  /** What could be said in one schema. */
  readonly own: JsonSchemaObject;
  /** What must hold besides. */
  readonly rest: readonly JsonSchemaObject[];
  /** A member is `false`, or there is no type that all of them allow. */
  readonly impossible: boolean;
}

const ANNOTATIONS: ReadonlySet<string> = new Set([
  '$comment',
  '$id',
  '$schema',
  'default',
  'definitions',
  'deprecated',
  'description',
  'discriminator',
  'example',
  'examples',
  'externalDocs',
  'readOnly',
  'title',
  'writeOnly',
  'xml',
]);

/** Keywords that a named schema may have and still be copied into the one that builds on it. */
const PLAIN: ReadonlySet<string> = new Set([
  'discriminator',
  'type',
  'properties',
  'required',
  'additionalProperties',
  'minProperties',
  'maxProperties',
  'minLength',
  'maxLength',
  'pattern',
  'format',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
]);

function hasAssertions(schema: JsonSchemaObject): boolean {
  return Object.keys(schema).some(isAssertion);
}

function isAssertion(keyword: string): boolean {
  return !ANNOTATIONS.has(keyword) && !keyword.startsWith('x-');
}

/** The one schema that an `allOf` of one, with nothing but words beside it, stands for. */
export function aliasOf(schema: JsonSchemaObject): JsonSchema | undefined {
  const members = schemasAt(schema, 'allOf');
  const { allOf: _, ...others } = schema;
  return members?.length === 1 && !hasAssertions(others) ? members[0] : undefined;
}

/** What `flatten` needs to know about other schemas. */
export interface Surroundings {
  nameOf(schema: JsonSchemaObject): string | undefined;
  isCyclic(schema: JsonSchemaObject): boolean;
}

/**
 * Puts the members of `allOf` together with the schema's own keywords, as far as that can be said in one
 * schema: members without a name, and plain named ones. Others, a named union for one, stay what they are.
 */
export function flatten(schema: JsonSchemaObject, around: Surroundings): Flat {
  return flattenInside(schema, around, new Set());
}

function flattenInside(
  schema: JsonSchemaObject,
  around: Surroundings,
  above: ReadonlySet<JsonSchemaObject>,
): Flat {
  const own: Fragment = {};
  const rest: JsonSchemaObject[] = [];
  let impossible = false;
  const within = new Set(above).add(schema);
  for (const member of schemasAt(schema, 'allOf') ?? []) {
    if (member === false) impossible = true;
    // A schema that is part of itself asks for nothing new.
    if (!isSchemaObject(member) || within.has(member)) continue;
    // A base that lists what derives from it would make each of those part of itself: only its own
    // keywords count then.
    const listed = leadsTo(member, schema);
    const flat = flattenInside(listed ? withoutAlternatives(member) : member, around, within);
    if (!listed && around.nameOf(member) !== undefined && (around.isCyclic(member) || !isPlain(flat))) {
      rest.push(member);
      continue;
    }
    impossible ||= flat.impossible;
    rest.push(...flat.rest, ...leftover(mergeInto(own, flat.own)));
  }
  rest.push(...leftover(mergeInto(own, assertionsOf(schema))));
  return { own, rest, impossible: impossible || own.impossible === true };
}

/** Whether a schema asks, of the same value, for another, through however many `allOf`, `anyOf`, `oneOf`. */
function leadsTo(from: JsonSchemaObject, target: JsonSchemaObject): boolean {
  const seen = new Set<JsonSchemaObject>();
  const open = [from];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next === target) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    for (const keyword of ['allOf', 'anyOf', 'oneOf']) {
      open.push(...(schemasAt(next, keyword) ?? []).filter(isSchemaObject));
    }
  }
  return false;
}

function withoutAlternatives({ anyOf: _, oneOf: __, ...others }: JsonSchemaObject): JsonSchemaObject {
  return others;
}

/** A schema's own keywords that say what is valid, those of older drafts in the words of draft 7. */
function assertionsOf(schema: JsonSchemaObject): Fragment {
  const kept = Object.entries(schema).filter(
    ([keyword]) => keyword !== 'allOf' && (keyword === 'discriminator' || isAssertion(keyword)),
  );
  const own: Fragment = Object.fromEntries(kept);
  for (const [bound, exclusive] of [
    ['minimum', 'exclusiveMinimum'],
    ['maximum', 'exclusiveMaximum'],
  ] as const) {
    if (typeof own[exclusive] !== 'boolean') continue;
    const isExclusive = own[exclusive] && typeof own[bound] === 'number';
    delete own[exclusive];
    if (isExclusive) {
      own[exclusive] = own[bound];
      delete own[bound];
    }
  }
  return own;
}

function leftover(fragment: Fragment): readonly JsonSchemaObject[] {
  return Object.keys(fragment).length === 0 ? [] : [fragment];
}

function isPlain({ own, rest }: Flat): boolean {
  return (
    rest.length === 0 &&
    Object.keys(own).every((keyword) => PLAIN.has(keyword)) &&
    !typesOf(own)?.has('array')
  );
}
