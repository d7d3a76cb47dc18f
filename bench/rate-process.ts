/** One of the processes of the rate benchmark. Tells the times of its handler starts when it is told to end. */
import { setTimeout as sleep } from 'node:timers/promises';
import { silentLogger } from '@fs-gen/runtime';
import { openWorker } from '@fs-gen/runtime/codegen/v1';
import { benchContract } from './ours.js';
import type { RateTask } from './rate.js';

const { url, stream, concurrency, handlerMs } = JSON.parse(process.env.RATE_TASK ?? '') as RateTask;
const starts: number[] = [];
const worker = openWorker(benchContract(stream, concurrency), {
  redis: url,
  logger: silentLogger,
  handlers: {
    onJob: async () => {
      starts.push(now());
      if (handlerMs > 0) await sleep(handlerMs);
    },
  },
});
process.once('disconnect', () => process.exit(1));
process.once('message', () => void end());
await worker.start();
process.send?.('ready');

async function end(): Promise<void> {
  await worker.stop();
  process.send?.(starts, () => process.exit());
}

/** Milliseconds on the machine's monotonic clock, which all processes share. */
function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
