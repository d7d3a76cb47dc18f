import { shardKey } from '../core/shards.js';
import type { StreamKey } from '../types.js';
import type { Connection } from './connection.js';
import { besides } from './keys.js';
import { fieldMap, list, number, text } from './replies.js';

/** What a stream knows of the shards of its channel. */
export function spreadKey(stream: StreamKey): string {
  return besides(stream, 'spread');
}

/** See `Broker.spread`. Each step is done once only, whoever comes first, so that it may be left off and gone on with. */
export async function spread(connection: Connection, stream: StreamKey, shards: number): Promise<number> {
  const first = await raise(connection, stream, shards);
  if (first.shards === 1) return 1;
  const stood = [first.at];
  for (let shard = 1; shard < first.from; shard++) {
    stood.push((await raise(connection, shardKey(stream, shard), first.shards)).at);
  }
  for (let shard = first.from; shard < first.shards; shard++) {
    await connection.script('fsOpen', [spreadKey(shardKey(stream, shard))], first.shards, ...stood);
  }
  return first.shards;
}

/** See `Broker.mayBegin`. */
export async function mayBegin(
  connection: Connection,
  stream: StreamKey,
  shard: number,
  group: string,
): Promise<boolean> {
  const known = fieldMap(await connection.call('HGETALL', spreadKey(shardKey(stream, shard))));
  // Whoever began to add it has not come to the end: that can be done for them.
  if (!known.has('opened')) {
    await spread(connection, stream, shard + 1);
    return false;
  }
  for (const [field, id] of known) {
    const [, other] = /^wait:(\d+)$/.exec(field) ?? [];
    if (other === undefined) continue;
    const key = shardKey(stream, Number(other));
    if ((await connection.script('fsSettledUpTo', [key], group, text(id))) !== 1) return false;
  }
  return true;
}

async function raise(connection: Connection, stream: StreamKey, shards: number) {
  const reply = list(await connection.script('fsRaise', [stream, spreadKey(stream)], shards));
  return { shards: number(reply[0]), from: number(reply[1]), at: text(reply[2]) };
}
