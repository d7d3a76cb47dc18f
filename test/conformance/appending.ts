/** `Broker.appendBatch`. */
import { describe, expect, test } from 'vitest';
import { Bench } from './bench.js';

const entry = (value: string) => [Buffer.from('v'), Buffer.from(value)];

export function appendingCases(bench: () => Bench): void {
  describe('appendBatch', () => {
    const written = async (b: Bench) =>
      (await b.subject.entries(b.stream)).map(({ id, fields }) => [
        id,
        Buffer.from(fields[1] ?? []).toString(),
      ]);

    test('writes in order and gives the ids', async () => {
      const b = bench();
      await b.append('before');
      const batch = { producer: 'p', sequence: 1 };
      const ids = await b.broker.appendBatch(b.stream, ['a', 'b', 'c'].map(entry), batch);
      expect((await written(b)).slice(1)).toEqual([
        [ids[0], 'a'],
        [ids[1], 'b'],
        [ids[2], 'c'],
      ]);
    });

    test('the same batch again is not written again and has the ids of the first time', async () => {
      const b = bench();
      const batch = { producer: 'p', sequence: 7 };
      const once = await b.broker.appendBatch(b.stream, [entry('a'), entry('b')], batch);
      await b.append('between');
      const again = await b.broker.appendBatch(b.stream, [entry('a'), entry('b')], batch);
      expect(again).toEqual(once);
      expect(await written(b)).toHaveLength(3);
    });

    test('the next batch, and the same number of another producer or stream, are new', async () => {
      const b = bench();
      const other = new Bench(b.subject);
      await b.broker.appendBatch(b.stream, [entry('a')], { producer: 'p', sequence: 1 });
      await b.broker.appendBatch(b.stream, [entry('b')], { producer: 'p', sequence: 2 });
      await b.broker.appendBatch(b.stream, [entry('c')], { producer: 'q', sequence: 2 });
      expect((await written(b)).map(([, value]) => value)).toEqual(['a', 'b', 'c']);
      await b.broker.appendBatch(other.stream, [entry('d')], { producer: 'p', sequence: 2 });
      expect(await written(other)).toHaveLength(1);
    });

    test('entries of different sizes, empty values and bytes that are not UTF-8 arrive as they are', async () => {
      const b = bench();
      const odd = Uint8Array.from([0, 255, 254, 10, 13]);
      const entries = [entry(''), [...entry('x'), Buffer.from('k'), odd], [odd, odd]];
      await b.broker.appendBatch(b.stream, entries, { producer: 'p', sequence: 1 });
      const stored = await b.subject.entries(b.stream);
      expect(stored.map(({ fields }) => fields.map((bytes) => Buffer.from(bytes)))).toEqual(
        entries.map((fields) => fields.map((bytes) => Buffer.from(bytes))),
      );
    });

    test('a large batch is one batch', async () => {
      const b = bench();
      const entries = Array.from({ length: 500 }, (_, i) => entry(String(i)));
      const ids = await b.broker.appendBatch(b.stream, entries, { producer: 'p', sequence: 1 });
      expect(new Set(ids).size).toBe(500);
      expect((await written(b)).map(([id]) => id)).toEqual(ids);
    });
  });
}
