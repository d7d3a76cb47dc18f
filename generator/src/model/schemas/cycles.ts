export interface Cycles<T> {
  /** What contains itself, directly or through others. */
  readonly members: ReadonlySet<T>;
  /** Where a walk from the roots runs into itself: each cycle has at least one. */
  readonly entrances: ReadonlySet<T>;
}

interface Visit<T> {
  readonly node: T;
  readonly children: readonly T[];
  readonly index: number;
  next: number;
  low: number;
}

/** Tarjan's strongly connected components, without recursion: chains of schemas may be thousands long. */
export function findCycles<T>(roots: readonly T[], childrenOf: (node: T) => readonly T[]): Cycles<T> {
  const members = new Set<T>();
  const entrances = new Set<T>();
  const indices = new Map<T, number>();
  const component: T[] = [];
  const open = new Set<T>();

  for (const root of roots) {
    if (indices.has(root)) continue;
    const path: Visit<T>[] = [enter(root)];
    const onPath = new Set([root]);
    for (let visit = path.at(-1); visit !== undefined; visit = path.at(-1)) {
      const child = visit.children[visit.next];
      visit.next += 1;
      if (child === undefined) {
        path.pop();
        onPath.delete(visit.node);
        leave(visit);
        const parent = path.at(-1);
        if (parent !== undefined) parent.low = Math.min(parent.low, visit.low);
      } else if (!indices.has(child)) {
        path.push(enter(child));
        onPath.add(child);
      } else {
        if (onPath.has(child)) entrances.add(child);
        if (open.has(child)) visit.low = Math.min(visit.low, indices.get(child) ?? visit.low);
      }
    }
  }
  return { members, entrances };

  function enter(node: T): Visit<T> {
    const index = indices.size;
    indices.set(node, index);
    component.push(node);
    open.add(node);
    return { node, children: childrenOf(node), index, next: 0, low: index };
  }

  function leave({ node, children, index, low }: Visit<T>): void {
    if (low !== index) return;
    const closed = component.splice(component.lastIndexOf(node));
    for (const each of closed) open.delete(each);
    const cyclic = closed.length > 1 || children.includes(node);
    if (cyclic) for (const each of closed) members.add(each);
  }
}
