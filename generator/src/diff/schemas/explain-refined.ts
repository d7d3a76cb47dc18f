import type { CheckNode, IntersectionNode, SchemaNode } from '../../model/types.js';
import type { Breaks } from '../types.js';
import { checkFollows } from './checks.js';
import { claimsOf } from './claims.js';
import { either, NOBODY, type Where } from './difference.js';
import type { Walk } from './explain.js';
import type { KeywordChange } from './explain-scalars.js';

/** Conditions that go with a type; at least one side has some. */
export function explainRefined(
  walk: Walk,
  o: SchemaNode,
  n: SchemaNode,
  where: Where,
  quiet: Breaks,
): Breaks {
  const [oldBase, newBase] = [baseOf(o), baseOf(n)];
  const { forward, backward } = walk.explainer;
  const unmet = (whole: SchemaNode, checks: readonly CheckNode[], proof: typeof forward) =>
    checks.filter((check) => !checkFollows(proof, whole, check, claimsOf(whole, proof.inA)));
  const news = new Set(unmet(o, checksOf(n), forward).map(wordsForCheck));
  const gone = new Set(unmet(n, checksOf(o), backward).map(wordsForCheck));
  const changes = [...new Set([...news, ...gone])].map((words): KeywordChange => {
    const breaks = { sending: gone.has(words), receiving: news.has(words) };
    const said = breaks.sending && breaks.receiving;
    return {
      kind: 'condition-changed',
      message: said
        ? `has another condition (${words}): can’t be judged`
        : breaks.receiving
          ? `has a new condition (${words})`
          : `has lost a condition (${words})`,
      ...(breaks.sending && { before: words }),
      ...(breaks.receiving && { after: words }),
      keyword: words,
      breaks,
    };
  });
  return either(walk.node(oldBase, newBase, where, quiet), walk.addKeywords(changes, where, quiet));
}

function baseOf(node: SchemaNode): SchemaNode {
  return node.kind === 'refined' ? node.base : node;
}

function checksOf(node: SchemaNode): readonly CheckNode[] {
  return node.kind === 'refined' ? node.checks : [];
}

/** The keyword that a check comes from. */
function wordsForCheck(check: CheckNode): string {
  switch (check.kind) {
    case 'also':
      return 'allOf';
    case 'conditional':
      return 'if';
    case 'itemCount':
      return check.max === undefined ? 'minItems' : 'maxItems';
    case 'propertyCount':
      return check.max === undefined ? 'minProperties' : 'maxProperties';
    case 'ownProperties':
      return 'properties';
    default:
      return check.kind;
  }
}

/** `allOf`: members that go together by name, or by kind in their order. */
export function explainIntersections(
  walk: Walk,
  o: IntersectionNode,
  n: IntersectionNode,
  where: Where,
  quiet: Breaks,
): Breaks {
  const left = new Set(n.members);
  const found: Breaks[] = [];
  for (const fits of [sameName, sameKind]) {
    for (const member of o.members) {
      const next = [...left].find((other) => fits(member, other));
      if (next === undefined || (fits === sameKind && member.kind === 'ref')) continue;
      left.delete(next);
      found.push(walk.node(member, next, where, quiet));
    }
  }
  return found.reduce(either, NOBODY);
}

function sameName(one: SchemaNode, other: SchemaNode): boolean {
  return one.kind === 'ref' && other.kind === 'ref' && one.name === other.name;
}

function sameKind(one: SchemaNode, other: SchemaNode): boolean {
  return one.kind === other.kind && one.kind !== 'ref';
}
