/** `Consumer.stranded`: entries whose reply was lost on the way. */
import { describe, expect, test } from 'vitest';
import { type Bench, idsOf, numbered, values } from './bench.js';

export function strandedCases(bench: () => Bench): void {
  describe('stranded', () => {
    test('gives what counts as delivered to this consumer and is not known to it', async () => {
      const b = bench();
      const { consumer, ids } = await b.holding(['a', 'b', 'c']);
      await b.append('unread');
      expect(values(await consumer.stranded(new Set(ids.slice(0, 1)), 10))).toEqual(['b', 'c']);
      expect(await consumer.stranded(new Set(ids), 10)).toEqual([]);
    });

    test("not other consumers' entries, and no more than asked for", async () => {
      const b = bench();
      const { consumer } = await b.holding(['a', 'b', 'c']);
      const { consumer: other } = await b.holding(['d']);
      expect(values(await consumer.stranded(new Set(), 2))).toEqual(['a', 'b']);
      expect(values(await other.stranded(new Set(), 10))).toEqual(['d']);
    });

    test('leaves delivery counts and idle times as they are', async () => {
      const b = bench();
      const { consumer, ids } = await b.holding(['a']);
      await consumer.recordAttempt(ids[0] ?? '', 4);
      await b.idle(15);
      expect(await consumer.stranded(new Set(), 1)).toMatchObject([{ deliveries: 4 }]);
      expect(await b.pending()).toMatchObject([{ deliveries: 4 }]);
      expect((await b.pending())[0]?.idleMs).toBeGreaterThanOrEqual(15);
    });

    test('an entry deleted meanwhile has an id and no fields', async () => {
      const b = bench();
      const { consumer, ids } = await b.holding(['a', 'b']);
      await b.subject.deleteEntry(b.stream, ids[0] ?? '');
      expect(await consumer.stranded(new Set(), 10)).toMatchObject([
        { id: ids[0], fields: null, deliveries: 1 },
        { id: ids[1], deliveries: 1 },
      ]);
    });

    test('finds what lies behind many known ones', async () => {
      const b = bench();
      const { consumer, ids } = await b.holding(numbered(450));
      const known = new Set(ids.slice(0, 440));
      expect(idsOf(await consumer.stranded(known, 4))).toEqual(ids.slice(440, 444));
    });
  });
}
