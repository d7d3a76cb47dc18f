import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { FsError } from '../../../runtime/src/errors.js';
import { memory } from '../../../runtime/src/memory/broker.js';
import type { Broker } from '../../../runtime/src/types.js';
import { VirtualClock } from '../../support/virtual-clock.js';
import { GROUP, jobContract, jobWorker } from './harness.js';

const LEASE = 3_000;

/** From now on the broker's consumers can't write dead letters. */
function refuseDeadLetters(broker: Broker): void {
  const consume = broker.consume.bind(broker);
  broker.consume = async (source) => {
    const consumer = await consume(source);
    consumer.deadLetter = () => Promise.reject(new FsError('FS_BROKER_BUSY', 'not now'));
    return consumer;
  };
}

test('poison that can not be put away yet is held, and renewed like everything held', async () => {
  const clock = new VirtualClock();
  const broker = memory({ clock });
  refuseDeadLetters(broker);
  const contract = jobContract({ timeout: { lease: LEASE } });
  const { worker, of } = jobWorker(broker, contract, () => {}, { clock });
  await worker.start();
  await broker.append(contract.stream, [Buffer.from('__data__'), Buffer.from('no json')]);
  for (let third = 0; third < 9; third++) {
    clock.advance(LEASE / 3);
    await turn();
    const [pending] = broker.pending(contract.stream, GROUP);
    expect(pending?.idleMs).toBeLessThan(LEASE);
  }
  expect(of('broker-failed').length).toBeGreaterThan(0);
  const stopped = worker.stop({ grace: 0 });
  for (let second = 0; second < 5; second++) {
    clock.advance(1_000);
    await turn();
  }
  await stopped;
});
