import type { Cluster, Redis } from 'ioredis';
import { deadLetterKey } from '../../../runtime/src/core/dead-letter.js';
import { type Book, repeated } from './book.js';
import { GROUP, STREAM } from './contract.js';
import type { Publisher } from './publisher.js';

const PAGE = 5_000;

/** How a stream stands against what was published and what was done. */
export interface Balance {
  readonly confirmed: number;
  /** Confirmed, and neither handled nor among the dead letters. */
  readonly lost: readonly number[];
  /** Confirmed entries that are in the dead-letter stream. */
  readonly dead: number;
  readonly pending: number;
  readonly unread: number;
  /** Handler starts and effects beyond the first of a message. */
  readonly repeatedStarts: number;
  readonly repeatedEffects: number;
}

/** Compares the three records: what was confirmed, what the ledgers say, what Redis has. */
export async function balance(redis: Redis | Cluster, publisher: Publisher, book: Book): Promise<Balance> {
  book.update();
  const dead = new Set(await deadIds(redis, publisher.streams));
  const lost: number[] = [];
  let deadCount = 0;
  for (const [n, { entryId }] of publisher.confirmed) {
    if (dead.has(entryId)) deadCount += 1;
    else if (book.dones[n] === undefined) lost.push(n);
  }
  return {
    confirmed: publisher.confirmed.size,
    lost,
    dead: deadCount,
    ...(await standing(redis, publisher.streams)),
    repeatedStarts: repeated(book.starts),
    repeatedEffects: repeated(book.dones),
  };
}

/** How the group stands in a stream, or in all shards together. */
export interface Standing {
  /** Entries that were read and not settled. */
  readonly pending: number;
  /** Entries that nobody has read. */
  readonly unread: number;
  readonly consumers: number;
}

export async function standing(
  redis: Redis | Cluster,
  streams: readonly string[] = [STREAM],
): Promise<Standing> {
  const all = await Promise.all(streams.map((stream) => standingOf(redis, stream)));
  const sum = (name: keyof Standing) => all.reduce((total, one) => total + one[name], 0);
  return { pending: sum('pending'), unread: sum('unread'), consumers: sum('consumers') };
}

async function standingOf(redis: Redis | Cluster, stream: string): Promise<Standing> {
  const info = (await redis.xinfo('GROUPS', stream).catch(() => [])) as unknown[][];
  const ours = info.map(asMap).find((group) => group.get('name') === GROUP);
  if (ours === undefined) return { pending: 0, unread: await redis.xlen(stream), consumers: 0 };
  const last = String(ours.get('last-delivered-id'));
  const next = await redis.xrange(stream, `(${last}`, '+', 'COUNT', 1);
  // Lag can be null after deletions; then they have to be counted.
  const lag = ours.get('lag');
  const unread =
    next.length === 0
      ? 0
      : typeof lag === 'number'
        ? lag
        : (await redis.xrange(stream, `(${last}`, '+')).length;
  return { pending: Number(ours.get('pending')), unread, consumers: Number(ours.get('consumers')) };
}

/** The ids that entries had before they became dead letters, in the order of their end, doubles and all. */
export async function deadIds(
  redis: Redis | Cluster,
  streams: readonly string[] = [STREAM],
): Promise<readonly string[]> {
  const pages = await Promise.all(
    streams.map((stream) => redis.xrangeBuffer(deadLetterKey(stream), '-', '+')),
  );
  return pages.flat().map(([, fields]) => {
    const at = fields.findIndex((field, i) => i % 2 === 0 && field.toString('latin1') === 'fs:id');
    return String(fields[at + 1]);
  });
}

/** How many confirmed entries the stream does not have; for streams that nobody trims. */
export async function missingWrites(
  redis: Redis | Cluster,
  publisher: Publisher,
  stream = STREAM,
): Promise<number> {
  const missing = new Set([...publisher.confirmed.values()].map(({ entryId }) => entryId));
  for (let from = '-'; ; ) {
    const page = await redis.xrange(stream, from, '+', 'COUNT', PAGE);
    for (const [id] of page) missing.delete(id);
    const last = page.at(-1);
    if (last === undefined) return missing.size;
    from = `(${last[0]}`;
  }
}

function asMap(flat: readonly unknown[]): Map<unknown, unknown> {
  return new Map(flat.flatMap((name, i) => (i % 2 === 0 ? [[name, flat[i + 1]] as const] : [])));
}
