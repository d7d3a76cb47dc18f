import { objectOf } from '../../model/schemas/facts.js';
import type { SchemaNode } from '../../model/types.js';
import { stepInto } from '../places.js';
import type { Breaks } from '../types.js';
import { either, NOBODY, type Where, without } from './difference.js';
import type { Walk } from './explain.js';
import { wordsFor } from './words.js';

/** One alternative. */
interface Member {
  readonly node: SchemaNode;
  /** The value that tells it from the others, and of which property. */
  readonly tag?: { readonly property: string; readonly value: string };
}

/** Members of a union, those of unions inside it too; undefined for what is none. */
export function membersOf(node: SchemaNode): readonly Member[] | undefined {
  if (node.kind === 'tagged') {
    const { property, members } = node;
    return members.map((member) => ({ node: member.node, tag: { property, value: member.value } }));
  }
  if (node.kind !== 'union') return undefined;
  return node.members.flatMap((member) => membersOf(member) ?? [{ node: member }]);
}

/** At least one of the two is a union; the other may be what one member has become. */
export function explainUnions(walk: Walk, o: SchemaNode, n: SchemaNode, where: Where, quiet: Breaks): Breaks {
  const { forward, backward } = walk.explainer;
  const property = tellingProperty(o) ?? tellingProperty(n);
  const olds = taggedBy(property, membersOf(o) ?? [{ node: o }], forward.inA);
  const left = new Set(taggedBy(property, membersOf(n) ?? [{ node: n }], forward.inB));
  const found: Breaks[] = [];
  const unmatched = new Set(olds);
  for (const fits of [sameTag, sameName, equal, oneWay, sameKind]) {
    for (const member of unmatched) {
      const next = [...left].find((other) => fits(member, other));
      if (next === undefined) continue;
      left.delete(next);
      unmatched.delete(member);
      found.push(walk.node(member.node, next.node, branch(where, next), quiet));
    }
  }
  for (const { node } of unmatched) {
    found.push(
      isNull(node)
        ? nullable(false)
        : walk.addKeywords([removed(node, !forward.holds(node, n))], where, quiet),
    );
  }
  for (const { node } of left) {
    found.push(
      isNull(node) ? nullable(true) : walk.addKeywords([added(node, !backward.holds(node, o))], where, quiet),
    );
  }
  return found.reduce(either, NOBODY);

  function nullable(now: boolean): Breaks {
    const breaks = { sending: now, receiving: !now };
    const message = now ? 'may be null now' : 'may not be null any more';
    const change = { kind: 'nullable-changed', message, before: !now, after: now, breaks } as const;
    walk.addKeywords([change], where, quiet);
    return without(breaks, quiet);
  }

  function equal(one: Member, other: Member): boolean {
    return isPlain(one, other) && walk.explainer.forward.sameValues(one.node, other.node);
  }

  function oneWay(one: Member, other: Member): boolean {
    const { sending, receiving } = walk.proof(one.node, other.node);
    return isPlain(one, other) && (sending || receiving);
  }

  /** The only two of a kind that are left. */
  function sameKind(one: Member, other: Member): boolean {
    const kinds = (members: Iterable<Member>, { node: { kind } }: Member) =>
      [...members].filter(({ node }) => node.kind === kind).length;
    return (
      isPlain(one, other) &&
      one.node.kind === other.node.kind &&
      kinds(unmatched, one) === 1 &&
      kinds(left, other) === 1
    );
  }
}

function removed(node: SchemaNode, receiving: boolean) {
  const before = wordsFor(node);
  return {
    kind: 'union-member-removed',
    message: `may not be ${before} any more`,
    before,
    breaks: { sending: false, receiving },
  } as const;
}

function added(node: SchemaNode, sending: boolean) {
  const after = wordsFor(node);
  return {
    kind: 'union-member-added',
    message: `may be ${after} now`,
    after,
    breaks: { sending, receiving: false },
  } as const;
}

/** The property whose value tells the members of a union apart. */
function tellingProperty(node: SchemaNode): string | undefined {
  if (node.kind !== 'union') return undefined;
  return [node, ...node.members]
    .map((each) => (each.kind === 'union' ? each.discriminator : undefined))
    .find((each) => each !== undefined);
}

/** Members with the value of the property that tells them apart, where they have one. */
function taggedBy(
  property: string | undefined,
  members: readonly Member[],
  lookup: (name: string) => SchemaNode,
): readonly Member[] {
  return members.map((member) => {
    if (property === undefined || member.tag !== undefined) return member;
    const object = objectOf(member.node, lookup);
    const telling = object?.properties.find(({ name }) => name === property)?.node;
    if (telling?.kind !== 'literal') return member;
    return { ...member, tag: { property, value: telling.values.map(String).join('|') } };
  });
}

function branch({ path, old, new: now }: Where, { tag, node }: Member): Where {
  if (tag === undefined) {
    return { path: node.kind === 'object' ? `${path}<object>` : path, old, new: now };
  }
  const into = { kind: 'branch', ...tag } as const;
  return { path: `${path}<${tag.value}>`, old: stepInto(old, into), new: stepInto(now, into) };
}

function sameTag(one: Member, other: Member): boolean {
  return (
    one.tag !== undefined && one.tag.value === other.tag?.value && one.tag.property === other.tag.property
  );
}

function sameName({ node: one }: Member, { node: other }: Member): boolean {
  return one.kind === 'ref' && other.kind === 'ref' && one.name === other.name;
}

/** Neither is told apart by a value: nothing but their shapes says whether they belong together. */
function isPlain(one: Member, other: Member): boolean {
  return one.tag === undefined && other.tag === undefined && isNull(one.node) === isNull(other.node);
}

function isNull({ kind }: SchemaNode): boolean {
  return kind === 'null';
}
