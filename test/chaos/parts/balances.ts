import type { Cluster } from 'ioredis';
import { exactly, type Finding, told } from '../scenario.js';
import type { Stage } from '../stage.js';
import { balance, missingWrites } from './balance.js';
import type { Publisher } from './publisher.js';

/** How several streams stand together, each with its publisher. */
export async function balances(
  admin: Cluster,
  stage: Stage,
  streams: readonly string[],
  publishers: readonly Publisher[],
): Promise<readonly Finding[]> {
  const total = {
    confirmed: 0,
    published: 0,
    lost: 0,
    pending: 0,
    unread: 0,
    missing: 0,
    open: 0,
    uncertain: 0,
  };
  const refusals = new Map<string, number>();
  let repeated = 0;
  for (const [i, publisher] of publishers.entries()) {
    const one = await balance(admin, publisher, stage.book);
    total.confirmed += one.confirmed;
    total.published += publisher.next;
    total.lost += one.lost.length;
    total.pending += one.pending;
    total.unread += one.unread;
    total.missing += await missingWrites(admin, publisher, streams[i]);
    total.open += publisher.open;
    total.uncertain += publisher.unconfirmed.size;
    for (const [code, count] of publisher.refusals) refusals.set(code, (refusals.get(code) ?? 0) + count);
    repeated = one.repeatedStarts;
  }
  const doubles = await Promise.all(streams.map((stream) => writtenTwice(admin, stream)));
  return [
    told('messages confirmed', total.confirmed),
    told('published and not confirmed', total.published - total.confirmed),
    told('refused', [...refusals].map(([code, count]) => `${code} ${count}`).join(', ') || 'none'),
    exactly('lost', 0, total.lost),
    // What was handled before its write was lost would not show among the lost.
    exactly('confirmed writes that are not there any more', 0, total.missing),
    exactly(
      'written twice',
      0,
      doubles.reduce((sum, count) => sum + count, 0),
    ),
    exactly('publishes not settled', 0, total.open),
    exactly('pending at the end', 0, total.pending),
    exactly('unread at the end', 0, total.unread),
    told('slowest publish', Math.max(...publishers.map(({ slowest }) => slowest)), 'ms'),
    told('handler starts repeated', repeated),
  ];
}

/** Entries beyond the first of a message. */
async function writtenTwice(admin: Cluster, stream: string): Promise<number> {
  const entries = await admin.xrangeBuffer(stream, '-', '+');
  const numbers = entries.map(([, fields]) => /"n":(\d+)/.exec(fields[1]?.toString('latin1') ?? '')?.[1]);
  return numbers.length - new Set(numbers).size;
}
