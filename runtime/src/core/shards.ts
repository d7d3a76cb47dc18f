import type { StreamKey } from '../types.js';
import { jumpHash } from './jump-hash.js';

/** The stream of one shard. The first is the channel's own, so that a channel with one shard is like any other. */
export function shardKey(stream: StreamKey, shard: number): StreamKey {
  return shard === 0 ? stream : `${stream}:shard:${shard}`;
}

/** The streams of all shards, in their order. */
export function shardKeys(stream: StreamKey, shards: number): readonly StreamKey[] {
  return Array.from({ length: shards }, (_, shard) => shardKey(stream, shard));
}

/** The stream that a message belongs into. @param key its order key, else its id */
export function shardOf(stream: StreamKey, key: string, shards: number): StreamKey {
  return shardKey(stream, jumpHash(key, shards));
}
