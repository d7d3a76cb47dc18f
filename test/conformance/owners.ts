/** `own` and `disown`: one owner at a time, and what an earlier one may not do any more. */
import { describe, expect, test } from 'vitest';
import type { Consumer } from '../../runtime/src/types.js';
import { eventually } from '../support/eventually.js';
import { type Bench, GROUP, LONG, values } from './bench.js';

const ALL = { count: 10, cursor: '0-0', known: new Set<string>() };

export function ownerCases(bench: () => Bench): void {
  describe('own', () => {
    test('one of many at once becomes the owner', async () => {
      const b = bench();
      const consumers = await Promise.all([b.consumer(), b.consumer(), b.consumer()]);
      const tokens = await Promise.all(consumers.map((consumer) => consumer.own(LONG)));
      expect(tokens.filter((token) => token !== undefined)).toHaveLength(1);
    });

    test('renewed, the token stays the same', async () => {
      const b = bench();
      const [one, two] = [await b.consumer(), await b.consumer()];
      const token = await one.own(LONG);
      expect(token).toBeGreaterThan(0);
      expect(await one.own(LONG)).toBe(token);
      expect(await two.own(LONG)).toBeUndefined();
      expect(await one.own(LONG)).toBe(token);
    });

    test('renewed, the lease begins anew', async () => {
      const b = bench();
      const [one, two] = [await b.consumer(), await b.consumer()];
      await one.own(30);
      await one.own(LONG);
      await passed(b, 40);
      expect(await two.own(LONG)).toBeUndefined();
    });

    test('goes to another when the lease is over, with a higher token', async () => {
      const b = bench();
      const [one, two] = [await b.consumer(), await b.consumer()];
      const first = (await one.own(20)) ?? 0;
      const second = await eventually(() => two.own(LONG), 'the lease is over');
      expect(second).toBeGreaterThan(first);
      expect(await one.own(LONG)).toBeUndefined();
    });

    test('after a gap the same consumer has a higher token, though nobody came between', async () => {
      const b = bench();
      const consumer = await b.consumer();
      const first = (await consumer.own(5)) ?? 0;
      await passed(b, 10);
      expect(await consumer.own(LONG)).toBeGreaterThan(first);
    });

    test('given up, it is free at once, and the token grows', async () => {
      const b = bench();
      const [one, two] = [await b.consumer(), await b.consumer()];
      const first = (await one.own(LONG)) ?? 0;
      await one.disown();
      const second = (await two.own(LONG)) ?? 0;
      expect(second).toBeGreaterThan(first);
      await two.disown();
      expect(await one.own(LONG)).toBeGreaterThan(second);
    });

    test('nobody gives up what is another one’s', async () => {
      const b = bench();
      const [one, two, three] = [await b.consumer(), await b.consumer(), await b.consumer()];
      await one.own(1);
      const token = await eventually(() => two.own(LONG), 'the lease is over');
      await one.disown();
      await three.disown();
      expect(await three.own(LONG)).toBeUndefined();
      await three.disown();
      expect(await three.own(LONG)).toBeUndefined();
      expect(await two.own(LONG)).toBe(token);
    });

    test('each group, and each stream, has an owner of its own', async () => {
      const b = bench();
      const stream = `${b.stream}:shard:1`;
      const consumers = [await b.consumer(), await b.consumer({ group: 'g2' }), await b.consumer({ stream })];
      for (const consumer of consumers) expect(await consumer.own(LONG)).toBeGreaterThan(0);
    });

    test('stays when the group or the stream vanishes', async () => {
      const b = bench();
      const [one, two] = [await b.consumer(), await b.consumer()];
      const token = await one.own(LONG);
      await b.subject.deleteStream(b.stream);
      expect(await two.own(LONG)).toBeUndefined();
      expect(await one.own(LONG)).toBe(token);
      expect(await one.drain(ALL)).toEqual({ entries: [], deleted: [], cursor: '0-0' });
    });
  });

  describe('who is not the owner', () => {
    const formers: [string, (b: Bench, one: Consumer, two: Consumer) => Promise<unknown>][] = [
      ['and was never', async (_b, one, two) => [await two.own(LONG), await one.own(LONG)]],
      ['since it gave that up', (_b, one) => one.disown()],
      ['since it gave that up, and nobody else came', (_b, one) => one.disown()],
      ['since its lease is over', (b, one) => one.own(1).then(() => passed(b, 10))],
      [
        'since another is',
        async (_b, one, two) => {
          await one.own(1);
          await eventually(() => two.own(LONG), 'the lease is over');
        },
      ],
      [
        'although it is again, by another consumer of its name',
        async (b, one) => {
          await one.own(1);
          await passed(b, 10);
          await (await b.consumer({ consumer: 'c1' })).own(LONG);
        },
      ],
    ];

    test.each(formers)('%s, may not take, drain, or begin an attempt', async (name, lose) => {
      const b = bench();
      const { consumer: one, ids } = await b.holding(['held']);
      await b.append('new');
      const two = await b.consumer();
      if (!name.startsWith('and was never')) await one.own(LONG);
      await lose(b, one, two);
      await expect(one.take(5)).rejects.toMatchObject({ code: 'FS_NOT_OWNER' });
      await expect(one.drain(ALL)).rejects.toMatchObject({ code: 'FS_NOT_OWNER' });
      expect(await one.recordAttempt(ids[0] ?? '', 4)).toBe(false);
      expect(await b.pending()).toMatchObject([{ id: ids[0], consumer: 'c1', deliveries: 1 }]);
      // What it has done it may say, as anybody may.
      expect(await one.ack(ids)).toBe(1);
      if ((await two.own(LONG)) !== undefined) expect(values(await two.take(5))).toEqual(['new']);
    });

    test('and never asked to be, drains nothing, and takes as it likes', async () => {
      const b = bench();
      const { consumer, ids } = await b.holding(['held']);
      await b.append('new');
      await expect(consumer.drain(ALL)).rejects.toMatchObject({ code: 'FS_NOT_OWNER' });
      expect(await consumer.recordAttempt(ids[0] ?? '', 4)).toBe(true);
      expect(values(await consumer.take(5))).toEqual(['new']);
    });
  });

  describe('the owner', () => {
    test('takes, and begins attempts', async () => {
      const b = bench();
      const consumer = await b.consumer();
      await consumer.own(LONG);
      await b.append('a');
      const [entry] = await consumer.take(5);
      expect(await consumer.recordAttempt(entry?.id ?? '', 3)).toBe(true);
      expect(await b.pending()).toMatchObject([{ consumer: 'c1', deliveries: 3 }]);
      expect(await consumer.recordAttempt('1-1', 1)).toBe(false);
    });

    test('is whoever the lease says, whatever its group has become', async () => {
      const b = bench();
      const consumer = await b.consumer();
      await consumer.own(LONG);
      await b.append('a');
      await b.subject.destroyGroup(b.stream, GROUP);
      const taken = [...(await consumer.take(5)), ...(await consumer.take(5))];
      expect(values(taken)).toEqual(['a']);
    });
  });
}

/** Waits until the broker's clock has gone on by so many milliseconds. */
async function passed(b: Bench, ms: number): Promise<void> {
  const lapsing = b.broker.coordinate({ stream: `${b.stream}:clock`, group: GROUP, member: 'lapsing' });
  const watching = b.broker.coordinate({ stream: `${b.stream}:clock`, group: GROUP, member: 'watching' });
  await lapsing.meet({ ttlMs: ms });
  await eventually(async () => {
    const { members } = await watching.meet({ ttlMs: LONG });
    return members.includes('lapsing') ? undefined : true;
  }, `${ms} ms by the broker's clock`);
}
