import type { Lookup } from '../../model/schemas/facts.js';
import type { CheckNode, ObjectNode, SchemaNode, UnionNode } from '../../model/types.js';

/** All that must hold at once for a value of a node, names followed. */
export interface Conjuncts {
  /** Parts none of which is an intersection, a refinement or a name. */
  readonly parts: readonly SchemaNode[];
  readonly checks: readonly CheckNode[];
}

export function conjunctsOf(node: SchemaNode, lookup: Lookup): Conjuncts {
  const parts: SchemaNode[] = [];
  const checks: CheckNode[] = [];
  const seen = new Set<SchemaNode>();
  const open = [node];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    if (next.kind === 'ref') open.push(lookup(next.name));
    else if (next.kind === 'intersection') open.push(...next.members);
    else if (next.kind === 'refined') {
      open.push(next.base);
      checks.push(...next.checks);
      open.push(...next.checks.flatMap(asNodes));
    } else parts.push(next);
  }
  return { parts, checks };
}

/** Checks that say what a node could say as well. */
function asNodes(check: CheckNode): readonly SchemaNode[] {
  if (check.kind === 'also') return [check.schema];
  return check.kind === 'anyOf' || check.kind === 'oneOf' ? [unionOf(check)] : [];
}

const unions = new WeakMap<CheckNode, UnionNode>();

/** The union that a check of alternatives amounts to; the same object each time. */
export function unionOf(check: Extract<CheckNode, { kind: 'anyOf' | 'oneOf' }>): UnionNode {
  const known = unions.get(check);
  if (known !== undefined) return known;
  const union: UnionNode = { kind: 'union', members: check.schemas, exclusive: check.kind === 'oneOf' };
  unions.set(check, union);
  return union;
}

export function objectsIn({ parts }: Conjuncts): readonly ObjectNode[] {
  return parts.filter((part) => part.kind === 'object');
}

/** Names of the properties that must be there. */
export function requiredIn(conjuncts: Conjuncts): ReadonlySet<string> {
  const names = objectsIn(conjuncts).flatMap(({ properties }) =>
    properties.filter(({ required }) => required).map(({ name }) => name),
  );
  const checked = conjuncts.checks.flatMap((check) => (check.kind === 'required' ? check.names : []));
  return new Set([...names, ...checked]);
}

/** The author says nothing of further properties: they pass, and nobody is thought to send any that has a meaning. */
export function isSilent({ additional, index }: ObjectNode): boolean {
  return additional === 'allowed' && index === undefined;
}
