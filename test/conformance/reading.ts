/** `Broker.append`, `Consumer.read` and `interrupt`. */
import { describe, expect, test } from 'vitest';
import type { EntryId } from '../../runtime/src/types.js';
import { type Bench, FOR_EVER, idsOf, numbered, values } from './bench.js';

export function readingCases(bench: () => Bench): void {
  describe('append and read', () => {
    test('entries come in the order in which they were appended, each once', async () => {
      const b = bench();
      const consumer = await b.consumer();
      const ids = await b.appendAll(numbered(20));
      const first = await consumer.read(7, 0);
      const rest = await consumer.read(100, 0);
      expect(values(first)).toEqual(numbered(20).slice(0, 7));
      expect(values(rest)).toEqual(numbered(20).slice(7));
      expect(idsOf([...first, ...rest])).toEqual(ids);
      expect(await consumer.read(100, 0)).toEqual([]);
    });

    test('ids are milliseconds and sequence, and increase', async () => {
      const ids = await bench().appendAll(numbered(50));
      const parts = ids.map((id) => /^(\d+)-(\d+)$/.exec(id)?.slice(1).map(Number) ?? []);
      const sorted = [...parts].sort(([a = 0, b = 0], [c = 0, d = 0]) => a - c || b - d);
      expect(parts).toEqual(sorted);
      expect(new Set(ids).size).toBe(50);
    });

    test('a first read counts as one delivery', async () => {
      const b = bench();
      const consumer = await b.consumer();
      await b.append('a');
      expect(await consumer.read(1, 0)).toMatchObject([{ deliveries: 1 }]);
      expect(await b.deliveries()).toEqual([1]);
    });

    test('fields keep their bytes, their order and their repetitions', async () => {
      const b = bench();
      const consumer = await b.consumer();
      const every = Uint8Array.from({ length: 256 }, (_, i) => i);
      const fields = [
        every,
        new Uint8Array(0),
        Buffer.from('k'),
        Buffer.from('\r\n'),
        Buffer.from('k'),
        every,
      ];
      await b.broker.append(b.stream, fields);
      const [entry] = await consumer.read(1, 0);
      expect(entry?.fields?.map((bytes) => Buffer.from(bytes))).toEqual(
        fields.map((bytes) => Buffer.from(bytes)),
      );
    });

    test('the bytes are the same at a redelivery, whatever was done to them', async () => {
      const b = bench();
      const consumer = await b.consumer();
      const sent = Buffer.from('abc');
      await b.broker.append(b.stream, [Buffer.from('v'), sent]);
      sent.fill(0);
      const [entry] = await consumer.read(1, 0);
      expect(values(entry ? [entry] : [])).toEqual(['abc']);
      entry?.fields?.[1]?.fill(0);
      expect(values(await consumer.stranded(new Set(), 1))).toEqual(['abc']);
    });
  });

  describe('a waiting read', () => {
    test('is woken by an append', async () => {
      const b = bench();
      const consumer = await b.consumer();
      const reading = consumer.read(10, FOR_EVER);
      const id = await b.append('a');
      expect(idsOf(await reading)).toEqual([id]);
    });

    test('resolves with none when the wait is over', async () => {
      const consumer = await bench().consumer();
      const start = performance.now();
      expect(await consumer.read(1, 40)).toEqual([]);
      expect(performance.now() - start).toBeGreaterThan(30);
    });

    test('does not wait at all for what is there, or when told not to', async () => {
      const b = bench();
      const consumer = await b.consumer();
      expect(await consumer.read(1, 0)).toEqual([]);
      await b.append('a');
      expect(values(await consumer.read(5, FOR_EVER))).toEqual(['a']);
    });

    test('of several, each entry wakes one of a group and one of every group', async () => {
      const b = bench();
      const [one, two, other] = [
        await b.consumer(),
        await b.consumer(),
        await b.consumer({ group: 'others' }),
      ];
      const waiting = [one.read(1, FOR_EVER), two.read(1, FOR_EVER)];
      const outside = other.read(1, FOR_EVER);
      const ids = await b.appendAll(['a', 'b']);
      const got = (await Promise.all(waiting)).map(idsOf);
      expect(got.flat().sort()).toEqual([...ids].sort());
      expect(got.map((each) => each.length)).toEqual([1, 1]);
      expect(idsOf(await outside)).toEqual([ids[0]]);
    });

    test('ends with interrupt, and later reads at once with nothing', async () => {
      const b = bench();
      const [consumer, other] = [await b.consumer(), await b.consumer()];
      const reading = consumer.read(1, FOR_EVER);
      await consumer.interrupt();
      expect(await reading).toEqual([]);
      await b.append('a');
      expect(await consumer.read(1, FOR_EVER)).toEqual([]);
      expect(values(await other.read(1, 0))).toEqual(['a']);
    });

    test('interrupt twice, and before any read, is harmless', async () => {
      const consumer = await bench().consumer();
      await Promise.all([consumer.interrupt(), consumer.interrupt()]);
      expect(await consumer.read(1, FOR_EVER)).toEqual([]);
    });

    test('an entry that arrives together with interrupt is read or left for others, never lost', async () => {
      const b = bench();
      const other = await b.consumer();
      for (let round = 0; round < 20; round++) {
        const consumer = await b.consumer();
        const reading = consumer.read(1, FOR_EVER);
        const [id] = await Promise.all([b.append(String(round)), consumer.interrupt()]);
        const read = [...idsOf(await reading), ...idsOf(await other.read(1, 0))];
        expect(read).toEqual([id]);
        await other.ack(read);
        await consumer.close();
      }
    });
  });

  describe('sharing', () => {
    test('consumers of a group share the entries and never both get one', async () => {
      const b = bench();
      const consumers = await Promise.all([b.consumer(), b.consumer(), b.consumer()]);
      const read: EntryId[] = [];
      const readers = consumers.map(async (consumer, i) => {
        for (;;) {
          const entries = await consumer.read(i + 1, FOR_EVER);
          if (entries.length === 0) return;
          read.push(...idsOf(entries));
          await consumer.ack(idsOf(entries));
          if (read.length === 200) await Promise.all(consumers.map((each) => each.interrupt()));
        }
      });
      const ids = await Promise.all(numbered(200).map((value) => b.append(value)));
      await Promise.all(readers);
      expect(read).toHaveLength(200);
      expect(new Set(read)).toEqual(new Set(ids));
      expect(await b.pending()).toEqual([]);
    });

    test('every group gets every entry', async () => {
      const b = bench();
      const [one, two] = [await b.consumer(), await b.consumer({ group: 'others' })];
      await b.appendAll(['a', 'b']);
      expect(values(await one.read(5, 0))).toEqual(['a', 'b']);
      expect(values(await two.read(5, 0))).toEqual(['a', 'b']);
    });
  });
}
