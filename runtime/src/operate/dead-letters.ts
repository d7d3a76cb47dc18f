import { compareIds } from '../core/entry-id.js';
import { shardKeys } from '../core/shards.js';
import { RedisDeadLetters, type Replay } from '../redis/dead-letters.js';
import type { EntryId, StreamKey } from '../types.js';
import { type DeadLetterFilter, isMeant } from './filter.js';
import { type DeadLetter, type DeadLetterDetail, detailOf, letterOf } from './letter.js';

export interface ScanPage {
  /** Those that are meant, oldest first. */
  readonly letters: readonly DeadLetter[];
  /** How many entries the page went through. */
  readonly scanned: number;
  /** The last of them: a scan up to here sees what this one saw, and nothing that came later. */
  readonly last: EntryId;
}

/** Dead letters replayed in one step: a script blocks the server while it runs. */
const BATCH = 100;
const BATCH_BYTES = 4_194_304;

/**
 * The dead letters of a Redis server, by dead-letter stream: looks, replays, discards. One call at a time.
 * Every method rejects with an `FsError` only.
 */
export class DeadLetters {
  readonly #redis: RedisDeadLetters;

  /** @param url `redis://user:password@host:port/db`, `rediss://` for TLS, `redis+cluster://host:port,host:port` */
  constructor(url: string) {
    this.#redis = new RedisDeadLetters({ url });
  }

  /** Host and port, without credentials. */
  get location(): string {
    return this.#redis.location;
  }

  /** Connects, or rejects with `FS_BROKER_UNREACHABLE`. */
  start(): Promise<void> {
    return this.#redis.start();
  }

  close(): void {
    this.#redis.close();
  }

  /**
   * The streams of all shards of a channel, in their order; each has dead letters of its own unless the contract names
   * one stream for all of them.
   *
   * @param stream key of the channel's own stream
   * @param atLeast shards that the contract asks for: nobody may have spread the channel over them yet
   */
  async streamsOf(stream: StreamKey, atLeast = 1): Promise<readonly StreamKey[]> {
    return shardKeys(stream, Math.max(atLeast, await this.#redis.shards(stream)));
  }

  /** How many entries the stream holds. */
  count(dead: StreamKey): Promise<number> {
    return this.#redis.length(dead);
  }

  /**
   * Goes through a stream, oldest first, a page at a time; payloads stay on the server.
   *
   * @param to the last id that is looked at; default: whatever is there when the end is reached
   */
  async *scan(dead: StreamKey, filter: DeadLetterFilter = {}, to: EntryId = '+'): AsyncGenerator<ScanPage> {
    let from: string | undefined = filter.since === undefined ? '-' : `${filter.since}-0`;
    while (from !== undefined) {
      const { entries, next } = await this.#redis.page(dead, from, to);
      const last = entries.at(-1)?.id;
      const letters = entries.map(letterOf).filter((letter) => isMeant(letter, filter));
      if (last !== undefined) yield { letters, scanned: entries.length, last };
      from = next;
    }
  }

  /**
   * Looks for dead letters by their own ids, or by those of the entries that they were, which logs show.
   * Gives those that are there and meant, oldest first.
   */
  async find(
    dead: StreamKey,
    ids: readonly EntryId[],
    filter: DeadLetterFilter = {},
  ): Promise<readonly DeadLetter[]> {
    const found: DeadLetter[] = [];
    const missing = new Set(ids);
    for (const id of missing) {
      const [entry] = (await this.#redis.page(dead, id, id)).entries;
      if (entry === undefined) continue;
      found.push(letterOf(entry));
      missing.delete(id);
    }
    if (missing.size > 0) {
      for await (const { letters } of this.scan(dead)) {
        found.push(...letters.filter(({ origin }) => origin !== null && missing.has(origin.id)));
      }
    }
    const once = new Map(found.map((letter) => [letter.id, letter]));
    return [...once.values()].filter((letter) => isMeant(letter, filter)).sort(byAge);
  }

  /** All of one dead letter, payload included; `undefined`: it isn't there. */
  async read(dead: StreamKey, id: EntryId): Promise<DeadLetterDetail | undefined> {
    const fields = await this.#redis.read(dead, id);
    return fields === null ? undefined : detailOf(id, fields);
  }

  /**
   * Puts dead letters back into the streams that they came from, for the group that gave up on them: fields untouched,
   * so that headers and message id are the same, and off the dead-letter stream. Repeated after any failure it writes
   * none twice. Gives what became of each, batch by batch, in any order.
   */
  async *replay(
    dead: StreamKey,
    letters: readonly DeadLetter[],
  ): AsyncGenerator<readonly { readonly letter: DeadLetter; readonly result: Replay }[]> {
    const foreign = letters.filter(({ origin }) => origin === null);
    if (foreign.length > 0) yield foreign.map((letter) => ({ letter, result: { kind: 'foreign' } }));
    for (const [stream, group] of byStream(letters)) {
      for (const batch of batches(group)) {
        const results = await this.#redis.replay(
          dead,
          stream,
          batch.map(({ id }) => id),
        );
        yield batch.map((letter, i) => ({ letter, result: results[i] ?? { kind: 'gone' } }));
      }
    }
  }

  /** Deletes dead letters for good, and gives how many were there, batch by batch. */
  async *discard(dead: StreamKey, letters: readonly DeadLetter[]): AsyncGenerator<number> {
    for (let i = 0; i < letters.length; i += BATCH) {
      const ids = letters.slice(i, i + BATCH).map(({ id }) => id);
      yield await this.#redis.discard(dead, ids);
    }
  }
}

function byStream(letters: readonly DeadLetter[]): ReadonlyMap<StreamKey, readonly DeadLetter[]> {
  const groups = new Map<StreamKey, DeadLetter[]>();
  for (const letter of letters) {
    if (letter.origin === null) continue;
    const { stream } = letter.origin;
    groups.set(stream, [...(groups.get(stream) ?? []), letter]);
  }
  return groups;
}

/** At least one in each, however large it is. */
function batches(letters: readonly DeadLetter[]): readonly (readonly DeadLetter[])[] {
  const all: DeadLetter[][] = [];
  let bytes = 0;
  for (const letter of letters) {
    const current = all.at(-1);
    bytes += letter.size;
    if (current === undefined || current.length === BATCH || bytes > BATCH_BYTES) {
      all.push([letter]);
      bytes = letter.size;
    } else {
      current.push(letter);
    }
  }
  return all;
}

/** By the time at which it failed, then as the stream has them. */
function byAge(a: DeadLetter, b: DeadLetter): number {
  return a.at - b.at || compareIds(a.id, b.id);
}
