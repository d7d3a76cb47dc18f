/**
 * A service in a process of its own, told by its environment what to work; says on standard output, a JSON object a
 * line, what happens.
 */
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { defineChannels, defineOperations, openWorker } from '../../runtime/src/codegen/v1.js';

const {
  REDIS_URL = '',
  STREAM = '',
  MAX_WORKERS = '5',
  PREFETCH = '20',
  HANDLER_MS = '20',
  GRACE = '10000',
} = process.env;

const channels = defineChannels({
  jobs: {
    name: 'jobs',
    address: STREAM,
    transport: 'stream',
    parameters: [],
    messages: {
      job: { name: 'job', contentType: 'application/json', payload: z.looseObject({ n: z.int() }) },
    },
    policy: {},
  },
});
const operations = defineOperations({
  onJob: {
    name: 'onJob',
    channel: channels.jobs,
    messages: ['job'],
    publishes: [],
    policy: {
      concurrency: { maxWorkers: Number(MAX_WORKERS), prefetch: Number(PREFETCH) },
      stream: { group: 'test' },
    },
  },
});

/** Written at once, so that nothing that was said is lost with the process. */
function say(what: object): void {
  appendFileSync(1, `${JSON.stringify(what)}\n`);
}

const worker = openWorker(
  { service: 'jobs', channels, operations },
  {
    redis: REDIS_URL,
    handlers: {
      onJob: async ({ n }: { n: number }) => {
        say({ started: n });
        await sleep(Number(HANDLER_MS));
        say({ done: n });
      },
    },
  },
);
worker.on('worker-started', () => say({ ready: true }));
say({ report: await worker.run({ grace: Number(GRACE) }) });
