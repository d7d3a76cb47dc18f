/**
 * A worker in a process of its own. Its environment tells it what to work; every effect, and what the engine says about
 * itself, goes into its ledger. Ends when the process that started it does.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openWorker } from '../../../runtime/src/codegen/v1.js';
import { connect } from '../../../runtime/src/redis/broker.js';
import { createLogger } from '../../../runtime/src/telemetry/logger.js';
import type { HandlerContext } from '../../../runtime/src/types.js';
import { sabotaged, sabotagesHandler } from '../sabotage.js';
import { chaosContract, type Job, type WorkerConfig } from './contract.js';
import { recordAcks, recordEvents } from './events.js';
import { Judge } from './judge.js';
import { Ledger, wallClock } from './ledger.js';

const config = JSON.parse(process.env.CHAOS_WORKER ?? '') as WorkerConfig;
const orphaned = () => process.exit(1);
process.on('disconnect', orphaned);

const ledger = await Ledger.open(join(config.ledgers, `${process.pid}.ledger`));
const judge = config.judged ? new Judge(config.target, ledger) : undefined;
const broker = sabotaged(connect(config.target), config.sabotage);
const worker = openWorker(chaosContract(config.policy, config.stream), {
  broker,
  logger: createLogger({ level: 'warn' }),
  handlers: { onJob: handle },
});
const stopRecording = recordEvents(worker, ledger);
if (config.acks) recordAcks(worker, ledger);
worker.on('worker-started', () => process.send?.('ready'));

const report = await worker.run({ grace: config.grace });
for (const [name, count] of Object.entries(report)) void ledger.write('event', name, count, wallClock());
await broker.close();
judge?.close();
stopRecording();
await ledger.close();
process.off('disconnect', orphaned);
process.disconnect();

/** Heeds no signal, as many a handler. */
async function handle(job: Job, context: HandlerContext): Promise<void> {
  const work = effect(job, context);
  // Sabotage: what has begun is taken for done.
  if (!sabotagesHandler(config.sabotage)) await work;
}

async function effect(job: Job, context: HandlerContext): Promise<void> {
  const { n, ms = config.handlerMs, failAfter, failures = Number.POSITIVE_INFINITY } = job;
  const { attempt } = context;
  const started = wallClock();
  const judged = judge?.started(job, context);
  await ledger.write('start', n, attempt, started);
  await judged;
  if (ms > 0) await sleep(ms);
  const fails = failAfter !== undefined && attempt <= failures && !config.fixed;
  if (fails && wallClock() - started > failAfter) {
    await ledger.write('fail', n, attempt, wallClock());
    throw new Error(`message ${n} fails as it was told`);
  }
  await ledger.write('done', n, attempt, wallClock());
}
