import type {
  AppendDemands,
  BatchNumber,
  Broker,
  Consumer,
  ConsumerSource,
  Coordination,
  CoordinationSource,
  EntryId,
  StreamKey,
} from '../../runtime/src/types.js';
import { SimulatedConsumer } from './consumer.js';
import { SimulatedCoordination } from './coordination.js';
import type { Host } from './host.js';
import { Member } from './member.js';
import { replaced } from './mutation.js';
import { Wire } from './wire.js';
import type { World } from './world.js';

/** The in-process broker as one process reaches it: over a wire on which everything can go wrong. */
export class SimulatedBroker implements Broker {
  readonly kind = 'memory';
  readonly location = 'simulated';
  readonly #world: World;
  readonly #wire: Wire;
  readonly #member: Member;
  /** Of the one producer in this process, by stream. */
  readonly #newestBatch = new Map<StreamKey, number>();

  constructor(world: World, host: Host, member = new Member(host)) {
    this.#world = world;
    this.#wire = new Wire(world, host);
    this.#member = member;
  }

  start(): Promise<void> {
    return this.#wire.request({ name: 'start', execute: () => this.#world.memory.start() });
  }

  append(stream: StreamKey, fields: readonly Uint8Array[]): Promise<EntryId> {
    const execute = () => this.#world.memory.append(stream, fields);
    return this.#wire.request({ name: 'append', execute, doubt: 'FS_PUBLISH_UNCERTAIN' });
  }

  appendBatch(
    stream: StreamKey,
    entries: readonly (readonly Uint8Array[])[],
    { producer, sequence }: BatchNumber,
    demands?: AppendDemands,
  ): Promise<readonly EntryId[]> {
    const batch = this.#world.mutation.batch?.({ entries, sequence }) ?? { entries, sequence };
    const execute = async () => {
      // Brokers remember the last batch only. What was given up and arrives after a newer one is not modelled.
      if (sequence < (this.#newestBatch.get(stream) ?? 0)) return [];
      this.#newestBatch.set(stream, sequence);
      const number = { producer, sequence: batch.sequence };
      return this.#world.memory.appendBatch(stream, batch.entries, number, demands);
    };
    return this.#wire.request({ name: 'appendBatch', execute, doubt: 'FS_PUBLISH_UNCERTAIN' });
  }

  async consume(source: ConsumerSource): Promise<Consumer> {
    const { host } = this.#member;
    // Random names are for processes that know nothing of each other.
    const own: ConsumerSource = {
      ...source,
      consumer: host.name,
      onEvent: (event) => void host.schedule(0, 'reply', () => source.onEvent?.(event)),
    };
    const execute = () => this.#world.memory.consume(own);
    await this.#wire.request({ name: 'consume', execute });
    const consumer = new SimulatedConsumer({
      world: this.#world,
      member: this.#member,
      wire: this.#wire,
      stream: source.stream,
      inner: await execute(),
      open: execute,
    });
    const { mutation } = this.#world;
    return replaced(consumer, mutation.client?.(consumer, { world: this.#world, member: this.#member }));
  }

  coordinate(source: CoordinationSource): Coordination {
    const own = { ...source, member: this.#member.host.name };
    return new SimulatedCoordination(this.#wire, this.#world.memory.coordinate(own));
  }

  spread(stream: StreamKey, shards: number): Promise<number> {
    return this.#wire.request({ name: 'spread', execute: () => this.#world.memory.spread(stream, shards) });
  }

  mayBegin(stream: StreamKey, shard: number, group: string): Promise<boolean> {
    const execute = () => this.#world.memory.mayBegin(stream, shard, group);
    return this.#wire.request({ name: 'mayBegin', execute });
  }

  /** The world's broker is everybody's. */
  async close(): Promise<void> {}
}
