import { shardOf } from '../core/shards.js';
import type { Broker, StreamKey } from '../types.js';

/**
 * Over how many streams a channel is spread, as far as this process knows. One that asks for a single stream need not ask
 * the broker: it is told when somebody has spread the channel further.
 */
export class Spreading {
  readonly #broker: Broker;
  readonly #stream: StreamKey;
  readonly #declared: number;
  #shards: number | undefined;
  #learning: Promise<void> | undefined;

  /** @param stream key of the channel's own stream */
  constructor(broker: Broker, stream: StreamKey, declared: number) {
    this.#broker = broker;
    this.#stream = stream;
    this.#declared = declared;
    this.#shards = declared === 1 ? 1 : undefined;
  }

  /** `undefined`: not known yet; see `learn`. */
  get shards(): number | undefined {
    return this.#shards;
  }

  /** Resolves when nothing is being asked. */
  get settled(): Promise<void> | undefined {
    return this.#learning;
  }

  /** Asks the broker. Whoever waits goes on in the order of the calls. */
  learn(): Promise<void> {
    this.#learning ??= this.#broker
      .start()
      .then(() => this.#broker.spread(this.#stream, this.#declared))
      .then((shards) => {
        this.#shards = shards;
      })
      .finally(() => {
        this.#learning = undefined;
      });
    return this.#learning;
  }

  /** The broker refused a message that was sent as if there were `shards` of them. */
  refused(shards: number): void {
    if (this.#shards === shards) this.#shards = undefined;
  }

  /** What the broker is told, so that it refuses what belongs elsewhere. */
  demand(stream: StreamKey): { readonly count: number; readonly added: boolean } | undefined {
    return this.#shards === undefined ? undefined : { count: this.#shards, added: stream !== this.#stream };
  }

  /** Where a message goes. @param key its order key, else its id */
  streamOf(key: string, shards: number): StreamKey {
    return shardOf(this.#stream, key, shards);
  }
}
