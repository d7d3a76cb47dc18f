/** One thing that wants a name. */
export interface NameRequest {
  /** Tells it apart and never depends on the order in which a document lists things. */
  readonly key: string;
  /** From the best to the last resort; never empty. */
  readonly candidates: readonly [string, ...string[]];
  /** Who wins a contest for the same name: the lower one. */
  readonly rank: number;
}

/**
 * Gives each request a name of its own. Nobody gets a contested name by coming first: of two equals that
 * want the same one, both move to their next candidate; only when those run out are they numbered, in the
 * order of their keys. So a name changes only when something that wants it too comes or goes.
 */
export function allocateNames(
  requests: readonly NameRequest[],
  reserved: Iterable<string> = [],
): ReadonlyMap<string, string> {
  const taken = new Set(reserved);
  const names = new Map<string, string>();
  const ranks = [...new Set(requests.map(({ rank }) => rank))].sort((a, b) => a - b);
  for (const rank of ranks) {
    const equals = requests.filter((request) => request.rank === rank);
    const contested = settleUncontested(equals, taken, names);
    for (const request of contested.sort((a, b) => compare(a.key, b.key))) {
      give(request.key, numbered(request.candidates[0], taken), taken, names);
    }
  }
  return names;
}

/** Goes through the candidates level by level; gives back who got none. */
function settleUncontested(
  requests: readonly NameRequest[],
  taken: Set<string>,
  names: Map<string, string>,
): NameRequest[] {
  let open = [...requests];
  const levels = Math.max(0, ...requests.map(({ candidates }) => candidates.length));
  for (let level = 0; level < levels; level += 1) {
    const wanted = new Map<string, number>();
    for (const { candidates } of open) {
      const name = candidates[level];
      if (name !== undefined) wanted.set(name, (wanted.get(name) ?? 0) + 1);
    }
    const free = (name: string | undefined): name is string =>
      name !== undefined && wanted.get(name) === 1 && !taken.has(name);
    const settled = open.filter(({ candidates }) => free(candidates[level]));
    for (const { key, candidates } of settled) give(key, candidates[level] ?? '', taken, names);
    open = open.filter(({ key }) => !names.has(key));
  }
  return open;
}

function give(key: string, name: string, taken: Set<string>, names: Map<string, string>): void {
  taken.add(name);
  names.set(key, name);
}

function numbered(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  let number = 2;
  while (taken.has(`${name}${number}`)) number += 1;
  return `${name}${number}`;
}

/** By code units: the same on every machine, whatever its language. */
export function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
