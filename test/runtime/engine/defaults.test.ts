import { expect, it } from 'vitest';
import { z } from 'zod';
import { Client } from '../../../runtime/src/engine/client.js';
import { memory } from '../../../runtime/src/memory/broker.js';
import { jobContract, jobWorker } from './harness.js';

it('a default is filled in by who receives a message, and not by who sends it', async () => {
  const broker = memory();
  const { stream, contract } = jobContract();
  const { jobs } = contract.channels;
  const withDefault = (n: number) => ({
    ...jobs,
    messages: { job: { ...jobs.messages.job, payload: z.looseObject({ n: z.int().default(n) }) } },
  });
  const sent: unknown[] = [];
  const channel = withDefault(2);
  const { worker, until } = jobWorker(
    broker,
    {
      stream,
      contract: {
        ...contract,
        channels: { jobs: channel },
        operations: { onJob: { ...contract.operations.onJob, channel } },
      },
    } as never,
    async (job) => void sent.push(job),
  );
  await worker.start();
  const client = new Client<{ jobs: (job: object) => Promise<unknown> }>(
    { channels: { jobs: withDefault(1) } },
    { broker, ownsBroker: false },
  );
  await client.publish.jobs({});
  await until('acked');
  expect(sent).toEqual([{ n: 2 }]);
  await worker.stop({ grace: 0 });
  await client.close();
  await broker.close();
});
