/** `drop`, `fetch`, and dead letters that are large or old. */
import { describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.js';
import { type Bench, numbered } from './bench.js';

const text = (fields: readonly Uint8Array[] | null) => fields?.map((bytes) => Buffer.from(bytes).toString());

export function givingUpCases(bench: () => Bench): void {
  test('drop: off the pending list, if it is the consumer’s', async () => {
    const b = bench();
    const { consumer, ids } = await b.holding(['a', 'b']);
    const [a = '', other = ''] = ids;
    expect(await consumer.drop(a)).toBe(true);
    expect(await consumer.drop(a)).toBe(false);
    await (await b.consumer()).takeOver({ idleMs: 0, count: 1, cursor: '0-0' });
    expect(await consumer.drop(other)).toBe(false);
    expect(await b.pendingIds()).toEqual([other]);
  });

  test('fetch: what an entry holds, or that it is gone', async () => {
    const b = bench();
    const { consumer, ids } = await b.holding(['a', 'b']);
    const [a = '', other = ''] = ids;
    expect(text(await consumer.fetch(a))).toEqual(['v', 'a']);
    await b.subject.deleteEntry(b.stream, other);
    expect(await consumer.fetch(other)).toBeNull();
    expect(await b.pendingIds()).toHaveLength(2);
  });

  describe('dead letters', () => {
    test('with more fields than a script can hold are whole', async () => {
      const b = bench();
      const { consumer, ids } = await b.holding(['a', 'b']);
      const [mine = '', lost = ''] = ids;
      const stream = `${b.stream}.dead`;
      const wide = numbered(20_000).map((value) => Buffer.from(value));
      expect(await consumer.deadLetter(mine, { stream, keep: 60_000 }, wide)).toBe(true);
      await (await b.consumer()).takeOver({ idleMs: 0, count: 9, cursor: '0-0' });
      expect(await consumer.deadLetter(lost, { stream, keep: undefined }, wide)).toBe(false);
      const dead = await b.subject.entries(stream);
      expect(dead.map(({ fields }) => fields.length)).toEqual([20_000]);
      expect(await b.pendingIds()).toEqual([lost]);
    });

    test('go when they are old, as a new one comes', async () => {
      const b = bench();
      const values = numbered(200);
      const { consumer, ids } = await b.holding(values);
      const stream = `${b.stream}.dead`;
      const fields = [Buffer.from('v'), Buffer.from('x')];
      const bury = (at: number, keep: number | undefined) =>
        consumer.deadLetter(ids[at] ?? '', { stream, keep }, fields);
      await bury(0, undefined);
      await bury(1, 60_000);
      expect(await b.subject.entries(stream)).toHaveLength(2);
      let at = 2;
      await eventually(async () => {
        await bury(at++, 20);
        const [oldest] = await b.subject.entries(stream);
        return oldest?.fields !== undefined && at > 3 && (await b.subject.entries(stream)).length < at
          ? true
          : undefined;
      }, 'the old ones are gone');
    });
  });
}
