import { areDisjoint, type Lookup } from '../../model/schemas/facts.js';
import type { SchemaNode } from '../../model/types.js';
import { accepts } from './accepts.js';

/** Whether no value can match both, each node being of a model of its own. `false` when that isn't certain. */
export function disjoint(a: SchemaNode, inA: Lookup, b: SchemaNode, inB: Lookup): boolean {
  if (a.kind === 'ref') return disjoint(inA(a.name), inA, b, inB);
  if (b.kind === 'ref') return disjoint(a, inA, inB(b.name), inB);
  if (a.kind === 'literal') return a.values.every((value) => accepts(b, value, inB) === false);
  if (b.kind === 'literal') return b.values.every((value) => accepts(a, value, inA) === false);
  return areDisjoint(a, b, inA, inB);
}
