import { asBuffer } from '../bytes.js';
import { backlogFull, FsError } from '../errors.js';
import type {
  AppendDemands,
  BatchNumber,
  Broker,
  Confirmation,
  Consumer,
  ConsumerSource,
  Coordination,
  CoordinationSource,
  EntryId,
  StreamKey,
} from '../types.js';
import { hasCommand } from './capabilities.js';
import { type Call, type Connection, type RedisTarget, translated } from './connection.js';
import { RedisConsumer } from './consumer.js';
import { RedisCoordination } from './coordination.js';
import { besides } from './keys.js';
import { openConnection } from './open.js';
import { list, number, text } from './replies.js';
import { mayBegin, spread, spreadKey } from './spreading.js';
import { resolved } from './url.js';

/**
 * Streams on a Redis server (7.0.5 or later, or Valkey 8), or on a Cluster. One connection (to each master) carries all
 * commands; each consumer adds one of its own for blocking reads.
 *
 * @param target a URL such as `redis://localhost:6379`, or a `RedisTarget`
 * @throws FsError `FS_BROKER_URL`
 */
export function connect(target: string | RedisTarget = {}): Broker {
  return new RedisBroker(resolved(target));
}

/** How long a producer's last batch is remembered, ms: far longer than anybody tries to send it. */
const REMEMBERED = 3_600_000;

const CONFIRM_TIMEOUT = 1_000;
const LONGEST_WAIT = 60_000;

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
  readonly #commands: Connection;
  readonly #consumers = new Set<RedisConsumer>();
  #confirming: Connection | undefined;
  #waitAof = false;
  #closed = false;

  constructor(target: RedisTarget) {
    this.#target = target;
    this.#commands = openConnection(target, { reconnect: true });
    this.location = this.#commands.location;
  }

  async start(): Promise<void> {
    this.#refuseIfClosed();
    await this.#commands.ready();
  }

  async append(stream: StreamKey, fields: readonly Uint8Array[]): Promise<EntryId> {
    this.#refuseIfClosed();
    // Nothing has been sent while this rejects; once the command is out, a broken connection means doubt.
    await this.#commands.ready(stream);
    try {
      return text(await this.#commands.call('XADD', stream, '*', ...fields.map(asBuffer)));
    } catch (error) {
      throw this.#maybeWritten(error, stream);
    }
  }

  async appendBatch(
    stream: StreamKey,
    entries: readonly (readonly Uint8Array[])[],
    { producer, sequence }: BatchNumber,
    { maxBacklog, confirm, shards }: AppendDemands = {},
  ): Promise<readonly EntryId[]> {
    this.#refuseIfClosed();
    const connection = confirm === undefined ? this.#commands : this.#confirmed();
    await connection.ready(stream);
    if (confirm?.onDisk) await this.#requireWaitAof(connection);
    try {
      const { reply, there } = await connection.scriptAt(
        'fsAppend',
        [stream, besides(stream, `producer:${producer}`), spreadKey(stream)],
        sequence,
        REMEMBERED,
        maxBacklog ?? '',
        entries.map((fields) => fields.length).join(' '),
        shards?.count ?? '',
        shards?.added ? 1 : 0,
        ...entries.flat().map(asBuffer),
      );
      if (typeof reply === 'number') throw backlogFull(stream, maxBacklog, reply);
      if (confirm !== undefined) await this.#confirm(there, confirm, stream);
      return following(String(reply), entries.length);
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

  coordinate(source: CoordinationSource): Coordination {
    return new RedisCoordination(source, this.#commands);
  }

  async spread(stream: StreamKey, shards: number): Promise<number> {
    this.#refuseIfClosed();
    return translated(this.#commands, () => spread(this.#commands, stream, shards));
  }

  async mayBegin(stream: StreamKey, shard: number, group: string): Promise<boolean> {
    this.#refuseIfClosed();
    return translated(this.#commands, () => mayBegin(this.#commands, stream, shard, group));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.all([...this.#consumers].map((consumer) => consumer.close()));
    this.#commands.close();
    this.#confirming?.close();
  }

  /** WAIT holds up everything that comes after it on its connection, so that it has one of its own. */
  #confirmed(): Connection {
    this.#confirming ??= openConnection(this.#target, { reconnect: true, silence: LONGEST_WAIT });
    return this.#confirming;
  }

  /**
   * Waits for replicas to have what was written, whose reply says no more than that the master has it.
   *
   * @param there leads to that master, on the connection that wrote: WAIT speaks of nothing else
   */
  async #confirm(there: Call, confirm: Confirmation, stream: StreamKey): Promise<void> {
    const { replicas, onDisk = false } = confirm;
    const timeout = Math.min(LONGEST_WAIT, confirm.timeout ?? CONFIRM_TIMEOUT);
    const reply = onDisk
      ? await there('WAITAOF', 1, replicas, timeout)
      : await there('WAIT', replicas, timeout);
    const [local, confirmed] = onDisk ? list(reply).map(number) : [1, number(reply)];
    if (local === 1 && confirmed !== undefined && confirmed >= replicas) return;
    const where = onDisk ? ` on disk${local === 1 ? '' : ', nor has the master'}` : '';
    throw new FsError(
      'FS_PUBLISH_UNCONFIRMED',
      `${confirmed} of ${replicas} replicas confirmed a message for ${stream}${where} within ${timeout} ms; it is written on the master`,
    );
  }

  /** Before anything is written: afterwards the refusal would come too late. */
  async #requireWaitAof(connection: Connection): Promise<void> {
    this.#waitAof ||= await hasCommand(connection, 'waitaof').catch((error) => {
      throw this.#commands.error(error);
    });
    if (this.#waitAof) return;
    throw new FsError(
      'FS_CONFIRM_UNSUPPORTED',
      `Redis at ${this.location} has no WAITAOF, so that it can't say what is on disk`,
    );
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
