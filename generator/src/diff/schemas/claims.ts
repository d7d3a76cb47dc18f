import type { Lookup } from '../../model/schemas/facts.js';
import type { CheckNode, SchemaNode } from '../../model/types.js';

/**
 * What else is said about the value that a proof looks at a part of: how often each property is described, and
 * items under `ITEMS`. `none`: the part is all there is. `all`: nothing is taken for undescribed.
 */
export type Claims = 'none' | 'all' | ReadonlyMap<string, number>;

/** Stands for the items of an array; no property's name begins like this in a count of names. */
export const ITEMS = '\u0000items';

/** How often a property, or `ITEMS`, is described besides or in the part that is looked at. */
export function timesClaimed(claims: Claims, name: string): number {
  if (claims === 'none') return 0;
  return claims === 'all' ? Number.POSITIVE_INFINITY : (claims.get(name) ?? 0);
}

/** What is claimed inside a property or an item: nothing, unless more than one part describes it. */
export function claimsInside(claims: Claims, name: string): Claims {
  return timesClaimed(claims, name) > 1 ? 'all' : 'none';
}

/** Everything that a node says about properties and items of one value. */
export function claimsOf(node: SchemaNode, lookup: Lookup): Claims {
  const counts = new Map<string, number>();
  return collect(node, lookup, counts, new Set()) ? counts : 'all';
}

/** False when names can't be listed, because a pattern describes them. */
function collect(node: SchemaNode, lookup: Lookup, into: Map<string, number>, seen: Set<string>): boolean {
  switch (node.kind) {
    case 'ref': {
      if (seen.has(node.name)) return true;
      return collect(lookup(node.name), lookup, into, new Set(seen).add(node.name));
    }
    case 'object':
      for (const { name } of node.properties) add(into, name, 1);
      return true;
    case 'array':
    case 'tuple':
      add(into, ITEMS, 1);
      return true;
    case 'intersection':
      return node.members.every((member) => collect(member, lookup, into, seen));
    case 'union':
      return collectEither(node.members, lookup, into, seen);
    case 'tagged':
      add(into, node.property, 1);
      return collectEither(
        node.members.map((member) => member.node),
        lookup,
        into,
        seen,
      );
    case 'refined':
      return (
        collect(node.base, lookup, into, seen) &&
        node.checks.every((check) => collectCheck(check, lookup, into, seen))
      );
    default:
      return true;
  }
}

/** Of alternatives only one holds: what each describes once is described once. */
function collectEither(
  nodes: readonly SchemaNode[],
  lookup: Lookup,
  into: Map<string, number>,
  seen: Set<string>,
): boolean {
  const most = new Map<string, number>();
  for (const node of nodes) {
    const own = new Map<string, number>();
    if (!collect(node, lookup, own, seen)) return false;
    for (const [name, count] of own) most.set(name, Math.max(count, most.get(name) ?? 0));
  }
  for (const [name, count] of most) add(into, name, count);
  return true;
}

function collectCheck(
  check: CheckNode,
  lookup: Lookup,
  into: Map<string, number>,
  seen: Set<string>,
): boolean {
  const all = (nodes: readonly (SchemaNode | undefined)[]) =>
    nodes.every((node) => node === undefined || collect(node, lookup, into, seen));
  switch (check.kind) {
    case 'also':
    case 'not':
      return all([check.schema]);
    case 'anyOf':
    case 'oneOf':
      return all(check.schemas);
    case 'conditional':
      return all([check.condition, check.consequent, check.alternative]);
    case 'contains':
      add(into, ITEMS, 1);
      return true;
    case 'required':
      for (const name of check.names) add(into, name, 1);
      return true;
    case 'ownProperties':
      for (const { name } of check.schemas) add(into, name, 1);
      return true;
    case 'patternProperties':
      return false;
    case 'dependencies':
      for (const { name, needs } of check.rules) {
        add(into, name, 1);
        if (isList(needs)) for (const needed of needs) add(into, needed, 1);
        else if (!collect(needs, lookup, into, seen)) return false;
      }
      return true;
    default:
      return true;
  }
}

/** What a dependency needs: other properties, or a schema. */
export function isList(needs: readonly string[] | SchemaNode): needs is readonly string[] {
  return Array.isArray(needs);
}

function add(into: Map<string, number>, name: string, count: number): void {
  into.set(name, (into.get(name) ?? 0) + count);
}
