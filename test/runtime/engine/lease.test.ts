import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { FsError } from '../../../runtime/src/errors.js';
import { memory } from '../../../runtime/src/memory/broker.js';
import type { Broker, Consumer, Handler } from '../../../runtime/src/types.js';
import { VirtualClock } from '../../support/virtual-clock.js';
import { controlledHandler, GROUP, type Job, jobContract, jobWorker, otherConsumer } from './harness.js';

const LEASE = 3_000;

/** From now on the broker's consumers are changed before anybody gets them. */
function changeConsumers(broker: Broker, change: (consumer: Consumer) => void): void {
  const consume = broker.consume.bind(broker);
  broker.consume = async (source) => {
    const consumer = await consume(source);
    change(consumer);
    return consumer;
  };
}

/** Lets time pass, and everything happen that is due meanwhile. */
async function pass(clock: VirtualClock, ms: number): Promise<void> {
  for (let i = 0; i < 10; i++) {
    clock.advance(ms / 10);
    await turn();
  }
}

test('poison that can not be put away yet is held, and renewed like everything held', async () => {
  const clock = new VirtualClock();
  const broker = memory({ clock });
  changeConsumers(broker, (consumer) => {
    consumer.deadLetter = () => Promise.reject(new FsError('FS_BROKER_BUSY', 'not now'));
  });
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
  await pass(clock, 5_000);
  await stopped;
});

test('an entry that is deleted just when it is found stranded is reported', async () => {
  const broker = memory();
  const contract = jobContract();
  changeConsumers(broker, (consumer) => {
    const { read, stranded } = consumer;
    consumer.read = async (count, waitMs) => {
      consumer.read = read;
      await consumer.read(count, waitMs);
      throw new FsError('FS_BROKER_UNREACHABLE', 'the reply was lost');
    };
    consumer.stranded = async (known, count) => {
      const found = await stranded.call(consumer, known, count);
      for (const { id } of found) broker.deleteEntry(contract.stream, id);
      return found;
    };
  });
  const { worker, until } = jobWorker(broker, contract, () => {});
  await worker.start();
  const id = await broker.append(contract.stream, [Buffer.from('__data__'), Buffer.from('{"n":1}')]);
  expect(await until('lease-lost')).toMatchObject([{ id, attempt: 1 }]);
  await worker.stop({ grace: 0 });
});

test('an attempt that could not be recorded is not recorded after the entry was handed back', async () => {
  const clock = new VirtualClock();
  const broker = memory({ clock });
  const contract = jobContract({ timeout: { lease: LEASE }, retry: { delay: 0, maxDelay: 0 } });
  let gaveBack = false;
  let confirm = () => {};
  changeConsumers(broker, (consumer) => {
    const { recordAttempt, handBack } = consumer;
    consumer.recordAttempt = async (id, attempt) => {
      if (!gaveBack) throw new FsError('FS_BROKER_BUSY', 'not now');
      return recordAttempt.call(consumer, id, attempt);
    };
    consumer.handBack = async (entries) => {
      const count = await handBack.call(consumer, entries);
      gaveBack = true;
      await new Promise<void>((resolve) => {
        confirm = resolve;
      });
      return count;
    };
  });
  const { worker, of } = jobWorker(broker, contract, () => Promise.reject(new Error('it failed')), { clock });
  await worker.start();
  await broker.append(contract.stream, [Buffer.from('__data__'), Buffer.from('{"n":1}')]);
  await pass(clock, 100);
  expect(of('retry-scheduled')).toHaveLength(1);
  const stopped = worker.stop({ grace: 0 });
  await pass(clock, 1_500);
  expect(gaveBack).toBe(true);
  await pass(clock, 1_000);
  expect(broker.pending(contract.stream, GROUP)[0]?.idleMs).toBeGreaterThan(LEASE);
  confirm();
  await pass(clock, 1_000);
  expect(await stopped).toMatchObject({ aborted: 1, released: 1 });
});

test('what comes back after somebody else had it goes on with the attempt that follows', async () => {
  const clock = new VirtualClock();
  const broker = memory({ clock });
  const retry = { delay: 2 * LEASE, maxDelay: 2 * LEASE, jitter: false };
  const contract = jobContract({ timeout: { lease: LEASE }, retry });
  let cut = true;
  changeConsumers(broker, (consumer) => {
    const { renew } = consumer;
    consumer.renew = async (ids) => {
      if (cut) throw new FsError('FS_BROKER_BUSY', 'not now');
      return renew.call(consumer, ids);
    };
  });
  const attempts: number[] = [];
  const failing: Handler<Job> = (_, { attempt }) => {
    attempts.push(attempt);
    throw new Error('it failed');
  };
  const { worker } = jobWorker(broker, contract, failing, { clock });
  await worker.start();
  const id = await broker.append(contract.stream, [Buffer.from('__data__'), Buffer.from('{"n":1}')]);
  await pass(clock, 100);
  const other = await otherConsumer(broker, contract);
  await other.takeOver({ idleMs: 0, count: 1, cursor: '0-0' });
  expect(await other.recordAttempt(id, 2)).toBe(true);
  await pass(clock, 1.5 * LEASE);
  cut = false;
  await pass(clock, LEASE);
  expect(attempts).toEqual([1, 3]);
  const stopped = worker.stop({ grace: 0 });
  await pass(clock, 5_000);
  await stopped;
});

test('no heartbeat goes out for what is being handed back', async () => {
  const clock = new VirtualClock();
  const broker = memory({ clock });
  const contract = jobContract({ timeout: { lease: LEASE }, concurrency: { maxWorkers: 1, prefetch: 1 } });
  const confirm: (() => void)[] = [];
  changeConsumers(broker, (consumer) => {
    const { handBack } = consumer;
    consumer.handBack = async (entries) => {
      const count = await handBack.call(consumer, entries);
      await new Promise<void>((resolve) => confirm.push(resolve));
      return count;
    };
  });
  const { handler, next } = controlledHandler();
  const { worker } = jobWorker(broker, contract, handler, { clock });
  await worker.start();
  for (const n of [1, 2]) {
    await broker.append(contract.stream, [Buffer.from('__data__'), Buffer.from(`{"n":${n}}`)]);
  }
  await pass(clock, 100);
  const running = await next();
  const stopped = worker.stop({ grace: 3 * LEASE });
  await pass(clock, 2 * LEASE);
  const [held, back] = broker.pending(contract.stream, GROUP);
  expect(held?.idleMs).toBeLessThan(LEASE);
  expect(back?.idleMs).toBeGreaterThan(LEASE);
  running.succeed();
  for (const resolve of confirm) resolve();
  await pass(clock, 5_000);
  expect(await stopped).toMatchObject({ drained: 1, released: 1 });
});
