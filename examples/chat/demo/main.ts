/**
 * `npm run demo`: generates the SDK from specs/api.yaml, starts the chat service twice (one worker and five), asks
 * both the same questions, and shows what the difference is. Exits with 1 if anything was lost or out of order.
 */
import { spawnSync } from 'node:child_process';
import { FsError } from '@fs-gen/runtime';
import pc from 'picocolors';
import { createClient } from '../generated/index.js';
import { openBroker } from './broker.js';
import { enter } from './contender.js';
import { countReplies } from './replies.js';
import { watch } from './screen.js';
import { report } from './summary.js';
import { commands, questions } from './work.js';

const QUERIES = 100;
const COMMANDS = 30;

async function main(): Promise<boolean> {
  if (!generateSdk()) return false;
  const { broker, story, close } = await openBroker();
  console.log(`${pc.bold('fs-gen demo')}, on ${story}`);
  console.log(`${QUERIES} questions to a simulated language model, 200 ms to 2 s each;`);
  console.log(`${COMMANDS} control commands, one after the other\n`);
  try {
    await broker.start();
    const work = { queries: QUERIES, commands: COMMANDS };
    const five = enter('5 workers', broker, work);
    const one = enter('1 worker', broker, work, 1);
    const contenders = [five, one];
    await Promise.all(contenders.map((contender) => contender.start()));
    const replies = await countReplies(broker, QUERIES * contenders.length);
    const client = createClient({ broker });
    await Promise.all(questions(QUERIES).map((question) => client.publish.chatQueries(question)));
    for (const command of commands(COMMANDS)) await client.publish.control(command);
    const stopWatching = watch(contenders);
    await Promise.all([...contenders.map((contender) => contender.finished), replies.finished]);
    stopWatching();
    await Promise.all([...contenders.map((contender) => contender.stop()), replies.stop(), client.close()]);
    return report({ one, five, questions: QUERIES, commands: COMMANDS, replies: replies.perQuery });
  } finally {
    await close();
  }
}

/** Quick where nothing has changed, because only files that differ are written. */
function generateSdk(): boolean {
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', 'generate'], { encoding: 'utf8' });
  if (status === 0) console.log('The SDK in examples/chat/generated is what specs/api.yaml says.\n');
  else console.error(`${stdout}${stderr}`);
  return status === 0;
}

try {
  if (!(await main())) process.exitCode = 1;
} catch (error) {
  console.error(error instanceof FsError ? error.stack : error);
  process.exitCode = 1;
}
