import { hash32 } from './jump-hash.js';

/**
 * Which member works which of `shards`: by rendezvous hashing with bounded loads. Everybody who knows the same members
 * comes to the same result; loads differ by one at most; and when a member comes or goes, few shards move beside its own.
 *
 * @param members names, in any order
 * @returns the member of each shard; empty when there are no members
 */
export function spread(members: readonly string[], shards: number): readonly string[] {
  if (members.length === 0) return [];
  const least = Math.floor(shards / members.length);
  let larger = shards % members.length;
  const load = new Map(members.map((member) => [member, 0]));
  return Array.from({ length: shards }, (_, shard) => {
    const ranked = [...members].sort((a, b) => weight(b, shard) - weight(a, shard) || compare(a, b));
    const chosen = ranked.find((member) => {
      const has = load.get(member) ?? 0;
      return has < least || (has === least && larger > 0);
    }) as string;
    const has = load.get(chosen) ?? 0;
    if (has === least) larger -= 1;
    load.set(chosen, has + 1);
    return chosen;
  });
}

function weight(member: string, shard: number): number {
  return hash32(`${shard}/${member}`);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
