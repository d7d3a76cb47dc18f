/** `ack`, `renew`, `recordAttempt`, `handBack` and `deadLetter`: who may do what to a pending entry. */
import { describe, expect, test } from 'vitest';
import { type Bench, GROUP, LONG, numbered, stopwatch, values } from './bench.js';

const UNKNOWN = '1-1';

export function settlingCases(bench: () => Bench): void {
  describe('ack', () => {
    test('takes entries off the pending list and tells how many were on it', async () => {
      const b = bench();
      const { consumer, ids } = await b.holding(['a', 'b', 'c']);
      expect(await consumer.ack([ids[0] ?? '', ids[2] ?? '', UNKNOWN])).toBe(2);
      expect(await b.pendingIds()).toEqual([ids[1]]);
    });

    test('twice is harmless', async () => {
      const { consumer, ids } = await bench().holding(['a']);
      expect(await consumer.ack(ids)).toBe(1);
      expect(await consumer.ack(ids)).toBe(0);
      expect(await consumer.ack([...ids, ...ids])).toBe(0);
    });

    test('whoever holds them: a late success still counts', async () => {
      const b = bench();
      const { consumer, ids } = await b.holding(['a']);
      const other = await b.consumer();
      await other.takeOver({ idleMs: 0, count: 1, cursor: '0-0' });
      expect(await consumer.ack(ids)).toBe(1);
      expect(await b.pendingIds()).toEqual([]);
    });

    test('of one group leaves the others alone, and the entry in the stream', async () => {
      const b = bench();
      const { consumer, ids } = await b.holding(['a']);
      const other = await b.consumer({ group: 'others' });
      await other.read(1, 0);
      await consumer.ack(ids);
      expect(await b.pending('others')).toHaveLength(1);
      expect(await b.subject.entries(b.stream)).toHaveLength(1);
    });

    test('many at once', async () => {
      const b = bench();
      const { consumer, ids } = await b.holding(numbered(1_500));
      expect(await consumer.ack(ids)).toBe(1_500);
      expect(await b.pending()).toEqual([]);
    });
  });

  test('nothing to settle is nothing to do', async () => {
    const b = bench();
    const consumer = await b.consumer();
    expect(await consumer.ack([])).toBe(0);
    expect(await consumer.renew([])).toEqual([]);
    expect(await consumer.handBack([])).toBe(0);
  });

  describe('renew', () => {
    test('shows life: the entry is fresh again, its count as it was', async () => {
      const b = bench();
      const { consumer, ids } = await b.holding(['a']);
      await b.idle(60);
      const sinceStart = stopwatch();
      expect(await consumer.renew(ids)).toEqual([]);
      const [pending] = await b.pending();
      expect(pending?.idleMs).toBeLessThanOrEqual(sinceStart());
      expect(pending).toMatchObject({ consumer: 'c1', deliveries: 1 });
    });

    test('gives what is not its own, and steals nothing back', async () => {
      const b = bench();
      const { consumer, ids } = await b.holding(['acked', 'taken', 'mine']);
      const [acked = '', taken = '', mine = ''] = ids;
      await consumer.ack([acked]);
      await b.idle(10);
      await consumer.renew([mine]);
      const other = await b.consumer();
      await other.takeOver({ idleMs: 10, count: 1, cursor: '0-0' });
      expect(await consumer.renew([acked, taken, mine, UNKNOWN])).toEqual([acked, taken, UNKNOWN]);
      expect(await b.pending()).toMatchObject([
        { id: taken, consumer: 'c2' },
        { id: mine, consumer: 'c1' },
      ]);
    });

    test('many at once, and the lost among them', async () => {
      const b = bench();
      const { consumer, ids } = await b.holding(numbered(450));
      const lost = [ids[0], ids[199], ids[200], ids[449]].map((id) => id ?? '');
      await consumer.ack(lost);
      expect(await consumer.renew(ids)).toEqual(lost);
    });
  });

  describe('recordAttempt', () => {
    test('sets the delivery count and shows life', async () => {
      const b = bench();
      const { consumer, ids } = await b.holding(['a']);
      await b.idle(60);
      const sinceStart = stopwatch();
      expect(await consumer.recordAttempt(ids[0] ?? '', 3)).toBe(true);
      const [pending] = await b.pending();
      expect(pending).toMatchObject({ consumer: 'c1', deliveries: 3 });
      expect(pending?.idleMs).toBeLessThanOrEqual(sinceStart());
    });

    test('is refused for what is no longer its own, and changes nothing', async () => {
      const b = bench();
      const { consumer, ids } = await b.holding(['a']);
      const other = await b.consumer();
      await other.takeOver({ idleMs: 0, count: 1, cursor: '0-0' });
      expect(await consumer.recordAttempt(ids[0] ?? '', 9)).toBe(false);
      expect(await b.pending()).toMatchObject([{ consumer: 'c2', deliveries: 1 }]);
      await other.ack(ids);
      expect(await other.recordAttempt(ids[0] ?? '', 9)).toBe(false);
      expect(await b.pending()).toEqual([]);
    });
  });

  describe('handBack', () => {
    test('the next take-over gets it at once, however long the lease, with the count left behind', async () => {
      const b = bench();
      const { consumer, ids } = await b.holding(['a', 'b', 'kept']);
      const [first = '', second = ''] = ids;
      const back = [
        { id: first, deliveries: 0 },
        { id: second, deliveries: 2 },
      ];
      expect(await consumer.handBack(back)).toBe(2);
      const other = await b.consumer();
      const taken = await other.takeOver({ idleMs: LONG, count: 10, cursor: '0-0' });
      expect(values(taken.entries)).toEqual(['a', 'b']);
      expect(taken.entries.map(({ deliveries }) => deliveries)).toEqual([0, 2]);
      expect(await b.deliveries()).toEqual([0, 2, 1]);
    });

    test('the entry stays pending: no group member reads it as new', async () => {
      const b = bench();
      const { consumer, ids } = await b.holding(['a']);
      await consumer.handBack([{ id: ids[0] ?? '', deliveries: 0 }]);
      expect(await (await b.consumer()).read(5, 0)).toEqual([]);
      expect(await b.pendingIds()).toEqual(ids);
    });

    test("leaves alone what is no longer the consumer's", async () => {
      const b = bench();
      const { consumer, ids } = await b.holding(['taken', 'mine']);
      const [taken = '', mine = ''] = ids;
      const other = await b.consumer();
      await other.takeOver({ idleMs: 0, count: 1, cursor: '0-0' });
      const all = [taken, mine, UNKNOWN].map((id) => ({ id, deliveries: 0 }));
      expect(await consumer.handBack(all)).toBe(1);
      const third = await b.consumer();
      const { entries } = await third.takeOver({ idleMs: LONG, count: 10, cursor: '0-0' });
      expect(values(entries)).toEqual(['mine']);
      expect(await b.pending()).toMatchObject([{ id: taken, consumer: 'c2', deliveries: 1 }, { id: mine }]);
    });

    test('many at once', async () => {
      const b = bench();
      const { consumer, ids } = await b.holding(numbered(450));
      expect(await consumer.handBack(ids.map((id) => ({ id, deliveries: 0 })))).toBe(450);
      expect((await b.pending()).every(({ idleMs, deliveries }) => idleMs >= LONG && deliveries === 0)).toBe(
        true,
      );
    });
  });

  describe('deadLetter', () => {
    const fields = [
      Buffer.from('v'),
      Buffer.from([0xff, 0x00]),
      Buffer.from('fs:reason'),
      Buffer.from('broken'),
    ];

    test('appends to the target and acknowledges', async () => {
      const b = bench();
      const { consumer, ids } = await b.holding(['a']);
      const target = `${b.stream}.dead`;
      expect(await consumer.deadLetter(ids[0] ?? '', { stream: target, keep: undefined }, fields)).toBe(true);
      expect(await b.pendingIds()).toEqual([]);
      const dead = await b.subject.entries(target);
      expect(dead.map((entry) => entry.fields.map((bytes) => Buffer.from(bytes)))).toEqual([fields]);
    });

    test("writes nothing when the entry is no longer the consumer's", async () => {
      const b = bench();
      const { consumer, ids } = await b.holding(['taken', 'acked']);
      const [taken = '', acked = ''] = ids;
      const target = `${b.stream}.dead`;
      const other = await b.consumer();
      await other.takeOver({ idleMs: 0, count: 1, cursor: '0-0' });
      await consumer.ack([acked]);
      for (const id of [taken, acked, UNKNOWN])
        expect(await consumer.deadLetter(id, { stream: target, keep: undefined }, fields)).toBe(false);
      expect(await b.subject.entries(target)).toEqual([]);
      expect(await b.pending()).toMatchObject([{ id: taken, consumer: 'c2' }]);
    });

    test('of two who try, one writes', async () => {
      const b = bench();
      const { consumer, ids } = await b.holding(['a']);
      const target = `${b.stream}.dead`;
      const tries = [1, 2, 3].map(() =>
        consumer.deadLetter(ids[0] ?? '', { stream: target, keep: undefined }, fields),
      );
      expect((await Promise.all(tries)).filter(Boolean)).toHaveLength(1);
      expect(await b.subject.entries(target)).toHaveLength(1);
    });

    test('wakes whoever reads the dead-letter stream', async () => {
      const b = bench();
      const { consumer, ids } = await b.holding(['a']);
      const target = `${b.stream}.dead`;
      const undertaker = await b.consumer({ stream: target, group: GROUP });
      const reading = undertaker.read(1, LONG);
      await consumer.deadLetter(ids[0] ?? '', { stream: target, keep: undefined }, fields);
      expect(await reading).toHaveLength(1);
    });
  });
}
