/** A supervised service. Says on standard output, a JSON object a line, what happens in its processes. */
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { supervise } from '../../runtime/src/processes/index.js';

const { ACT, OPTIONS = '{}', SCRIPT } = process.env;

/** Written at once, so that nothing that was said is lost with the process. */
function say(what: object): void {
  appendFileSync(1, `${JSON.stringify({ pid: process.pid, ...what })}\n`);
}

const script = SCRIPT === undefined ? {} : { script: new URL(SCRIPT, import.meta.url) };
const supervision = await supervise({ processes: 2, ...JSON.parse(OPTIONS), ...script });
if (supervision.kind === 'ended') say(supervision);
else await work(supervision.number);

async function work(number: number): Promise<void> {
  const alive = setInterval(() => {}, 1_000);
  let signals = 0;
  const enough = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        signals += 1;
        say({ number, signals });
        if (signals === Number(ACT === 'twice' ? 2 : 1) && ACT !== 'stubborn') resolve();
      });
    }
  });
  say({ number, args: process.argv.slice(2), environment: process.env.FS_SUPERVISED ?? null });
  if (ACT === 'fail') process.exit(7);
  if (ACT === 'finish') process.exit(0);
  await enough;
  // Long enough for a second signal, if there were one.
  if (ACT === 'patient') await sleep(1_000);
  clearInterval(alive);
  if (ACT === 'fail-late') process.exit(3);
}
