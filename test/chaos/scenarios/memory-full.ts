import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { standing } from '../parts/balance.js';
import { wallClock } from '../parts/ledger.js';
import type { Publisher } from '../parts/publisher.js';
import { repetitions, settled } from '../parts/verdict.js';
import { atLeast, atMost, exactly, scenario, told } from '../scenario.js';
import type { Stage } from '../stage.js';

const MEGABYTE = 1 << 20;
const HEADROOM = 16 * MEGABYTE;
const PUBLISHERS = 20;
const HANDLER_MS = 5;
/** First confirmation after memory is free again. */
const AGAIN_MS = 2_000;

export const memoryFull = scenario({
  name: 'memory-full',
  what: 'Redis is at its maxmemory for a while: writes are refused, consumers go on',
  sizes: {
    seconds: { what: 'how long it is full, at least', long: 30, short: 3 },
    backlog: { what: 'messages that wait when it begins', long: 5_000, short: 1_000 },
  },
  async run(stage, { seconds, backlog }) {
    const server = await stage.redis();
    const admin = stage.admin(server.url);
    const policy = { concurrency: { maxWorkers: 5, prefetch: 50 } };
    const crew = stage.crew({ target: { url: server.url }, policy, handlerMs: HANDLER_MS });
    const publisher = stage.publisher({ url: server.url });
    // Makes the group, and goes: workers that start when memory is full find it there.
    for (const member of await crew.hireReady(1)) await member.end('SIGTERM');
    await publisher.feed({ count: backlog, backlog, handled: () => 0 });
    const free = await fill(stage, admin);
    const stopPublishing = publishOnAndOn(stage, publisher);
    await crew.hireReady(2);
    await sleep(seconds * 1_000);
    await stage.until(() => stage.handled() >= backlog, 30_000);
    const during = {
      confirmed: publisher.confirmed.size - backlog,
      refused: publisher.refusals.get('FS_BROKER_FULL') ?? 0,
      handled: stage.handled(),
      standing: await standing(admin),
    };
    const end = await free();
    await stage.until(() => publisher.lastConfirmed > end, 30_000, 2);
    const again = publisher.lastConfirmed > end ? publisher.lastConfirmed - end : Number.POSITIVE_INFINITY;
    await sleep(500);
    await stopPublishing();
    const { balance, findings } = await settled(stage, { admin, publisher, crew }, 60_000);
    const others = [...publisher.refusals.keys()].filter((code) => code !== 'FS_BROKER_FULL');
    return [
      atLeast('publishes refused with FS_BROKER_FULL', 1, during.refused),
      exactly('error codes other than that', 0, others.length),
      told('confirmed meanwhile', during.confirmed),
      atLeast('handled meanwhile, by workers that were started meanwhile', backlog, during.handled),
      told('pending or unread when it ended', during.standing.pending + during.standing.unread),
      atMost('until the first confirmation after it', stage.patience(AGAIN_MS), again, 'ms'),
      ...findings,
      ...repetitions(stage, balance, 0),
    ];
  },
});

/** Publishers that try each message until it is confirmed. Gives a function that ends it. */
function publishOnAndOn(stage: Stage, publisher: Publisher): () => Promise<unknown> {
  let over = false;
  const insisting = Array.from({ length: PUBLISHERS }, async () => {
    while (!over) await publisher.insist(() => over);
  });
  const stop = () => {
    over = true;
    return Promise.all(insisting);
  };
  stage.atEnd(stop);
  return stop;
}

/**
 * Sets the limit, writes until nothing goes in any more, and sees to it that it stays so. Gives a function that makes
 * room, and gives the time when it began to.
 */
async function fill(stage: Stage, admin: Redis): Promise<() => Promise<number>> {
  await admin.config('SET', 'maxmemory-policy', 'noeviction');
  await admin.config('SET', 'maxmemory', (await usedMemory(admin)) + HEADROOM);
  await writeUntilFull(admin, 64 * 1_024);
  await writeUntilFull(admin, 512);
  let over = false;
  const stayingFull = (async () => {
    while (!over) {
      await writeUntilFull(admin, 512);
      await sleep(20);
    }
  })();
  const stop = () => {
    over = true;
    return stayingFull;
  };
  stage.atEnd(stop);
  return async () => {
    await stop();
    const now = wallClock();
    await admin.unlink('ballast');
    return now;
  };
}

async function writeUntilFull(admin: Redis, size: number): Promise<void> {
  const block = 'x'.repeat(size);
  const writes = () =>
    admin.rpush('ballast', block).then(
      () => true,
      () => false,
    );
  while (await writes());
}

async function usedMemory(admin: Redis): Promise<number> {
  return Number(/used_memory:(\d+)/.exec(await admin.info('memory'))?.[1]);
}
