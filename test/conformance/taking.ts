/** `take`, `awaitNew` and `drain`: intake in steps. */
import { describe, expect, test } from 'vitest';
import { type Bench, FOR_EVER, GROUP, idsOf, LONG, numbered, stopwatch, values } from './bench.js';

const NONE: ReadonlySet<string> = new Set();

export function takingCases(bench: () => Bench): void {
  describe('take', () => {
    test('gives what nobody has seen, in order, each once, and counts it as delivered', async () => {
      const b = bench();
      const [one, two] = [await b.consumer(), await b.consumer()];
      const ids = await b.appendAll(numbered(5));
      const taken = [...(await one.take(2)), ...(await two.take(2)), ...(await one.take(2))];
      expect(idsOf(taken)).toEqual(ids);
      expect(values(taken)).toEqual(numbered(5));
      expect(taken.map(({ deliveries }) => deliveries)).toEqual([1, 1, 1, 1, 1]);
      expect((await b.pending()).map(({ consumer }) => consumer)).toEqual(['c1', 'c1', 'c2', 'c2', 'c1']);
    });

    test('never waits, and asks for nothing where none is wanted', async () => {
      const b = bench();
      const consumer = await b.consumer();
      expect(await consumer.take(5)).toEqual([]);
      await b.append('a');
      expect(await consumer.take(0)).toEqual([]);
      expect(values(await consumer.take(5))).toEqual(['a']);
      expect(await consumer.take(5)).toEqual([]);
    });

    test('does not stumble over an interrupt: only waits end', async () => {
      const b = bench();
      const consumer = await b.consumer();
      await consumer.interrupt();
      await b.append('a');
      expect(values(await consumer.take(5))).toEqual(['a']);
    });
  });

  describe('awaitNew', () => {
    test('before any take there may be something', async () => {
      expect(await (await bench().consumer()).awaitNew(FOR_EVER)).toBe(true);
    });

    test('after a full take too', async () => {
      const b = bench();
      const consumer = await b.consumer();
      await b.appendAll(['a', 'b']);
      expect(await consumer.take(2)).toHaveLength(2);
      expect(await consumer.awaitNew(FOR_EVER)).toBe(true);
    });

    test('waits, and says so when nothing has come', async () => {
      const b = bench();
      const consumer = await b.consumer();
      await b.append('a');
      await consumer.take(5);
      const elapsed = stopwatch();
      expect(await consumer.awaitNew(40)).toBe(false);
      expect(elapsed()).toBeGreaterThanOrEqual(40);
      expect(await consumer.awaitNew(0)).toBe(false);
    });

    test('is woken by an append, and takes nothing', async () => {
      const b = bench();
      const consumer = await b.consumer();
      expect(await consumer.take(1)).toEqual([]);
      const waiting = consumer.awaitNew(FOR_EVER);
      await b.append('a');
      expect(await waiting).toBe(true);
      expect(await b.pending()).toEqual([]);
      expect(await consumer.awaitNew(FOR_EVER)).toBe(true);
      expect(values(await consumer.take(5))).toEqual(['a']);
    });

    test('sees what came between the take and the wait', async () => {
      const b = bench();
      const consumer = await b.consumer();
      await consumer.take(1);
      await b.append('a');
      expect(await consumer.awaitNew(FOR_EVER)).toBe(true);
    });

    test('every consumer of a group is woken', async () => {
      const b = bench();
      const consumers = [await b.consumer(), await b.consumer(), await b.consumer({ group: 'others' })];
      for (const consumer of consumers) await consumer.take(1);
      const waiting = consumers.map((consumer) => consumer.awaitNew(FOR_EVER));
      await b.append('a');
      expect(await Promise.all(waiting)).toEqual([true, true, true]);
    });

    test('what others have taken wakes nobody again', async () => {
      const b = bench();
      const [one, two] = [await b.consumer(), await b.consumer()];
      await b.appendAll(['a', 'b']);
      expect(await two.take(5)).toHaveLength(2);
      expect(await one.take(5)).toEqual([]);
      expect(await one.awaitNew(30)).toBe(false);
      await b.append('c');
      expect(await one.awaitNew(FOR_EVER)).toBe(true);
      expect(await two.take(5)).toHaveLength(1);
      expect(await one.take(5)).toEqual([]);
      expect(await one.awaitNew(30)).toBe(false);
    });

    test('nor does a last entry that was deleted', async () => {
      const b = bench();
      const consumer = await b.consumer();
      const ids = await b.appendAll(['a', 'b']);
      await b.subject.deleteEntry(b.stream, ids[1] ?? '');
      expect(values(await consumer.take(5))).toEqual(['a']);
      expect(await consumer.awaitNew(30)).toBe(false);
    });

    test('ends with interrupt, and later ones at once', async () => {
      const b = bench();
      const consumer = await b.consumer();
      await consumer.take(1);
      const waiting = consumer.awaitNew(FOR_EVER);
      await consumer.interrupt();
      expect(await waiting).toBe(false);
      await b.append('a');
      expect(await consumer.awaitNew(FOR_EVER)).toBe(false);
    });

    test('interrupted before anything was taken: there is nothing to look for', async () => {
      const consumer = await bench().consumer();
      await consumer.interrupt();
      expect(await consumer.awaitNew(FOR_EVER)).toBe(false);
    });

    test('waits again after a read on the same connection', async () => {
      const b = bench();
      const consumer = await b.consumer();
      await consumer.read(1, 1);
      await consumer.take(1);
      expect(await consumer.awaitNew(1)).toBe(false);
      const reading = consumer.read(1, FOR_EVER);
      await b.append('a');
      expect(values(await reading)).toEqual(['a']);
    });

    test.each(['destroyGroup', 'deleteStream'] as const)(
      'finds out that the group has vanished (%s), and makes it again',
      async (vanish) => {
        const b = bench();
        const consumer = await b.consumer({ startFrom: 'now' });
        await consumer.take(1);
        if (vanish === 'deleteStream') await b.subject.deleteStream(b.stream);
        else await b.subject.destroyGroup(b.stream, GROUP);
        expect(await consumer.awaitNew(30)).toBe(true);
        expect(b.events).toContainEqual(expect.objectContaining({ kind: 'group-created', again: true }));
        await b.append('meanwhile');
        expect(values(await consumer.take(5))).toEqual(['meanwhile']);
      },
    );

    test('a stream that was deleted and made anew has something new', async () => {
      const b = bench();
      const consumer = await b.consumer();
      await b.append('a');
      await consumer.take(5);
      const waiting = consumer.awaitNew(FOR_EVER);
      await b.subject.deleteStream(b.stream);
      await b.append('b');
      expect(await waiting).toBe(true);
      const taken = [...(await consumer.take(5)), ...(await consumer.take(5))];
      expect(values(taken)).toEqual(['b']);
    });
  });

  describe('drain', () => {
    test('claims what anybody holds, however fresh, in order, with counts as they were', async () => {
      const b = bench();
      const { consumer, ids } = await b.holding(['a', 'b']);
      await consumer.recordAttempt(ids[0] ?? '', 4);
      const other = await b.holding(['c']);
      const owner = await b.consumer();
      const own = await b.append('d');
      await owner.take(1);
      await owner.own(LONG);
      const drained = await owner.drain({ count: 10, cursor: '0-0', known: NONE });
      expect(drained).toMatchObject({ deleted: [], cursor: '0-0' });
      expect(idsOf(drained.entries)).toEqual([...ids, ...other.ids, own]);
      expect(values(drained.entries)).toEqual(['a', 'b', 'c', 'd']);
      expect(drained.entries.map(({ deliveries }) => deliveries)).toEqual([4, 1, 1, 1]);
      expect((await b.pending()).map(({ consumer: name }) => name)).toEqual(['c3', 'c3', 'c3', 'c3']);
      expect(await b.deliveries()).toEqual([4, 1, 1, 1]);
    });

    test('shows life, and takes nothing that nobody has read', async () => {
      const b = bench();
      await b.abandoned(['a']);
      await b.append('new');
      const owner = await b.consumer();
      await owner.own(LONG);
      expect(values((await owner.drain({ count: 9, cursor: '0-0', known: NONE })).entries)).toEqual(['a']);
      const other = await b.consumer();
      expect(await other.takeOver({ idleMs: LONG, count: 9, cursor: '0-0' })).toMatchObject({ entries: [] });
    });

    test('goes on where the cursor says, count by count, until it has been through', async () => {
      const b = bench();
      const { ids } = await b.holding(numbered(8));
      const owner = await b.consumer();
      await owner.own(LONG);
      const pages: string[][] = [];
      let cursor = '0-0';
      do {
        const page = await owner.drain({ count: 3, cursor, known: NONE });
        pages.push(idsOf(page.entries));
        cursor = page.cursor;
      } while (cursor !== '0-0');
      expect(pages.map((page) => page.length)).toEqual([3, 3, 2]);
      expect(pages.flat()).toEqual(ids);
    });

    test('skips what is known, and leaves it as it is', async () => {
      const b = bench();
      const { ids } = await b.holding(numbered(6));
      const owner = await b.consumer();
      await owner.own(LONG);
      const known = new Set(ids.filter((_, i) => i % 2 === 0));
      const { entries, cursor } = await owner.drain({ count: 3, cursor: '0-0', known });
      expect(values(entries)).toEqual(['1', '3', '5']);
      expect(await owner.drain({ count: 3, cursor, known })).toMatchObject({ entries: [], cursor: '0-0' });
      expect((await b.pending()).map(({ consumer }) => consumer)).toEqual([
        'c1',
        'c2',
        'c1',
        'c2',
        'c1',
        'c2',
      ]);
    });

    test('gets through to what lies behind many known ones', async () => {
      const b = bench();
      const { ids } = await b.holding(numbered(150));
      const owner = await b.consumer();
      await owner.own(LONG);
      const known = new Set(ids.slice(0, -1));
      const found: (string | null)[] = [];
      let cursor = '0-0';
      let calls = 0;
      do {
        const page = await owner.drain({ count: 2, cursor, known });
        found.push(...values(page.entries));
        cursor = page.cursor;
        calls += 1;
      } while (cursor !== '0-0');
      expect(found).toEqual(['149']);
      expect(calls).toBeLessThan(20);
    });

    test('tells what was deleted while pending, and takes it off the list', async () => {
      const b = bench();
      const { ids } = await b.holding(['a', 'b', 'c']);
      await b.subject.deleteEntry(b.stream, ids[1] ?? '');
      const owner = await b.consumer();
      await owner.own(LONG);
      const drained = await owner.drain({ count: 10, cursor: '0-0', known: NONE });
      expect(drained.deleted).toEqual([ids[1]]);
      expect(values(drained.entries)).toEqual(['a', 'c']);
      expect(await b.pendingIds()).toEqual([ids[0], ids[2]]);
    });

    test('a cursor whose entry has gone since is as good as any', async () => {
      const b = bench();
      const { consumer, ids } = await b.holding(numbered(4));
      const owner = await b.consumer();
      await owner.own(LONG);
      const { cursor } = await owner.drain({ count: 2, cursor: '0-0', known: NONE });
      await consumer.ack([cursor]);
      expect(idsOf((await owner.drain({ count: 2, cursor, known: NONE })).entries)).toEqual(ids.slice(2));
    });
  });
}
