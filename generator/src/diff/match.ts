/** What became of the members of a list. */
export interface Matched<T> {
  readonly pairs: readonly (readonly [T, T])[];
  readonly removed: readonly T[];
  readonly added: readonly T[];
}

/**
 * Puts members of two lists together, by one key after the other: whom the first one matches is out of the way of
 * the next. A key counts only where it tells one of the old and one of the new apart from all others that are left.
 *
 * @param keys give undefined for a member that they say nothing about
 */
export function match<T>(
  before: readonly T[],
  after: readonly T[],
  keys: readonly ((member: T, isNew: boolean) => string | undefined)[],
): Matched<T> {
  let [removed, added] = [before, after];
  const pairs: (readonly [T, T])[] = [];
  for (const keyOf of keys) {
    const olds = uniqueBy(removed, (member) => keyOf(member, false));
    const news = uniqueBy(added, (member) => keyOf(member, true));
    const found = [...olds].flatMap(([key, old]) => {
      const next = news.get(key);
      return next === undefined ? [] : [[old, next] as const];
    });
    pairs.push(...found);
    const gone = new Set(found.flat());
    removed = removed.filter((member) => !gone.has(member));
    added = added.filter((member) => !gone.has(member));
  }
  return { pairs, removed, added };
}

function uniqueBy<T>(
  members: readonly T[],
  keyOf: (member: T) => string | undefined,
): ReadonlyMap<string, T> {
  const found = new Map<string, T>();
  const twice = new Set<string>();
  for (const member of members) {
    const key = keyOf(member);
    if (key === undefined) continue;
    if (found.has(key)) twice.add(key);
    found.set(key, member);
  }
  for (const key of twice) found.delete(key);
  return found;
}
