import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { keyDraw } from '../runtime/src/plan/load.js';
import { Random } from '../test/simulation/random.js';
import { startRedis } from '../test/support/redis-server.js';
import { median, spread } from './figures.js';
import { fill, ourWorker } from './ours.js';

const KEYS = 1_000;
/** At first the others keep all workers busy, and the hottest key waits for its turn: long enough that it doesn't count. */
const MESSAGES = 10_000;
const BARE = 500;
const WORKERS = 20;
const HANDLER_MS = 20;
const ROUNDS = 3;
const SEED = 1;
const TARGET = 0.9;

/**
 * Keys by Zipf's law (the k-th has a share of 1/k), worked in order: which share is reached of what the hottest key allows,
 * whose messages come one after the other? A timer takes a little more than it should, and each message is acknowledged
 * before the next one of its key starts: what a loop reaches that does only that, with the messages of the hottest key
 * alone, is the most there is.
 */
export async function zipf(): Promise<boolean> {
  const server = await startRedis();
  const ours: number[] = [];
  const bare: number[] = [];
  const draw = keyDraw({ count: KEYS, zipf: 1 }, new Random(SEED));
  const keys = Array.from({ length: MESSAGES }, draw);
  const hottest = keys.filter((key) => key === 'k0').length;
  const ideal = hottest * HANDLER_MS;
  for (let round = 0; round < ROUNDS; round++) {
    const stream = `zipf:${round}`;
    await fill(server.url, stream, MESSAGES, (n) => `tenant-${keys[n]}`);
    const concurrency = { maxWorkers: WORKERS, orderBy: '$message.payload#/tenant' };
    const { took } = await ourWorker(server.url, stream, concurrency, HANDLER_MS, MESSAGES);
    ours.push(ideal / took);
    bare.push((BARE * HANDLER_MS) / (await oneByOne(server.url, BARE)));
  }
  await server.stop();
  console.log(
    `handler of ${HANDLER_MS} ms, ${WORKERS} workers, seed ${SEED}, ${ROUNDS} rounds, median (min–max)\n`,
  );
  console.log(
    '| keys | messages | of the hottest key | allowed | fs-gen, share of it | bare loop | fs-gen / loop |',
  );
  console.log(`|${' --- |'.repeat(7)}`);
  const allowed = `${((1_000 * MESSAGES) / ideal).toFixed(0)}/s`;
  const ratio = (median(ours) / median(bare)).toFixed(3);
  console.log(
    `| ${KEYS} | ${MESSAGES} | ${hottest} | ${allowed} | ${spread(ours)} | ${spread(bare)} | ${ratio} |`,
  );
  return median(ours) >= TARGET;
}

/** Handler, acknowledgement, and the next one. Gives the milliseconds for all. */
async function oneByOne(url: string, count: number): Promise<number> {
  const redis = new Redis(url);
  await redis.xgroup('CREATE', 'zipf:bare', 'loop', '$', 'MKSTREAM').catch(() => {});
  const started = performance.now();
  for (let i = 0; i < count; i++) {
    await sleep(HANDLER_MS);
    await redis.xack('zipf:bare', 'loop', `${i + 1}-1`);
  }
  const took = performance.now() - started;
  redis.disconnect();
  return took;
}
