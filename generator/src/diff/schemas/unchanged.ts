import { canonical } from '../../model/schemas/keywords.js';
import { namesIn } from '../../model/schemas/order.js';
import type { NamedSchema, SchemaNode } from '../../model/types.js';

/** Tells whether two nodes, the first of the one side and the second of the other, are written in the same way. */
export type Sameness = (one: SchemaNode, other: SchemaNode) => boolean;

/** Nodes are the same if they look the same and every name in them stands for the same on both sides. */
export function samenessOf(old: ReadonlyMap<string, NamedSchema>, now: typeof old): Sameness {
  const names = unchangedNames(old, now);
  return (one, other) =>
    [...namesIn(one)].every((name) => names.has(name)) && canonical(one) === canonical(other);
}

function unchangedNames(old: ReadonlyMap<string, NamedSchema>, now: typeof old): ReadonlySet<string> {
  const leads = new Map<string, ReadonlySet<string>>();
  for (const [name, { node }] of old) {
    const other = now.get(name);
    if (other !== undefined && canonical(node) === canonical(other.node)) leads.set(name, namesIn(node));
  }
  // What leads to something that has changed has changed.
  for (let before = -1; before !== leads.size; ) {
    before = leads.size;
    for (const [name, others] of leads) {
      if ([...others].some((other) => !leads.has(other))) leads.delete(name);
    }
  }
  return new Set(leads.keys());
}
