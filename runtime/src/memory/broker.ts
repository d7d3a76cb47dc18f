import { backlogFull, FsError } from '../errors.js';
import type {
  AppendDemands,
  BatchNumber,
  Broker,
  Clock,
  Consumer,
  ConsumerSource,
  Coordination,
  CoordinationSource,
  EntryId,
  StreamKey,
} from '../types.js';
import { wakefulClock } from './clock.js';
import { MemoryConsumer } from './consumer.js';
import { ChannelKnowledge, MemoryCoordination } from './coordination.js';
import type { PendingEntry } from './group.js';
import { Spreadings } from './spreading.js';
import { MemoryStream } from './stream.js';

export interface MemoryOptions {
  /** Where time comes from: ids, idle times, waiting reads. Default: the machine's clock. */
  readonly clock?: Clock;
}

/**
 * A broker inside the process, with the semantics of Redis. For tests of handlers, and for trying things out
 * without a server. Workers and clients that are given the same one share it; other processes can't, and
 * nothing outlives the process. There are no replicas: `confirm` is always met.
 */
export interface MemoryBroker extends Broker {
  readonly kind: 'memory';
  /** Keys of the streams that hold entries, in the order in which they came to be. */
  streams(): readonly StreamKey[];
  /** What a stream holds, oldest first; fields are names and values in turn. */
  entries(stream: StreamKey): readonly { readonly id: EntryId; readonly fields: readonly Uint8Array[] }[];
  /** The pending list of a group, oldest first; empty when there is no such group. */
  pending(stream: StreamKey, group: string): readonly PendingEntry[];
  /** As Redis's XDEL: a pending entry stays pending, with nothing left of it. Tells whether it was there. */
  deleteEntry(stream: StreamKey, id: EntryId): boolean;
  /** As Redis's DEL: entries and groups are gone. */
  deleteStream(stream: StreamKey): void;
  /** As Redis's XGROUP DESTROY. Tells whether it was there. */
  destroyGroup(stream: StreamKey, group: string): boolean;
}

/** Makes a broker inside the process. */
export function memory(options: MemoryOptions = {}): MemoryBroker {
  return new InProcessBroker(options.clock ?? wakefulClock);
}

class InProcessBroker implements MemoryBroker {
  readonly kind = 'memory';
  readonly location = 'in-process';
  readonly clock: Clock;
  readonly #streams = new Map<StreamKey, MemoryStream>();
  readonly #channels = new Map<StreamKey, ChannelKnowledge>();
  readonly #spreadings = new Spreadings((key) => this.stream(key));
  readonly #consumers = new Set<MemoryConsumer>();
  #closed = false;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  async start(): Promise<void> {
    this.refuseIfClosed();
  }

  async append(stream: StreamKey, fields: readonly Uint8Array[]): Promise<EntryId> {
    this.refuseIfClosed();
    return this.stream(stream).append(fields, this.clock.time());
  }

  async appendBatch(
    key: StreamKey,
    entries: readonly (readonly Uint8Array[])[],
    { producer, sequence }: BatchNumber,
    { maxBacklog, shards }: AppendDemands = {},
  ): Promise<readonly EntryId[]> {
    this.refuseIfClosed();
    const stream = this.stream(key);
    const known = stream.lastBatch(producer);
    if (known?.sequence === sequence) return known.ids;
    this.#spreadings.check(key, shards);
    if (maxBacklog !== undefined) {
      const room = maxBacklog - stream.backlog();
      if (entries.length > room) throw backlogFull(key, maxBacklog, room);
    }
    const ids = entries.map((fields) => stream.append(fields, this.clock.time()));
    stream.rememberBatch(producer, { sequence, ids });
    return ids;
  }

  async consume(source: ConsumerSource): Promise<Consumer> {
    this.refuseIfClosed();
    const consumer = new MemoryConsumer(this, source);
    this.#consumers.add(consumer);
    return consumer;
  }

  coordinate({ stream, group, member }: CoordinationSource): Coordination {
    const channel = this.#channels.get(stream) ?? new ChannelKnowledge(() => this.#spreadings.shards(stream));
    this.#channels.set(stream, channel);
    return new MemoryCoordination(this, channel, group, member);
  }

  async spread(stream: StreamKey, shards: number): Promise<number> {
    this.refuseIfClosed();
    return this.#spreadings.spread(stream, shards);
  }

  async mayBegin(stream: StreamKey, shard: number, group: string): Promise<boolean> {
    this.refuseIfClosed();
    return this.#spreadings.mayBegin(stream, shard, group);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.all([...this.#consumers].map((consumer) => consumer.close()));
  }

  streams(): readonly StreamKey[] {
    return [...this.#streams].flatMap(([key, stream]) => (stream.entries().length > 0 ? [key] : []));
  }

  entries(stream: StreamKey) {
    return (this.#streams.get(stream)?.entries() ?? []).map(({ id, fields }) => ({
      id,
      fields: fields.map((bytes) => Buffer.from(bytes)),
    }));
  }

  pending(stream: StreamKey, group: string): readonly PendingEntry[] {
    return this.#streams.get(stream)?.group(group)?.pending(this.clock.now()) ?? [];
  }

  deleteEntry(stream: StreamKey, id: EntryId): boolean {
    return this.#streams.get(stream)?.deleteEntry(id) ?? false;
  }

  deleteStream(stream: StreamKey): void {
    this.#streams.get(stream)?.clear();
  }

  destroyGroup(stream: StreamKey, group: string): boolean {
    return this.#streams.get(stream)?.destroyGroup(group) ?? false;
  }

  stream(key: StreamKey): MemoryStream {
    let stream = this.#streams.get(key);
    if (stream === undefined) {
      stream = new MemoryStream();
      this.#streams.set(key, stream);
    }
    return stream;
  }

  onClosed(consumer: MemoryConsumer): void {
    this.#consumers.delete(consumer);
  }

  refuseIfClosed(): void {
    if (this.#closed) throw new FsError('FS_BROKER_CLOSED', 'The in-process broker is closed');
  }
}
