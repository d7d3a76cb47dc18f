import { expect, test } from 'vitest';
import { Settle } from '../../../runtime/src/core/outcome.js';
import { FsError } from '../../../runtime/src/errors.js';
import { memory } from '../../../runtime/src/memory/broker.js';
import { GROUP, jobContract, jobWorker, publishJobs } from './harness.js';

test('a stop without grace still writes the dead letter whose last try has just failed', async () => {
  const broker = memory();
  const consume = broker.consume.bind(broker);
  let failed = () => {};
  const failure = new Promise<void>((resolve) => {
    failed = resolve;
  });
  broker.consume = async (source) => {
    const consumer = await consume(source);
    const { deadLetter } = consumer;
    consumer.deadLetter = () => {
      consumer.deadLetter = deadLetter;
      failed();
      return Promise.reject(new FsError('FS_BROKER_BUSY', 'not now'));
    };
    return consumer;
  };
  const contract = jobContract();
  const { worker, of } = jobWorker(broker, contract, () => {
    throw new Settle({ kind: 'deadLetter', reason: 'unwanted' });
  });
  await worker.start();
  await publishJobs(broker, contract, 1);
  await failure;
  await worker.stop({ grace: 0 });
  expect(of('dead-lettered')).toHaveLength(1);
  expect(broker.pending(contract.stream, GROUP)).toEqual([]);
  await broker.close();
});
