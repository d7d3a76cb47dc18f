import type { SchemaNode, UnionNode } from '../types.js';
import {
  areDisjoint,
  haveNothingInCommon,
  type Lookup,
  objectOf,
  requiredLiterals,
  valueTypes,
} from './facts.js';
import { canonical } from './keywords.js';
import { mapChildren } from './map-node.js';

/**
 * What can only be seen once every schema has its node: which unions can't overlap, which property tells
 * their members apart, and what says nothing that something else does not say already.
 */
export function settle(node: SchemaNode, lookup: Lookup): SchemaNode {
  const inner = mapChildren(node, (child) => settle(child, lookup));
  if (inner.kind === 'union') return settleUnion(inner, lookup);
  if (inner.kind === 'intersection') return withoutBareTypes(inner.members, lookup);
  return inner;
}

function settleUnion(union: UnionNode, lookup: Lookup): SchemaNode {
  const exclusive = union.exclusive && !pairwiseDisjoint(union.members, lookup);
  const members = exclusive ? union.members : simplified(union.members);
  const [only] = members;
  if (members.length === 1 && only !== undefined) return only;
  if (exclusive) return { ...union, members };
  if (members.some(({ kind }) => kind === 'unknown')) return { kind: 'unknown' };
  return discriminated(nullLast(members), lookup);
}

/** As people write it; the order makes no difference to what matches. */
function nullLast(members: readonly SchemaNode[]): readonly SchemaNode[] {
  const isNull = ({ kind }: SchemaNode) => kind === 'null';
  return [...members.filter((member) => !isNull(member)), ...members.filter(isNull)];
}

function pairwiseDisjoint(members: readonly SchemaNode[], lookup: Lookup): boolean {
  return members.every((one, index) =>
    members.slice(index + 1).every((other) => areDisjoint(one, other, lookup)),
  );
}

/** Unions inside an inclusive union are part of it, and nothing needs to be said twice. */
function simplified(members: readonly SchemaNode[]): readonly SchemaNode[] {
  const flat = members.flatMap((member) =>
    member.kind === 'union' && !member.exclusive && member.discriminator === undefined
      ? member.members
      : [member],
  );
  const possible = flat.filter(({ kind }) => kind !== 'never');
  const unique = [...new Map(possible.map((member) => [canonical(member), member])).values()];
  const literals = unique.flatMap((member) => (member.kind === 'literal' ? member.values : []));
  const others = unique.filter(({ kind }) => kind !== 'literal');
  const unqualified = unique.length - others.length;
  if (unique.length === 0) return flat.slice(0, 1);
  return unqualified > 1 ? [{ kind: 'literal', values: literals }, ...others] : unique;
}

/** The objects of a union as one of their own, if a property tells them apart. */
function discriminated(members: readonly SchemaNode[], lookup: Lookup): SchemaNode {
  const objects = members.filter((member) => objectOf(member, lookup) !== undefined);
  const property = tellingProperty(objects, lookup);
  if (property === undefined) return { kind: 'union', members, exclusive: false };
  const union: UnionNode = { kind: 'union', members: objects, discriminator: property, exclusive: false };
  const others = members.filter((member) => !objects.includes(member));
  return others.length === 0 ? union : { kind: 'union', members: [union, ...others], exclusive: false };
}

function tellingProperty(objects: readonly SchemaNode[], lookup: Lookup): string | undefined {
  if (objects.length < 2) return undefined;
  const candidates = objects.map((node) => {
    const object = objectOf(node, lookup);
    return object === undefined ? [] : requiredLiterals(object, lookup);
  });
  const names = [...new Set(candidates[0]?.map(({ name }) => name))].sort();
  return names.find((name) => {
    const values = candidates.map((each) => each.find((candidate) => candidate.name === name)?.values);
    return values.every(
      (one, index) =>
        one !== undefined &&
        values.slice(index + 1).every((other) => other !== undefined && haveNothingInCommon(one, other)),
    );
  });
}

/** `type: object` beside a union of objects says nothing new. */
function withoutBareTypes(members: readonly SchemaNode[], lookup: Lookup): SchemaNode {
  const kept = members.filter((member, index) => {
    if (!isBare(member)) return true;
    const types = valueTypes(member, lookup);
    const covers = (other: SchemaNode) => [...valueTypes(other, lookup)].every((type) => types.has(type));
    // Of two that are equally bare, the first one stays.
    return !members.some((other, i) => i !== index && (i < index || !isBare(other)) && covers(other));
  });
  const [only] = kept;
  return kept.length === 1 && only !== undefined ? only : { kind: 'intersection', members: kept };
}

const BARE: ReadonlySet<string> = new Set(
  [
    { kind: 'boolean' },
    { kind: 'string' },
    { kind: 'number', integer: false },
    { kind: 'array', items: { kind: 'unknown' } },
  ].map(canonical),
);

/** A type and nothing else. */
function isBare(node: SchemaNode): boolean {
  if (node.kind === 'object') return node.properties.length === 0 && node.additional === 'allowed';
  return BARE.has(canonical(node));
}
