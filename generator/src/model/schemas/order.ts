import { compare } from '../naming/allocate.js';
import type { NamedSchema, SchemaNode } from '../types.js';
import { findCycles } from './cycles.js';
import { eachChild } from './map-node.js';

type Unordered = Omit<NamedSchema, 'recursive'>;

/**
 * Puts each schema after those that it uses, as far as there is no cycle; beyond that, by name. Finds out
 * which contain themselves.
 */
export function inOrder(schemas: readonly Unordered[]): readonly NamedSchema[] {
  const byName = new Map(schemas.map((schema) => [schema.name, schema]));
  const uses = new Map(schemas.map(({ name, node }) => [name, [...namesIn(node)].sort(compare)]));
  const names = [...byName.keys()].sort(compare);
  const { members: recursive } = findCycles(names, (name) => uses.get(name) ?? []);
  return followUses(names, uses).flatMap((name) => {
    const schema = byName.get(name);
    return schema === undefined ? [] : [{ ...schema, recursive: recursive.has(name) }];
  });
}

/** Depth first, with a stack of its own: chains may be long. */
function followUses(
  names: readonly string[],
  uses: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const done: string[] = [];
  const seen = new Set<string>();
  for (const root of names) {
    const path: { name: string; next: number }[] = [];
    const enter = (name: string) => {
      if (seen.has(name)) return;
      seen.add(name);
      path.push({ name, next: 0 });
    };
    enter(root);
    for (let visit = path.at(-1); visit !== undefined; visit = path.at(-1)) {
      const used = uses.get(visit.name)?.[visit.next];
      visit.next += 1;
      if (used !== undefined) {
        enter(used);
      } else {
        done.push(visit.name);
        path.pop();
      }
    }
  }
  return done;
}

/** Names of the schemas that a node refers to. */
export function namesIn(node: SchemaNode, found: Set<string> = new Set()): ReadonlySet<string> {
  if (node.kind === 'ref') found.add(node.name);
  eachChild(node, (child) => namesIn(child, found));
  return found;
}
