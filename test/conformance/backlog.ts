/** `maxBacklog`: how many entries a stream may have that are not settled. */
import { describe, expect, test } from 'vitest';
import { type Bench, GROUP } from './bench.js';

export function backlogCases(bench: () => Bench): void {
  describe('a bound on the backlog', () => {
    let sequence = 0;
    const append = (b: Bench, count: number, maxBacklog: number) => {
      const entries = Array.from({ length: count }, (_, i) => [Buffer.from('v'), Buffer.from(String(i))]);
      sequence += 1;
      return b.broker.appendBatch(b.stream, entries, { producer: 'p', sequence }, { maxBacklog });
    };
    const refused = (room: number) => ({ code: 'FS_BACKLOG_FULL', room });

    test('counts everything while nobody reads', async () => {
      const b = bench();
      await append(b, 2, 3);
      await expect(append(b, 2, 3)).rejects.toMatchObject(refused(1));
      expect(await b.subject.entries(b.stream)).toHaveLength(2);
      await append(b, 1, 3);
      await expect(append(b, 1, 3)).rejects.toMatchObject(refused(0));
    });

    test('counts what is pending and what is not read yet, and no longer what is settled', async () => {
      const b = bench();
      const consumer = await b.consumer();
      await append(b, 4, 4);
      const [first, second] = await consumer.read(2, 0);
      await expect(append(b, 1, 4)).rejects.toMatchObject(refused(0));
      await consumer.ack([first?.id ?? '', second?.id ?? '']);
      await expect(append(b, 3, 4)).rejects.toMatchObject(refused(2));
      await append(b, 2, 4);
      expect(await b.subject.entries(b.stream)).toHaveLength(6);
    });

    test('goes by the group that is furthest behind', async () => {
      const b = bench();
      const quick = await b.consumer();
      await b.consumer({ group: 'slow' });
      await append(b, 3, 3);
      await quick.ack((await quick.read(9, 0)).map(({ id }) => id));
      await expect(append(b, 1, 3)).rejects.toMatchObject(refused(0));
      await b.subject.destroyGroup(b.stream, 'slow');
      await append(b, 3, 3);
    });

    test('counts also where the broker has lost count of what is not read', async () => {
      const b = bench();
      const consumer = await b.consumer();
      await append(b, 5, 5);
      const entries = await b.subject.entries(b.stream);
      await b.subject.deleteEntry(b.stream, entries[3]?.id ?? '');
      await consumer.read(1, 0);
      await expect(append(b, 2, 5)).rejects.toMatchObject(refused(1));
      await append(b, 1, 5);
    });

    test('a batch that is sent again is written once, however full it is', async () => {
      const b = bench();
      const batch = { producer: 'again', sequence: 1 };
      const entries = [[Buffer.from('v'), Buffer.from('x')]];
      const ids = await b.broker.appendBatch(b.stream, entries, batch, { maxBacklog: 1 });
      expect(await b.broker.appendBatch(b.stream, entries, batch, { maxBacklog: 1 })).toEqual(ids);
      expect(await b.subject.consumers(b.stream, GROUP).catch(() => 0)).toBeLessThanOrEqual(1);
    });
  });
}
