import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { type RangeResult, replay, runRange } from './range.js';

/** Seeds that a process is given at once. */
const CHUNK = 200;
const OWN_FILE = fileURLToPath(import.meta.url);

interface Chunk {
  readonly from: number;
  readonly count: number;
}

/** Runs many seeds, on every core; gives how many failed. */
export async function runMany(from: number, seeds: number): Promise<number> {
  const chunks: Chunk[] = [];
  for (let at = from; at < from + seeds; at += CHUNK) {
    chunks.push({ from: at, count: Math.min(CHUNK, from + seeds - at) });
  }
  const started = performance.now();
  const counts: Record<string, number> = {};
  let [done, failed] = [0, 0];
  const take = (chunk: Chunk, result: RangeResult) => {
    done += chunk.count;
    failed += result.failed.length;
    for (const [what, times] of Object.entries(result.counts)) counts[what] = (counts[what] ?? 0) + times;
    for (const [seed, how] of result.failed) console.log(`✘ ${replay(seed)}\n    ${how}`);
    if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${seeds} seeds, ${failed} failed`);
  };
  const helpers = Array.from({ length: Math.min(availableParallelism(), chunks.length) }, () =>
    helper(chunks, take),
  );
  await Promise.all(helpers);
  if (process.stderr.isTTY) process.stderr.write('\n');
  const seconds = (performance.now() - started) / 1_000;
  console.log(`${seeds} seeds from ${from}: ${failed} failed, ${seconds.toFixed(1)} s`);
  const troubles = Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1));
  console.log(troubles.map(([what, times]) => `  ${what} ${times}`).join('\n'));
  return failed;
}

/** A process that works chunks off until there are none. */
function helper(chunks: Chunk[], take: (chunk: Chunk, result: RangeResult) => void): Promise<void> {
  const child: ChildProcess = fork(OWN_FILE, { execArgv: process.execArgv });
  return new Promise((resolve, reject) => {
    let chunk = chunks.shift();
    const next = () => {
      if (chunk === undefined) child.disconnect();
      else child.send(chunk);
    };
    child.on('message', (result: RangeResult) => {
      if (chunk !== undefined) take(chunk, result);
      chunk = chunks.shift();
      next();
    });
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a helper ended with ${code}`))));
    next();
  });
}

if (process.send !== undefined && process.argv[1] === OWN_FILE) {
  process.on('message', ({ from, count }: Chunk) => {
    void runRange(from, count).then((result) => process.send?.(result));
  });
}
