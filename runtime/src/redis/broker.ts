import { asBuffer } from '../bytes.js';
import { FsError } from '../errors.js';
import type { BatchNumber, Broker, Consumer, ConsumerSource, EntryId, StreamKey } from '../types.js';
import { RedisConnection, type RedisTarget } from './connection.js';
import { RedisConsumer } from './consumer.js';
import { besides } from './keys.js';

/**
 * Streams on a Redis server (7.0.5 or later, or Valkey 8). One connection carries all commands; each
 * consumer adds one of its own for blocking reads.
 *
 * @param target a URL such as `redis://localhost:6379`, or a `RedisTarget`
 */
export function connect(target: string | RedisTarget = {}): Broker {
  return new RedisBroker(typeof target === 'string' ? { url: target } : target);
}

/** How long a producer's last batch is remembered, ms: far longer than anybody tries to send it. */
const REMEMBERED = 3_600_000;

/** `5-3`, 2 → `5-3`, `5-4`. */
function following(first: string, count: number): EntryId[] {
  const [time, sequence = '0'] = first.split('-');
  const from = Number(sequence);
  return Array.from({ length: count }, (_, i) => `${time}-${from + i}`);
}

class RedisBroker implements Broker {
  readonly kind = 'redis';
  readonly location: string;
  readonly #target: RedisTarget;
  readonly #commands: RedisConnection;
  readonly #consumers = new Set<RedisConsumer>();
  #closed = false;

  constructor(target: RedisTarget) {
    this.#target = target;
    this.#commands = new RedisConnection(target, { reconnect: true });
    this.location = this.#commands.location;
  }

  async start(): Promise<void> {
    this.#refuseIfClosed();
    await this.#commands.ready();
  }

  async append(stream: StreamKey, fields: readonly Uint8Array[]): Promise<EntryId> {
    this.#refuseIfClosed();
    // Nothing has been sent while this rejects; once the command is out, a broken connection means doubt.
    await this.#commands.ready();
    try {
      return String(await this.#commands.client.xadd(stream, '*', ...fields.map(asBuffer)));
    } catch (error) {
      throw this.#maybeWritten(error, stream);
    }
  }

  async appendBatch(
    stream: StreamKey,
    entries: readonly (readonly Uint8Array[])[],
    { producer, sequence }: BatchNumber,
  ): Promise<readonly EntryId[]> {
    this.#refuseIfClosed();
    await this.#commands.ready();
    try {
      const first = await this.#commands.script(
        'fsAppend',
        [stream, besides(stream, `producer:${producer}`)],
        sequence,
        REMEMBERED,
        entries.map((fields) => fields.length).join(' '),
        ...entries.flat().map(asBuffer),
      );
      return following(String(first), entries.length);
    } catch (error) {
      throw this.#maybeWritten(error, stream);
    }
  }

  async consume(source: ConsumerSource): Promise<Consumer> {
    this.#refuseIfClosed();
    const consumer = new RedisConsumer(source, this.#target, this.#commands, () =>
      this.#consumers.delete(consumer),
    );
    await consumer.ensureGroup();
    this.#consumers.add(consumer);
    return consumer;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.all([...this.#consumers].map((consumer) => consumer.close()));
    this.#commands.close();
  }

  /** For what was sent: without a reply nobody knows whether it was written. */
  #maybeWritten(error: unknown, stream: StreamKey): FsError {
    const known = this.#commands.error(error);
    if (known.code !== 'FS_BROKER_UNREACHABLE') return known;
    return new FsError(
      'FS_PUBLISH_UNCERTAIN',
      `The connection to ${this.location} broke before it confirmed a message for ${stream}`,
    );
  }

  #refuseIfClosed(): void {
    if (this.#closed) throw new FsError('FS_BROKER_CLOSED', `The broker for ${this.location} is closed`);
  }
}
