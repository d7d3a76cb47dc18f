import { setTimeout as sleep } from 'node:timers/promises';
import { silentLogger } from '@fs-gen/runtime';
import { openClient, openWorker } from '@fs-gen/runtime/codegen/v1';
import { z } from 'zod';
import type { PolicyDeclaration } from '../runtime/src/contract.js';

/** About 250 bytes as JSON, like the messages of the published figures. */
const message = { n: 0, id: 'm-0', tenant: 'acme', text: 'x'.repeat(190) };

/** One channel of jobs, worked as the policy says. */
export function benchContract(stream: string, concurrency: PolicyDeclaration['concurrency'] = {}) {
  const payload = z.looseObject({
    n: z.int(),
    id: z.string().min(1),
    tenant: z.string(),
    text: z.string().max(500),
  });
  const jobs = {
    name: 'jobs',
    address: stream,
    transport: 'stream',
    parameters: [],
    messages: { job: { name: 'job', contentType: 'application/json', payload } },
    policy: {},
  } as const;
  const policy = { concurrency, stream: { group: 'ours' } };
  const onJob = { name: 'onJob', channel: jobs, messages: ['job'], publishes: [], policy };
  return { service: 'bench', channels: { jobs }, operations: { onJob } };
}

interface Publishers {
  readonly jobs: (job: typeof message) => Promise<unknown>;
}

/** Fills a stream, a thousand messages at a time. */
export async function fill(
  url: string,
  stream: string,
  total: number,
  tenantOf: (n: number) => string = () => message.tenant,
): Promise<void> {
  const client = openClient<Publishers>(benchContract(stream), { redis: url });
  for (let sent = 0; sent < total; sent += 1_000) {
    const count = Math.min(1_000, total - sent);
    await Promise.all(
      Array.from({ length: count }, (_, i) =>
        client.publish.jobs({ ...message, n: sent + i, tenant: tenantOf(sent + i) }),
      ),
    );
  }
  await client.close();
}

/** The whole engine: validation, leases, retries, events. */
export async function ourWorker(
  url: string,
  stream: string,
  concurrency: PolicyDeclaration['concurrency'],
  ms: number,
  total: number,
): Promise<{ mostBusy: number; took: number }> {
  let busy = 0;
  let mostBusy = 0;
  let acked = 0;
  const worker = openWorker(benchContract(stream, concurrency), {
    redis: url,
    logger: silentLogger,
    handlers: {
      onJob: async () => {
        busy += 1;
        mostBusy = Math.max(mostBusy, busy);
        await sleep(ms);
        busy -= 1;
      },
    },
  });
  const done = new Promise<void>((resolve) => {
    worker.on('acked', () => {
      acked += 1;
      if (acked === total) resolve();
    });
  });
  await worker.start();
  const started = performance.now();
  await done;
  const took = performance.now() - started;
  await worker.stop();
  return { mostBusy, took };
}
