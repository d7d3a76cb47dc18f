import { setTimeout as sleep } from 'node:timers/promises';
import { startRedis } from '../test/support/redis-server.js';
import { median, spread } from './figures.js';
import { bareLoop } from './loop.js';
import { fill, ourWorker } from './ours.js';

const HANDLER_MS = 20;
const ROUNDS = 3;
/** Long enough that start and end don't count. */
const MESSAGES_PER_WORKER = 150;

/**
 * A handler that waits 20 ms: which share of the ideal rate, workers / 20 ms, is reached? Ours and the bare loop take
 * turns, so that both see the same machine. A 20 ms timer takes a little more than 20 ms, and on a busy
 * machine more than a little: what timers reach by themselves, in the same run, is the most there is.
 */
export async function io(limits: readonly number[]): Promise<boolean> {
  const server = await startRedis();
  console.log(`handler of ${HANDLER_MS} ms, ${ROUNDS} rounds, median share of the ideal rate (min–max)\n`);
  console.log('| workers | messages | timers alone | fs-gen | bare loop | fs-gen / loop | most at once |');
  console.log('| --- | --- | --- | --- | --- | --- | --- |');
  let reached = true;
  for (const workers of limits) {
    const total = Math.min(50_000, workers * MESSAGES_PER_WORKER);
    const ideal = (total * HANDLER_MS) / workers;
    const ours: number[] = [];
    const loop: number[] = [];
    const timers: number[] = [];
    let mostBusy = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const stream = `io:${workers}:${round}`;
      await fill(server.url, stream, total);
      timers.push(ideal / (await timersAlone(workers, total)));
      const run = await ourWorker(server.url, stream, { maxWorkers: workers }, HANDLER_MS, total);
      ours.push(ideal / run.took);
      mostBusy = Math.max(mostBusy, run.mostBusy);
      loop.push(ideal / (await bareLoop(server.url, stream, workers, HANDLER_MS, total)));
    }
    const [mine, bare] = [median(ours), median(loop)];
    console.log(
      `| ${workers} | ${total} | ${spread(timers)} | ${spread(ours)} | ${spread(loop)} | ${(mine / bare).toFixed(3)} | ${mostBusy} |`,
    );
    if (mine < 0.97 || mostBusy > workers) reached = false;
  }
  await server.stop();
  return reached;
}

/** As many chains of timers as there are workers, and nothing else. */
async function timersAlone(workers: number, total: number): Promise<number> {
  const started = performance.now();
  const chain = async () => {
    for (let i = 0; i < total / workers; i++) await sleep(HANDLER_MS);
  };
  await Promise.all(Array.from({ length: workers }, chain));
  return performance.now() - started;
}
