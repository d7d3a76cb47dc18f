/** `tidy`: what is trimmed, who is removed, and where a group that vanished begins again. */
import { describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.js';
import { type Bench, GROUP, LONG, numbered, values } from './bench.js';

const NEVER = { trimAfter: undefined, consumerIdle: LONG };
const AT_ONCE = { trimAfter: 0, consumerIdle: LONG };

export function tidyingCases(bench: () => Bench): void {
  describe('trimming', () => {
    const left = async (b: Bench) => (await b.subject.entries(b.stream)).map(({ id }) => id);

    test('removes what is settled, and nothing from the first unsettled entry on', async () => {
      const b = bench();
      const { consumer, ids } = await b.holding(['a', 'b', 'c', 'd']);
      await b.append('e');
      const [a = '', , c = '', d = ''] = ids;
      await consumer.ack([a, c, d]);
      expect(await consumer.tidy(AT_ONCE)).toMatchObject({ trimmed: 1, more: false });
      expect(await left(b)).toHaveLength(4);
      await consumer.ack(ids);
      expect(await consumer.tidy(AT_ONCE)).toMatchObject({ trimmed: 3 });
      // Nobody has read it.
      expect(await left(b)).toHaveLength(1);
      expect(values(await consumer.read(9, 0))).toEqual(['e']);
    });

    test('waits for every group, the slowest too', async () => {
      const b = bench();
      const { consumer, ids } = await b.holding(['a', 'b']);
      const slow = await b.consumer({ group: 'slow' });
      await consumer.ack(ids);
      expect(await consumer.tidy(AT_ONCE)).toMatchObject({ trimmed: 0 });
      const [first] = await slow.read(1, 0);
      await slow.ack([first?.id ?? '']);
      expect(await consumer.tidy(AT_ONCE)).toMatchObject({ trimmed: 1 });
      expect(await left(b)).toEqual([ids[1]]);
    });

    test('leaves what is younger than its age, and everything where it is never', async () => {
      const b = bench();
      const { consumer, ids } = await b.holding(['a']);
      await consumer.ack(ids);
      expect(await consumer.tidy({ trimAfter: LONG, consumerIdle: LONG })).toMatchObject({ trimmed: 0 });
      expect(await consumer.tidy(NEVER)).toMatchObject({ trimmed: 0 });
      await eventually(
        async () =>
          (await consumer.tidy({ trimAfter: 20, consumerIdle: LONG })).trimmed === 1 ? true : undefined,
        'the entry is old enough',
      );
      expect(await left(b)).toEqual([]);
    });

    test('many, to the last', async () => {
      const b = bench();
      const { consumer, ids } = await b.holding(numbered(1_500));
      await consumer.ack(ids.slice(0, 1_234));
      expect(await consumer.tidy(AT_ONCE)).toMatchObject({ trimmed: 1_234 });
      expect((await left(b))[0]).toBe(ids[1_234]);
    });

    test('a stream that is gone has nothing to tidy', async () => {
      const b = bench();
      const consumer = await b.consumer();
      await b.subject.deleteStream(b.stream);
      expect(await consumer.tidy(AT_ONCE)).toEqual({ trimmed: 0, removed: 0, more: false });
    });
  });

  describe('a group that vanished', () => {
    async function vanish(b: Bench, settled: number, startFrom: 'beginning' | 'now' = 'beginning') {
      const consumer = await b.consumer({ startFrom });
      await b.appendAll(['a', 'b', 'c', 'd']);
      const ids = (await consumer.read(3, 0)).map(({ id }) => id);
      await consumer.ack(ids.slice(0, settled));
      await consumer.tidy(NEVER);
      await b.subject.destroyGroup(b.stream, GROUP);
      // The first call finds out and makes it again; a read would end with nothing.
      await consumer.stranded(new Set(), 1);
      return consumer;
    }

    test.each([
      ['after what was settled', 3, ['d']],
      ['at the first entry that was not', 1, ['b', 'c', 'd']],
      ['at the beginning when nothing was', 0, ['a', 'b', 'c', 'd']],
    ])('begins again %s', async (_, settled, rest) => {
      const b = bench();
      const consumer = await vanish(b, settled);
      expect(values(await consumer.read(9, 0))).toEqual(rest);
      expect(b.events).toContainEqual(expect.objectContaining({ kind: 'group-created', again: true }));
    });

    test('begins again there although it had begun from now on', async () => {
      const consumer = await vanish(bench(), 2, 'now');
      expect(values(await consumer.read(9, 0))).toEqual(['c', 'd']);
    });

    test('begins again there for a process that comes later', async () => {
      const b = bench();
      await vanish(b, 2);
      await b.subject.destroyGroup(b.stream, GROUP);
      const later = await b.consumer({ startFrom: 'now' });
      expect(values(await later.read(9, 0))).toEqual(['c', 'd']);
    });

    test('begins at the beginning of a stream that is another one', async () => {
      const b = bench();
      const consumer = await vanish(b, 3);
      await consumer.tidy(NEVER);
      await b.subject.deleteStream(b.stream);
      await b.append('new');
      await consumer.stranded(new Set(), 1);
      expect(values(await consumer.read(9, 0))).toEqual(['new']);
    });
  });

  describe('consumers', () => {
    test('that hold nothing and have shown no life for long are removed; others are not', async () => {
      const b = bench();
      await b.holding(['held']);
      const dead = await b.consumer();
      await b.append('a');
      await dead.ack((await dead.read(1, 0)).map(({ id }) => id));
      const live = await b.consumer();
      expect(await b.subject.consumers(b.stream, GROUP)).toBeGreaterThanOrEqual(2);
      expect(await live.tidy(NEVER)).toMatchObject({ removed: 0 });
      await eventually(async () => {
        const { removed } = await live.tidy({ trimAfter: undefined, consumerIdle: 30 });
        return removed >= 1 ? true : undefined;
      }, 'the silent consumer is removed');
      expect(await live.tidy({ trimAfter: undefined, consumerIdle: 30 })).toMatchObject({ removed: 0 });
      expect(await b.pending()).toMatchObject([{ consumer: 'c1' }]);
      // It comes back with its next read.
      await b.append('b');
      expect(values(await dead.read(1, 0))).toEqual(['b']);
    });
  });
}
