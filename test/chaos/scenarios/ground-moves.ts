import type { Redis } from 'ioredis';
import { balance } from '../parts/balance.js';
import { repeated } from '../parts/book.js';
import { GROUP, STREAM } from '../parts/contract.js';
import type { Crew } from '../parts/crew.js';
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
      atMost('until it was reading again, at most', AGAIN_MS, Math.max(...ground.pauses), 'ms'),
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
  await readingAgain(ground, `FLUSHALL, ${unread.length} unread`);
  for (const n of numbersOf(publisher, unread)) gone.add(n);
}

async function destroyGroup(ground: Ground): Promise<void> {
  await ground.admin.xgroup('DESTROY', STREAM, GROUP);
  await readingAgain(ground, 'XGROUP DESTROY');
}

/** A living process has the payloads: it handles them all the same. */
async function deleteOfLiving({ admin, crew }: Ground): Promise<number> {
  const [member] = crew.working;
  const ids = member === undefined ? [] : await pendingOf(admin, member.pid);
  return ids.length === 0 ? 0 : admin.xdel(STREAM, ...ids.slice(0, DELETED));
}

/** What a dead process held, and is deleted before it is taken over, can only be counted. */
async function deleteOfDead(ground: Ground): Promise<number> {
  const { stage, admin, crew, publisher, gone } = ground;
  const victim = crew.hire();
  await victim.ready;
  await stage.until(async () => (await pendingOf(admin, victim.pid)).length > DELETED, 10_000, 2);
  await victim.end('SIGKILL');
  const ids = (await pendingOf(admin, victim.pid)).slice(-DELETED);
  const deleted = ids.length === 0 ? 0 : await admin.xdel(STREAM, ...ids);
  stage.book.update();
  for (const n of numbersOf(publisher, ids)) if (stage.book.dones[n] === undefined) gone.add(n);
  const expected = stage.book.event('entries-lost') + deleted;
  // Taken over when the lease is out, which is when they are missed.
  await stage.until(() => {
    stage.book.update();
    return stage.book.event('entries-lost') >= expected;
  }, 5 * LEASE_MS);
  await readingAgain(ground, `XDEL of ${deleted} that were pending`);
  return deleted;
}

/** Waits until something has been started that was read from now on: a later message, or an earlier one again. */
async function readingAgain({ stage, publisher, pauses }: Ground, what: string): Promise<void> {
  const from = publisher.next;
  const { book } = stage;
  const repeatsBefore = repeated(book.starts);
  const took = await stage.until(
    () => {
      book.update();
      return book.starts.length > from || repeated(book.starts) > repeatsBefore;
    },
    60_000,
    5,
  );
  if (took === undefined) throw new Error(`a minute after ${what} nothing is read`);
  pauses.push(took);
  stage.say(`${what}: reading again after ${Math.round(took)} ms`);
}

function numbersOf(publisher: Publisher, ids: readonly string[]): number[] {
  const wanted = new Set(ids);
  return [...publisher.confirmed].flatMap(([n, { entryId }]) => (wanted.has(entryId) ? [n] : []));
}

/** Ids that the group shows as delivered to a process; its consumer's name holds its number. */
async function pendingOf(admin: Redis, pid: number): Promise<string[]> {
  const pending = (await admin.xpending(STREAM, GROUP, '-', '+', 1_000).catch(() => [])) as [
    string,
    string,
  ][];
  return pending.filter(([, consumer]) => consumer.includes(`-${pid}-`)).map(([id]) => id);
}
