import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { PolicyDeclaration } from '../runtime/src/contract.js';
import { startRedis } from '../test/support/redis-server.js';
import { median } from './figures.js';
import { fill } from './ours.js';

const SCRIPT = fileURLToPath(new URL('rate-process.ts', import.meta.url));
const PROCESSES = 4;
const MAX = 100;
const PER_MS = 1_000;
const SECONDS = 30;
const IDEAL = (MAX * SECONDS * 1_000) / PER_MS;
const TOLERANCE = 0.01;
/** Messages that are there from the beginning, so that permits are all that is missing. */
const BACKLOG = 2 * IDEAL;

/** What a process is told. */
export interface RateTask {
  readonly url: string;
  readonly stream: string;
  readonly concurrency: PolicyDeclaration['concurrency'];
  readonly handlerMs: number;
}

/**
 * A rate limit for a group of processes with more to do than it allows: how many handlers start in half a minute from the
 * first start on, and how many at most in any second, wherever it begins?
 */
export async function rate(): Promise<boolean> {
  const server = await startRedis();
  console.log(
    `${MAX} in ${PER_MS} ms, ${PROCESSES} processes, ${SECONDS} s: ${IDEAL} ± ${100 * TOLERANCE} %\n`,
  );
  console.log(
    `| handler | workers of a process | started | most in any second | least (median) until ${MAX} later | of each process |`,
  );
  console.log(`|${' --- |'.repeat(6)}`);
  let reached = true;
  for (const [handlerMs, maxWorkers] of [
    [0, 100],
    [20, 5],
  ] as const) {
    const stream = `rate:${handlerMs}`;
    const rateLimit = { max: MAX, per: PER_MS };
    const task = { url: server.url, stream, concurrency: { maxWorkers, rateLimit }, handlerMs };
    const lists = await measure(task);
    const first = Math.min(...lists.flat());
    const within = lists.map((starts) => starts.filter((at) => at < first + 1_000 * SECONDS));
    const count = within.flat().length;
    const most = mostInAny(lists.flat(), PER_MS);
    const later = laterBy(lists.flat(), MAX);
    const cells = [
      `${handlerMs} ms`,
      maxWorkers,
      count,
      most,
      `${Math.min(...later).toFixed(1)} ms (${median(later).toFixed(1)} ms)`,
      within.map(({ length }) => length).join(', '),
    ];
    console.log(`| ${cells.join(' | ')} |`);
    if (Math.abs(count - IDEAL) > IDEAL * TOLERANCE || most > MAX) reached = false;
  }
  await server.stop();
  return reached;
}

/** Gives when handlers were started, in ms, for each process. */
async function measure(task: RateTask): Promise<readonly (readonly number[])[]> {
  const children = Array.from({ length: PROCESSES }, () =>
    fork(SCRIPT, { execArgv: ['--import', 'tsx'], env: { ...process.env, RATE_TASK: JSON.stringify(task) } }),
  );
  await Promise.all(children.map(answer));
  await fill(task.url, task.stream, BACKLOG);
  await sleep(1_000 * (SECONDS + 1));
  return Promise.all(
    children.map(async (child) => {
      const starts = answer(child);
      child.send('end');
      return (await starts) as number[];
    }),
  );
}

async function answer(child: ChildProcess): Promise<unknown> {
  const [message] = await Promise.race([once(child, 'message'), once(child, 'exit').then(endedEarly)]);
  return message;
}

function endedEarly([code]: readonly unknown[]): never {
  throw new Error(`a process of the benchmark ended with ${String(code)} before it had answered`);
}

/** For each start, how much later came the one that is `count` starts after it. */
function laterBy(times: readonly number[], count: number): readonly number[] {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted.slice(count).map((at, i) => at - (sorted[i] ?? at));
}

/** The most times that lie in any window of so many milliseconds, its end not included. */
function mostInAny(times: readonly number[], ms: number): number {
  const sorted = [...times].sort((a, b) => a - b);
  let most = 0;
  let from = 0;
  for (const [i, at] of sorted.entries()) {
    while (at - (sorted[from] ?? at) >= ms) from += 1;
    most = Math.max(most, i - from + 1);
  }
  return most;
}
