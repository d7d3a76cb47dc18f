import type { Redis } from 'ioredis';
import { balance } from '../parts/balance.js';
import { type Line, repeated } from '../parts/book.js';
import { GROUP, STREAM } from '../parts/contract.js';
import type { Crew, Member } from '../parts/crew.js';
import { wallClock } from '../parts/ledger.js';
import type { Publisher } from '../parts/publisher.js';
import { settled } from '../parts/verdict.js';
import { atLeast, atMost, exactly, type Finding, scenario, told } from '../scenario.js';
import type { Stage } from '../stage.js';

const LEASE_MS = 2_000;
const AGAIN_MS = 2_000;
const RATE = 300;
const BACKLOG = 800;
/** More than the processes hold: some of it is unread when FLUSHALL comes. */
const BURST = 300;
/** Pending entries that are deleted at once. */
const DELETED = 20;

interface Ground {
  readonly stage: Stage;
  readonly admin: Redis;
  readonly crew: Crew;
  readonly publisher: Publisher;
  /** Numbers of messages that Redis has thrown away before anybody could have handled them. */
  readonly gone: Set<number>;
  /** How long it took until it was reading again, ms. */
  readonly pauses: number[];
}

export const groundMoves = scenario({
  name: 'ground-moves',
  what: 'under load: FLUSHALL, XGROUP DESTROY, XDEL of what a dead and of what a living process holds',
  sizes: { rounds: { what: 'times that each is done', long: 10, short: 1 } },
  async run(stage, { rounds }) {
    const server = await stage.redis();
    const admin = stage.admin(server.url);
    const policy = { concurrency: { maxWorkers: 10, prefetch: 40 }, timeout: { lease: LEASE_MS } };
    const crew = stage.crew({ target: { url: server.url }, policy, handlerMs: 20 });
    const publisher = stage.publisher({ url: server.url });
    const ground: Ground = { stage, admin, crew, publisher, gone: new Set(), pauses: [] };
    await crew.hireReady(2);
    let over = false;
    const fed = publisher.feed({
      count: Number.MAX_SAFE_INTEGER,
      rate: RATE,
      backlog: BACKLOG,
      handled: () => stage.handled() + ground.gone.size,
      until: () => over,
    });
    const counts = { deletedOfDead: 0, deletedOfLiving: 0 };
    for (let round = 0; round < rounds; round++) {
      await flush(ground);
      counts.deletedOfLiving += await deleteOfLiving(ground);
      counts.deletedOfDead += await deleteOfDead(ground);
      await destroyGroup(ground);
    }
    over = true;
    await fed;
    const { findings } = await settled(stage, { admin, publisher, crew }, 30_000);
    const reported = stage.book.event('entries-lost');
    const { lost } = await balance(admin, publisher, stage.book);
    return [
      atMost(
        'until it was reading again, at most',
        stage.patience(AGAIN_MS),
        Math.max(...ground.pauses),
        'ms',
      ),
      told('unread when FLUSHALL came, or deleted before they were handled', ground.gone.size),
      exactly('lost beyond those', 0, lost.filter((n) => !ground.gone.has(n)).length),
      atLeast('groups made again', 2 * rounds, stage.book.event('group-again')),
      told('pending entries of a living process deleted', counts.deletedOfLiving),
      atLeast('pending entries of a dead process deleted', rounds, counts.deletedOfDead),
      atLeast('entries that the engine has reported as lost', counts.deletedOfDead, reported),
      // Redis takes deleted entries off the list of a living owner too, and tells whoever looks after the dead.
      atMost('and at most', counts.deletedOfDead + counts.deletedOfLiving, reported),
      told('handler starts repeated', repeated(stage.book.starts)),
      ...findings.filter(({ what }) => what !== 'lost'),
    ] satisfies Finding[];
  },
});

/** Everything is gone: what nobody had read is lost by Redis; what was read is handled from memory. */
async function flush(ground: Ground): Promise<void> {
  const { admin, publisher, gone } = ground;
  await Promise.all(Array.from({ length: BURST }, () => publisher.publish()));
  await readingAgain(ground, 'FLUSHALL', true, async () => {
    // In one step, so that it is known exactly what was thrown away unread.
    const unread = (await admin.eval(
      `local group = redis.call('XINFO', 'GROUPS', KEYS[1])[1]
      local last
      for i = 1, #group, 2 do if group[i] == 'last-delivered-id' then last = group[i + 1] end end
      local ids = {}
      for _, entry in ipairs(redis.call('XRANGE', KEYS[1], '(' .. last, '+')) do ids[#ids + 1] = entry[1] end
      redis.call('FLUSHALL')
      return ids`,
      1,
      STREAM,
    )) as string[];
    for (const n of numbersOf(publisher, unread)) gone.add(n);
  });
}

