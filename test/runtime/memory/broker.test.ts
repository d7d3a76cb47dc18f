/** What the in-process broker adds to the ports: time of its own, hooks for tests, no limit of size. */
import { describe, expect, test } from 'vitest';
import { type MemoryBroker, memory } from '../../../runtime/src/memory/broker.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const STREAM = 'orders';
const GROUP = 'workers';

function fields(value: string): Uint8Array[] {
  return [Buffer.from('v'), Buffer.from(value)];
}

function consume(broker: MemoryBroker, consumer = 'c') {
  return broker.consume({ stream: STREAM, group: GROUP, consumer, startFrom: 'beginning' });
}

describe('time', () => {
  test('ids follow the calendar, and increase while it stands or jumps back', async () => {
    const clock = new VirtualClock();
    const broker = memory({ clock });
    const ids = [await broker.append(STREAM, fields('a')), await broker.append(STREAM, fields('b'))];
    clock.advance(7.9);
    ids.push(await broker.append(STREAM, fields('c')), await broker.append(STREAM, fields('d')));
    clock.advance(1);
    ids.push(await broker.append(STREAM, fields('e')));
    clock.calendar = -100;
    ids.push(await broker.append(STREAM, fields('f')));
    clock.calendar = 100;
    ids.push(await broker.append(STREAM, fields('g')));
    expect(ids).toEqual(['0-1', '0-2', '7-0', '7-1', '8-0', '8-1', '108-0']);
  });

  test('without a clock, ids are those of the calendar', async () => {
    const broker = memory();
    const before = Date.now();
    const [ms] = (await broker.append(STREAM, fields('a'))).split('-');
    expect(Number(ms)).toBeGreaterThanOrEqual(before);
    expect(Number(ms)).toBeLessThanOrEqual(Date.now());
  });

  test('a waiting read ends when the clock says so, and leaves no timer', async () => {
    const clock = new VirtualClock();
    const consumer = await consume(memory({ clock }));
    let ended = false;
    const reading = consumer.read(1, 50).then((entries) => {
      ended = true;
      return entries;
    });
    clock.advance(49);
    await Promise.resolve();
    expect(ended).toBe(false);
    clock.advance(1);
    expect(await reading).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });

  test('a read that was woken or interrupted leaves no timer either', async () => {
    const clock = new VirtualClock();
    const broker = memory({ clock });
    const consumer = await consume(broker);
    const woken = consumer.read(1, 50);
    await broker.append(STREAM, fields('a'));
    expect(await woken).toHaveLength(1);
    const interrupted = consumer.read(1, 50);
    await consumer.interrupt();
    expect(await interrupted).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });

  test('idle times are exact', async () => {
    const clock = new VirtualClock();
    const broker = memory({ clock });
    const [consumer, other] = [await consume(broker, 'one'), await consume(broker, 'two')];
    const id = await broker.append(STREAM, fields('a'));
    await consumer.read(1, 0);
    clock.advance(999);
    const request = { idleMs: 1_000, count: 1, cursor: '0-0' };
    expect((await other.takeOver(request)).entries).toEqual([]);
    clock.advance(1);
    expect(broker.pending(STREAM, GROUP)).toEqual([{ id, consumer: 'one', idleMs: 1_000, deliveries: 1 }]);
    expect((await other.takeOver(request)).entries).toHaveLength(1);
    clock.advance(400);
    await other.renew([id]);
    clock.advance(300);
    expect(broker.pending(STREAM, GROUP)).toMatchObject([{ consumer: 'two', idleMs: 300 }]);
  });

  test("a waiting read keeps the process alive on the machine's clock, and only while it waits", async () => {
    const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    const before = timers();
    const consumer = await consume(memory());
    const reading = consumer.read(1, 60_000);
    expect(timers()).toBe(before + 1);
    await consumer.close();
    await reading;
    expect(timers()).toBe(before);
  });
});

describe('hooks', () => {
  test('show streams, entries and pending lists', async () => {
    const broker = memory({ clock: new VirtualClock(5) });
    const consumer = await consume(broker);
    expect(broker.streams()).toEqual([]);
    const id = await broker.append(STREAM, fields('a'));
    await broker.append('other', fields('b'));
    await consumer.read(1, 0);
    expect(broker.streams()).toEqual([STREAM, 'other']);
    expect(broker.entries(STREAM)).toEqual([{ id: '5-0', fields: fields('a') }]);
    expect(broker.pending(STREAM, GROUP)).toEqual([{ id, consumer: 'c', idleMs: 0, deliveries: 1 }]);
  });

  test('know nothing of what does not exist', () => {
    const broker = memory();
    expect(broker.entries('none')).toEqual([]);
    expect(broker.pending('none', GROUP)).toEqual([]);
    expect(broker.deleteEntry('none', '1-1')).toBe(false);
    expect(broker.destroyGroup('none', GROUP)).toBe(false);
    expect(() => broker.deleteStream('none')).not.toThrow();
    expect(broker.streams()).toEqual([]);
  });

  test('delete entries, groups and streams', async () => {
    const broker = memory();
    const consumer = await consume(broker);
    const id = await broker.append(STREAM, fields('a'));
    await consumer.read(1, 0);
    expect(broker.deleteEntry(STREAM, id)).toBe(true);
    expect(broker.deleteEntry(STREAM, id)).toBe(false);
    expect(broker.pending(STREAM, GROUP)).toHaveLength(1);
    expect(broker.destroyGroup(STREAM, GROUP)).toBe(true);
    expect(broker.pending(STREAM, GROUP)).toEqual([]);
    await broker.append(STREAM, fields('b'));
    broker.deleteStream(STREAM);
    expect(broker.entries(STREAM)).toEqual([]);
  });

  test('what they show is a copy', async () => {
    const broker = memory();
    await broker.append(STREAM, fields('a'));
    broker.entries(STREAM)[0]?.fields[1]?.fill(0);
    expect(broker.entries(STREAM)[0]?.fields).toEqual(fields('a'));
  });
});

test('long streams: deleting from the front disturbs nobody, wherever they stand', async () => {
  const broker = memory();
  const [behind, ahead] = [
    await consume(broker),
    await broker.consume({ stream: STREAM, group: 'ahead', consumer: 'c', startFrom: 'beginning' }),
  ];
  const ids: string[] = [];
  for (let i = 0; i < 5_000; i++) ids.push(await broker.append(STREAM, fields(String(i))));
  await behind.read(100, 0);
  await ahead.read(4_000, 0);
  for (const id of ids.slice(0, 3_000)) broker.deleteEntry(STREAM, id);
  expect((await behind.read(5_000, 0)).map(({ id }) => id)).toEqual(ids.slice(3_000));
  expect((await ahead.read(5_000, 0)).map(({ id }) => id)).toEqual(ids.slice(4_000));
  expect(broker.entries(STREAM)).toHaveLength(2_000);
  const last = await broker.append(STREAM, fields('last'));
  expect((await behind.read(1, 0)).map(({ id }) => id)).toEqual([last]);
});
