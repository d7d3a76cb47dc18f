import { shardKey } from '../core/shards.js';
import { FsError } from '../errors.js';
import type { AppendDemands, StreamKey } from '../types.js';
import type { MemoryStream, StreamPosition } from './stream.js';

/** A shard that was added: what stood in the others then. */
interface Added {
  readonly waitsFor: ReadonlyMap<StreamKey, StreamPosition>;
}

/** How channels came to be spread over several streams. See `Broker.spread`. */
export class Spreadings {
  readonly #stream: (key: StreamKey) => MemoryStream;
  /** Shards in effect, by the channel's own stream. */
  readonly #shards = new Map<StreamKey, number>();
  readonly #channelOf = new Map<StreamKey, StreamKey>();
  readonly #added = new Map<StreamKey, Added>();

  constructor(stream: (key: StreamKey) => MemoryStream) {
    this.#stream = stream;
  }

  shards(channel: StreamKey): number {
    return this.#shards.get(channel) ?? 1;
  }

  spread(channel: StreamKey, shards: number): number {
    const before = this.shards(channel);
    if (shards <= before) return before;
    const stood = new Map<StreamKey, StreamPosition>();
    for (let shard = 0; shard < before; shard++) {
      const key = shardKey(channel, shard);
      stood.set(key, this.#stream(key).end);
      this.#channelOf.set(key, channel);
    }
    for (let shard = before; shard < shards; shard++) {
      const key = shardKey(channel, shard);
      this.#channelOf.set(key, channel);
      this.#added.set(key, { waitsFor: stood });
    }
    this.#shards.set(channel, shards);
    return shards;
  }

  mayBegin(channel: StreamKey, shard: number, group: string): boolean {
    const { waitsFor } = this.#added.get(shardKey(channel, shard)) ?? {};
    if (waitsFor === undefined) {
      this.spread(channel, shard + 1);
      return false;
    }
    return [...waitsFor].every(([key, end]) => this.#stream(key).isSettledUpTo(group, end));
  }

  /** @throws FsError `FS_SHARDS_CHANGED` */
  check(stream: StreamKey, demand: AppendDemands['shards']): void {
    if (demand === undefined) return;
    const channel = this.#channelOf.get(stream);
    const shards = channel === undefined ? 1 : this.shards(channel);
    if (shards <= demand.count && (!demand.added || this.#added.has(stream))) return;
    throw new FsError('FS_SHARDS_CHANGED', `${stream} belongs to a channel with ${shards} shards now`);
  }
}