function destroyGroup(ground: Ground): Promise<void> {
  return readingAgain(ground, 'XGROUP DESTROY', true, () => ground.admin.xgroup('DESTROY', STREAM, GROUP));
}

/** A living process has the payloads: it handles them all the same. */
async function deleteOfLiving({ admin, crew, publisher }: Ground): Promise<number> {
  const [member] = crew.working;
  await Promise.all(Array.from({ length: BURST }, () => publisher.publish()));
  return member === undefined ? 0 : (await deletePending(admin, member)).length;
}

/** What a dead process held, and is deleted before it is taken over, can only be counted. */
async function deleteOfDead(ground: Ground): Promise<number> {
  const { stage, admin, crew, publisher, gone } = ground;
  const [victim] = await crew.hireReady(1);
  if (victim === undefined) throw new Error('nobody was hired');
  const burst = Promise.all(Array.from({ length: BURST }, () => publisher.publish()));
  await stage.until(async () => (await heldBy(admin, victim)) >= DELETED, stage.patience(10_000), 1);
  victim.freeze();
  await burst;
  await victim.end('SIGKILL');
  let ids: readonly string[] = [];
  await readingAgain(ground, 'XDEL', false, async () => {
    ids = await deletePending(admin, victim);
  });
  stage.book.update();
  for (const n of numbersOf(publisher, ids)) if (stage.book.dones[n] === undefined) gone.add(n);
  const expected = stage.book.event('entries-lost') + ids.length;
  // Taken over when the lease is out, which is when they are missed.
  await stage.until(
    () => {
      stage.book.update();
      return stage.book.event('entries-lost') >= expected;
    },
    stage.patience(5 * LEASE_MS),
  );
  return ids.length;
}

/** Does it, and waits until somebody has read from the stream, and from a new group if the old one is gone. */
async function readingAgain(
  { stage, publisher, pauses }: Ground,
  what: string,
  groupGoes: boolean,
  act: () => Promise<unknown>,
): Promise<void> {
  const { book } = stage;
  book.update();
  const lines: Extract<Line, { kind: 'event' }>[] = [];
  const stopListening = book.onLine((line) => {
    if (line.kind === 'event') lines.push(line);
  });
  await act();
  const moved = wallClock();
  const firstAfter = (name: string, time: number) =>
    Math.min(...lines.filter((line) => line.name === name && line.at >= time).map(({ at }) => at));
  const read = () => firstAfter('received', groupGoes ? firstAfter('group-again', 0) : moved);
  // A burst has used up the feed's rate for a while: without these there might be nothing to read.
  const sent: Promise<unknown>[] = [];
  await stage.until(() => {
    sent.push(publisher.publish());
    book.update();
    return Number.isFinite(read());
  }, 60_000);
  stopListening();
  await Promise.all(sent);
  const took = Math.max(0, read() - moved);
  if (!Number.isFinite(took)) throw new Error(`a minute after ${what} nothing is read`);
  pauses.push(took);
  stage.say(`${what}: reading again after ${Math.round(took)} ms`);
}

function numbersOf(publisher: Publisher, ids: readonly string[]): number[] {
  const wanted = new Set(ids);
  return [...publisher.confirmed].flatMap(([n, { entryId }]) => (wanted.has(entryId) ? [n] : []));
}

async function heldBy(admin: Redis, { pid }: Member): Promise<number> {
  const consumers = (await admin.xinfo('CONSUMERS', STREAM, GROUP)) as unknown[][];
  const theirs = consumers.find((fields) => String(fields[1]).includes(`-${pid}-`));
  return theirs === undefined ? 0 : Number(theirs[theirs.indexOf('pending') + 1]);
}

/**
 * Deletes the latest that the group shows as delivered to a process; its consumer's name holds its number. Gives their
 * ids. In one step, so that none of them is acknowledged in between.
 */
async function deletePending(admin: Redis, { pid }: Member): Promise<readonly string[]> {
  return (await admin.eval(
    `local ids = {}
    for _, entry in ipairs(redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 1000)) do
      if string.find(entry[2], ARGV[2], 1, true) then ids[#ids + 1] = entry[1] end
    end
    local deleted = {}
    for i = math.max(1, #ids - ARGV[3] + 1), #ids do
      redis.call('XDEL', KEYS[1], ids[i])
      deleted[#deleted + 1] = ids[i]
    end
    return deleted`,
    1,
    STREAM,
    GROUP,
    `-${pid}-`,
    DELETED,
  )) as string[];
}
