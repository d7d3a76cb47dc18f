import { shardKeys, shardOf } from '../../../runtime/src/core/shards.js';
import { slotOf } from '../../../runtime/src/redis/keys.js';
import type { Book } from './book.js';

/** A channel whose shards have slots of their own, the same number of them on each master, give or take one. */
export function spreadOver(masters: number, shards: number): string {
  for (let i = 0; ; i++) {
    const stream = `chaos.jobs.${i}`;
    const slots = shardKeys(stream, shards).map(slotOf);
    const loads = Array<number>(masters).fill(0);
    for (const slot of slots) {
      const master = Math.floor((slot * masters) / 16_384);
      loads[master] = (loads[master] ?? 0) + 1;
    }
    if (new Set(slots).size === shards && Math.max(...loads) - Math.min(...loads) <= 1) return stream;
  }
}

/** The first so many keys that belong to a shard. */
export function keysOf(shard: string, stream: string, shards: number, count: number): readonly string[] {
  const keys: string[] = [];
  for (let i = 0; keys.length < count; i++) {
    if (shardOf(stream, `key-${i}`, shards) === shard) keys.push(`key-${i}`);
  }
  return keys;
}

/**
 * Messages that were started, for the first time, before one of their key that was published earlier had been handled at
 * all. One that was never handled is lost, or was never written; it stands in nobody's way.
 *
 * @param ofKey numbers of the messages of one key, in the order of publishing
 */
export function outOfOrder({ firstStart, firstDone }: Book, ofKey: readonly number[]): readonly number[] {
  let handled = 0;
  return ofKey.filter((n) => {
    const isEarly = (firstStart[n] ?? Number.POSITIVE_INFINITY) < handled;
    handled = Math.max(handled, firstDone[n] ?? 0);
    return isEarly;
  });
}
