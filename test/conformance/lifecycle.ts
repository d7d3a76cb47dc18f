/** `inspect`, and the end of consumers and brokers. */
import { describe, expect, test } from 'vitest';
import { isFsError } from '../../runtime/src/errors.js';
import { type Bench, FOR_EVER, GROUP, values } from './bench.js';

export function lifecycleCases(bench: () => Bench): void {
  describe('inspect', () => {
    test('counts entries, pending ones, unread ones and consumers', async () => {
      const b = bench();
      const { consumer, ids } = await b.holding(['a', 'b', 'c']);
      await b.appendAll(['d', 'e']);
      const other = await b.consumer();
      await other.read(1, 0);
      await consumer.ack(ids.slice(0, 1));
      expect(await consumer.inspect()).toEqual({ length: 5, pending: 3, lag: 1, consumers: 2 });
      expect(await other.inspect()).toEqual(await consumer.inspect());
    });

    test('of a group that nobody has read from', async () => {
      const b = bench();
      const consumer = await b.consumer();
      await b.append('a');
      expect(await consumer.inspect()).toMatchObject({ length: 1, pending: 0, lag: 1 });
    });

    test('a lag is right or not told', async () => {
      const b = bench();
      const { consumer } = await b.holding(['a']);
      const [first = ''] = await b.appendAll(['b', 'c']);
      await b.subject.deleteEntry(b.stream, first);
      const { lag, length } = await consumer.inspect();
      expect([null, 1]).toContain(lag);
      expect(length).toBe(2);
    });
  });

  describe('closing a consumer', () => {
    test('removes it when it holds nothing', async () => {
      const b = bench();
      const { consumer, ids } = await b.holding(['a']);
      expect(await b.subject.consumers(b.stream, GROUP)).toBe(1);
      await consumer.ack(ids);
      await consumer.close();
      expect(await b.subject.consumers(b.stream, GROUP)).toBe(0);
    });

    test('leaves it in place when something is pending, so that others can take that over', async () => {
      const b = bench();
      const { consumer, ids } = await b.holding(['a']);
      await consumer.close();
      expect(await b.pending()).toMatchObject([{ id: ids[0], consumer: 'c1' }]);
      const other = await b.consumer();
      expect(values((await other.takeOver({ idleMs: 0, count: 5, cursor: '0-0' })).entries)).toEqual(['a']);
    });

    test('twice is harmless, and does not touch a namesake', async () => {
      const b = bench();
      const consumer = await b.consumer({ consumer: 'same' });
      await consumer.close();
      const { ids } = await b.holding(['a'], { consumer: 'same' });
      await consumer.close();
      expect(await b.pending()).toMatchObject([{ id: ids[0], consumer: 'same' }]);
    });

    test('ends a read that waits, and loses nothing', async () => {
      const b = bench();
      const consumer = await b.consumer();
      const ended = consumer.read(1, FOR_EVER).then(
        (entries) => entries.length,
        (error) => isFsError(error),
      );
      await consumer.close();
      expect([0, true]).toContain(await ended);
      await b.append('a');
      expect(values(await (await b.consumer()).read(1, 0))).toEqual(['a']);
    });
  });

  describe('the broker', () => {
    test('says where it is', () => {
      const { kind, location } = bench().broker;
      expect(['redis', 'memory']).toContain(kind);
      expect(location).not.toBe('');
    });

    test('starts twice without harm', async () => {
      const { broker } = bench();
      await Promise.all([broker.start(), broker.start()]);
      await broker.start();
    });

    test('closed: every later call is refused, and a waiting read ends', async () => {
      const b = bench();
      const broker = b.subject.openAnother();
      await broker.start();
      const consumer = await broker.consume({
        stream: b.stream,
        group: GROUP,
        consumer: 'c',
        startFrom: 'beginning',
      });
      const ended = consumer.read(1, FOR_EVER).then(
        (entries) => entries.length,
        (error) => isFsError(error),
      );
      await Promise.all([broker.close(), broker.close()]);
      expect([0, true]).toContain(await ended);
      const fields = [Buffer.from('v'), Buffer.from('x')];
      const coordination = broker.coordinate({ stream: b.stream, group: GROUP, member: 'm' });
      const calls = [
        () => broker.start(),
        () => broker.append(b.stream, fields),
        () => broker.consume({ stream: b.stream, group: GROUP, consumer: 'd', startFrom: 'now' }),
        () => consumer.stranded(new Set(), 1),
        () => consumer.ack(['1-1']),
        () => consumer.renew(['1-1']),
        () => consumer.recordAttempt('1-1', 1),
        () => consumer.handBack([{ id: '1-1', deliveries: 1 }]),
        () => consumer.takeOver({ idleMs: 1, count: 1, cursor: '0-0' }),
        () => consumer.deadLetter('1-1', { stream: b.stream, keep: undefined }, fields),
        () => consumer.drop('1-1'),
        () => consumer.fetch('1-1'),
        () => consumer.tidy({ trimAfter: 0, consumerIdle: 1 }),
        () => consumer.inspect(),
        () => consumer.take(1),
        () => consumer.own(1),
        () => consumer.drain({ count: 1, cursor: '0-0', known: new Set() }),
        () => coordination.meet({ ttlMs: 1 }),
        () => coordination.leave(),
        () => coordination.steer({ paused: true }),
        () => coordination.permits({ max: 1, per: 1, want: 1, used: 0, ago: 0, returned: 0 }),
      ];
      for (const call of calls) {
        await expect(call()).rejects.toMatchObject({ code: 'FS_BROKER_CLOSED' });
      }
      await expect(broker.close()).resolves.toBeUndefined();
      await expect(consumer.close()).resolves.toBeUndefined();
    });
  });
}
