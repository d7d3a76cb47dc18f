import { asBuffer } from '../bytes.js';
import { FOR_GROUP, splitDeadLetter, withoutReplayMark } from '../core/dead-letter.js';
import { isFsError } from '../errors.js';
import type { EntryId, StreamKey } from '../types.js';
import { type Connection, type RedisTarget, type Reply, translated } from './connection.js';
import { besides, hashTag } from './keys.js';
import { openConnection } from './open.js';
import { fieldMap, fieldsOf, list, number, text } from './replies.js';
import { spreadKey } from './spreading.js';
import { resolved } from './url.js';

/** What a dead-letter stream shows of one entry without its payload. */
export interface DeadEntry {
  readonly id: EntryId;
  /** Bytes of the fields that the entry had when it was published. */
  readonly size: number;
  /** The fields that say what became of it; empty when another tool wrote the entry. */
  readonly about: ReadonlyMap<string, string>;
}

export interface DeadPage {
  readonly entries: readonly DeadEntry[];
  /** Where the next page begins; `undefined` after the last. */
  readonly next: string | undefined;
}

/** What became of one dead letter that was to be replayed. */
export type Replay =
  | { readonly kind: 'replayed'; readonly entryId: EntryId }
  /** Somebody else has replayed or discarded it. */
  | { readonly kind: 'gone' }
  /** Another tool wrote it, so that nobody knows where it belongs. */
  | { readonly kind: 'foreign' }
  | { readonly kind: 'refused'; readonly error: string };

const PAGE = 500;
/** Bytes that a page may pass over on the server: some ten milliseconds. */
const PAGE_BYTES = 8_388_608;
/** Longest value of our own fields, bytes; a reason may be any text. */
const LONGEST = 4_096;
/** Lua passes on 8,000 values in one call; some are the command's own. */
const MAX_VALUES = 7_900;
/** How long a replay is remembered, ms, until its dead letter is removed, and after that. */
const UNTIL_REMOVED = 30 * 24 * 3_600_000;
const ONCE_REMOVED = 60_000;

/** Dead-letter streams on a Redis server or Cluster, for those who look after them. */
export class RedisDeadLetters {
  readonly location: string;
  readonly #commands: Connection;

  /** @throws FsError `FS_BROKER_URL` */
  constructor(target: RedisTarget) {
    this.#commands = openConnection(resolved(target), { reconnect: true });
    this.location = this.#commands.location;
  }

  start(): Promise<void> {
    return this.#commands.ready();
  }

  /** One page of the entries in a range of ids, oldest first. */
  async page(stream: StreamKey, from: string, to: string): Promise<DeadPage> {
    const reply = await this.#run(() =>
      this.#commands.script('fsDeadPage', [stream], from, to, PAGE, PAGE_BYTES, LONGEST),
    );
    const [next, entries] = list(reply);
    return {
      next: text(next) || undefined,
      entries: list(entries).map((raw) => {
        const [id, size, about] = list(raw);
        const fields = [...fieldMap(about ?? null)].map(([name, value]) => [name, text(value)] as const);
        return { id: text(id), size: number(size), about: new Map(fields) };
      }),
    };
  }

  /** Names and values of an entry in turn; `null` when it isn't there. */
  async read(stream: StreamKey, id: EntryId): Promise<readonly Uint8Array[] | null> {
    return fieldsOf(await this.#run(() => this.#commands.call('XRANGE', stream, id, id)));
  }

  async length(stream: StreamKey): Promise<number> {
    return number(await this.#run(() => this.#commands.call('XLEN', stream)));
  }

  /** How many streams a channel is spread over. @param stream the channel's own */
  async shards(stream: StreamKey): Promise<number> {
    const known = await this.#run(() => this.#commands.call('HGET', spreadKey(stream), 'n'));
    return known === null ? 1 : number(known);
  }

  /** Moves dead letters to the stream that they came from; gives what became of each, in their order. */
  async replay(dead: StreamKey, stream: StreamKey, ids: readonly EntryId[]): Promise<readonly Replay[]> {
    const oneSlot = hashTag(dead) === hashTag(stream);
    const replies = oneSlot
      ? list(await this.#run(() => this.#commands.script('fsReplay', [dead, stream], MAX_VALUES, ...ids)))
      : [];
    const results: Replay[] = [];
    for (const [i, id] of ids.entries()) {
      results.push(replayOf(replies[i]) ?? (await this.#replayApart(dead, stream, id)));
    }
    return results;
  }

  /** Gives how many were there. */
  async discard(dead: StreamKey, ids: readonly EntryId[]): Promise<number> {
    return number(await this.#run(() => this.#commands.call('XDEL', dead, ...ids)));
  }

  close(): void {
    this.#commands.close();
  }

  /**
   * For what no script can move in one step, because the streams lie in different slots of a Cluster or the entry has
   * more fields than Lua passes on: written first, removed second.
   */
  async #replayApart(dead: StreamKey, stream: StreamKey, id: EntryId): Promise<Replay> {
    const fields = await this.read(dead, id);
    if (fields === null) return { kind: 'gone' };
    const split = splitDeadLetter(fields);
    const group = split?.about.get('fs:group');
    if (split === undefined || group === undefined) return { kind: 'foreign' };
    const own = [...withoutReplayMark(split.own).map(asBuffer), Buffer.from(FOR_GROUP), Buffer.from(group)];
    const memory = besides(stream, `replayed:${dead}:${id}`);
    try {
      const entryId = await this.#write(stream, memory, own);
      await this.discard(dead, [id]);
      // Whoever read the dead letter before it was removed has asked by then.
      await this.#run(() => this.#commands.call('SET', memory, entryId, 'PX', ONCE_REMOVED));
      return { kind: 'replayed', entryId };
    } catch (error) {
      if (isFsError(error, 'FS_BROKER_COMMAND')) return { kind: 'refused', error: error.message };
      throw error;
    }
  }

  /** Remembers the replay beside the stream, so that one that was cut off before the removal can be repeated. */
  async #write(stream: StreamKey, memory: string, own: readonly Buffer[]): Promise<EntryId> {
    if (own.length <= MAX_VALUES) {
      const script = () => this.#commands.script('fsReplayInto', [stream, memory], UNTIL_REMOVED, ...own);
      return text(await this.#run(script));
    }
    // No script takes it. A process that dies before it has remembered leaves a second copy, and none is lost.
    const known = await this.#run(() => this.#commands.call('GET', memory));
    if (known !== null) return text(known);
    const written = text(await this.#run(() => this.#commands.call('XADD', stream, '*', ...own)));
    await this.#run(() => this.#commands.call('SET', memory, written, 'PX', UNTIL_REMOVED));
    return written;
  }

  #run<T>(command: () => Promise<T>): Promise<T> {
    return translated(this.#commands, command);
  }
}

/** `undefined`: no script did it. */
function replayOf(reply: Reply | undefined): Replay | undefined {
  const [kind, detail = ''] = list(reply).map(text);
  switch (kind) {
    case 'replayed':
      return { kind, entryId: detail };
    case 'gone':
    case 'foreign':
      return { kind };
    case 'refused':
      return { kind, error: detail };
    default:
      return undefined;
  }
}
