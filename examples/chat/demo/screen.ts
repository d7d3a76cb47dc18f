import logUpdate from 'log-update';
import pc from 'picocolors';
import type { Progress } from './contender.js';

const REFRESH_MS = 100;
/** Without a terminal there is nothing to redraw: a line now and then will do. */
const LINE_EVERY_MS = 10_000;
/** A line fits into 80 columns. */
const BAR = 24;

/** Shows how the contenders come on, until it is told to stop. */
export function watch(contenders: readonly { progress(): Progress }[]): () => void {
  const live = process.stdout.isTTY === true;
  const draw = () => {
    const lines = contenders.map((contender) => line(contender.progress()));
    if (live) logUpdate(`${lines.join('\n')}\n`);
    else for (const text of lines) console.log(text);
  };
  const timer = setInterval(draw, live ? REFRESH_MS : LINE_EVERY_MS);
  return () => {
    clearInterval(timer);
    draw();
    if (live) logUpdate.done();
  };
}

function line({ name, workers, busy, waiting, done, total, elapsed }: Progress): string {
  const filled = Math.round((done / total) * BAR);
  const bar = pc.green('█'.repeat(filled)) + pc.gray('░'.repeat(BAR - filled));
  const slots = pc.yellow('●'.repeat(busy)) + pc.gray('○'.repeat(Math.max(0, workers - busy)));
  const counts = `${String(done).padStart(3)} done  ${String(waiting).padStart(3)} waiting`;
  return `  ${name.padEnd(10)} ${bar}  ${counts}  ${(elapsed / 1000).toFixed(1).padStart(5)} s  ${slots}`;
}
