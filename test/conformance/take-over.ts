/** `takeOver`: what a consumer without signs of life held. */
import { describe, expect, test } from 'vitest';
import { type Bench, idsOf, LONG, numbered, values } from './bench.js';

export function takeOverCases(bench: () => Bench): void {
  describe('takeOver', () => {
    test('gets what has been idle long enough, with its fields and its count as it was', async () => {
      const b = bench();
      const { consumer, ids } = await b.holding(['a']);
      await consumer.recordAttempt(ids[0] ?? '', 3);
      await b.idle(20);
      const other = await b.consumer();
      const taken = await other.takeOver({ idleMs: 20, count: 10, cursor: '0-0' });
      expect(taken).toMatchObject({ entries: [{ id: ids[0], deliveries: 3 }], deleted: [], cursor: '0-0' });
      expect(values(taken.entries)).toEqual(['a']);
      expect(await b.pending()).toMatchObject([{ consumer: 'c2', deliveries: 3 }]);
    });

    test('leaves alone what shows life', async () => {
      const b = bench();
      const { ids } = await b.holding(['a']);
      const other = await b.consumer();
      const taken = await other.takeOver({ idleMs: LONG, count: 10, cursor: '0-0' });
      expect(taken).toEqual({ entries: [], deleted: [], cursor: '0-0' });
      expect(await b.pending()).toMatchObject([{ id: ids[0], consumer: 'c1' }]);
    });

    test('shows life itself: nobody takes the entry over again at once', async () => {
      const b = bench();
      await b.abandoned(['a']);
      const [one, two] = [await b.consumer(), await b.consumer()];
      const request = { idleMs: LONG, count: 10, cursor: '0-0' };
      expect((await one.takeOver(request)).entries).toHaveLength(1);
      expect((await two.takeOver(request)).entries).toHaveLength(0);
    });

    test('two at once never both get an entry', async () => {
      const b = bench();
      const ids = await b.abandoned(numbered(40));
      const consumers = await Promise.all([b.consumer(), b.consumer(), b.consumer()]);
      const request = { idleMs: LONG, count: 100, cursor: '0-0' };
      const taken = await Promise.all(consumers.map((consumer) => consumer.takeOver(request)));
      expect(taken.flatMap(({ entries }) => idsOf(entries))).toEqual(ids);
    });

    test('the former consumer can settle nothing but a success', async () => {
      const b = bench();
      const { consumer, ids } = await b.holding(['a']);
      const id = ids[0] ?? '';
      await (await b.consumer()).takeOver({ idleMs: 0, count: 1, cursor: '0-0' });
      expect(await consumer.renew(ids)).toEqual(ids);
      expect(await consumer.recordAttempt(id, 2)).toBe(false);
      expect(await consumer.handBack([{ id, deliveries: 0 }])).toBe(0);
      expect(
        await consumer.deadLetter(id, { stream: `${b.stream}.dead`, keep: undefined }, [
          Buffer.from('v'),
          Buffer.from('x'),
        ]),
      ).toBe(false);
      expect(await consumer.stranded(new Set(), 10)).toEqual([]);
      expect(await consumer.ack(ids)).toBe(1);
    });

    test("a consumer's own entries too", async () => {
      const b = bench();
      const { consumer } = await b.holding(['a']);
      expect(values((await consumer.takeOver({ idleMs: 0, count: 5, cursor: '0-0' })).entries)).toEqual([
        'a',
      ]);
    });

    test('goes on where the cursor says, count by count, until it has been through', async () => {
      const b = bench();
      const { ids } = await b.holding(numbered(7));
      const other = await b.consumer();
      const seen: string[][] = [];
      let cursor = '0-0';
      do {
        const taken = await other.takeOver({ idleMs: 0, count: 3, cursor });
        seen.push(idsOf(taken.entries));
        cursor = taken.cursor;
      } while (cursor !== '0-0');
      expect(seen.map((page) => page.length)).toEqual([3, 3, 1]);
      expect(seen.flat()).toEqual(ids);
    });

    test('gets through a list of which most show life', async () => {
      const b = bench();
      const { consumer, ids } = await b.holding(numbered(120));
      const back = ids.filter((_, i) => i % 40 === 39);
      await consumer.handBack(back.map((id) => ({ id, deliveries: 0 })));
      const other = await b.consumer();
      const got: string[] = [];
      let cursor = '0-0';
      do {
        const taken = await other.takeOver({ idleMs: LONG, count: 2, cursor });
        got.push(...idsOf(taken.entries));
        cursor = taken.cursor;
      } while (cursor !== '0-0');
      expect(got).toEqual(back);
    });

    test('a cursor whose entry has gone since is as good as any', async () => {
      const b = bench();
      const { consumer, ids } = await b.holding(numbered(4));
      const other = await b.consumer();
      const { cursor } = await other.takeOver({ idleMs: 0, count: 2, cursor: '0-0' });
      expect(cursor).toBe(ids[2]);
      await consumer.ack([cursor]);
      const rest = await other.takeOver({ idleMs: 0, count: 2, cursor });
      expect(idsOf(rest.entries)).toEqual([ids[3]]);
    });

    test('tells what was deleted while pending, and takes it off the list, however fresh', async () => {
      const b = bench();
      const { ids } = await b.holding(['a', 'b', 'c']);
      await b.subject.deleteEntry(b.stream, ids[1] ?? '');
      const other = await b.consumer();
      const fresh = await other.takeOver({ idleMs: LONG, count: 10, cursor: '0-0' });
      expect(fresh).toEqual({ entries: [], deleted: [ids[1]], cursor: '0-0' });
      expect(await b.pendingIds()).toEqual([ids[0], ids[2]]);
      const taken = await other.takeOver({ idleMs: 0, count: 10, cursor: '0-0' });
      expect(values(taken.entries)).toEqual(['a', 'c']);
      expect(taken.deleted).toEqual([]);
    });
  });
}
