/** `Broker.consume`: the group, where it begins, and what becomes of it when it vanishes. */
import { describe, expect, test } from 'vitest';
import type { Consumer } from '../../runtime/src/types.js';
import { type Bench, FOR_EVER, GROUP, idsOf, values } from './bench.js';

export function groupCases(bench: () => Bench): void {
  describe('the group', () => {
    test('made with its stream when neither exists, and told about once', async () => {
      const b = bench();
      await b.consumer({ startFrom: 'now' });
      await b.consumer({ startFrom: 'now' });
      expect(b.events).toEqual([{ kind: 'group-created', from: '$', again: false }]);
    });

    test('from the beginning: older entries too', async () => {
      const b = bench();
      await b.append('old');
      expect(values(await (await b.consumer()).read(5, 0))).toEqual(['old']);
    });

    test('from now: later entries only', async () => {
      const b = bench();
      await b.append('old');
      const consumer = await b.consumer({ startFrom: 'now' });
      expect(await consumer.read(5, 0)).toEqual([]);
      await b.append('new');
      expect(values(await consumer.read(5, 0))).toEqual(['new']);
    });

    test('one that exists stays where it is', async () => {
      const b = bench();
      const first = await b.consumer();
      await b.appendAll(['a', 'b', 'c']);
      await first.read(1, 0);
      const second = await b.consumer({ startFrom: 'now' });
      expect(values(await second.read(5, 0))).toEqual(['b', 'c']);
    });

    test.each(['destroyGroup', 'deleteStream'] as const)(
      'that vanished under a waiting read (%s) is made again from the beginning',
      async (vanish) => {
        const b = bench();
        const consumer = await b.consumer({ startFrom: 'now' });
        const reading = consumer.read(5, FOR_EVER);
        await (vanish === 'deleteStream'
          ? b.subject.deleteStream(b.stream)
          : b.subject.destroyGroup(b.stream, GROUP));
        const read = [...(await reading)];
        const id = await b.append('meanwhile');
        while (read.length === 0) read.push(...(await consumer.read(5, FOR_EVER)));
        expect(idsOf(read)).toEqual([id]);
        expect(b.events.at(-1)).toEqual({ kind: 'group-created', from: '0', again: true });
      },
    );

    test('that vanished begins at the beginning, so that what was published meanwhile is not skipped', async () => {
      const b = bench();
      const consumer = await b.consumer({ startFrom: 'now' });
      await b.subject.destroyGroup(b.stream, GROUP);
      const id = await b.append('meanwhile');
      const read = [...(await consumer.read(5, 0)), ...(await consumer.read(5, 0))];
      expect(idsOf(read)).toEqual([id]);
    });

    test.each<[string, (consumer: Consumer, bench: Bench) => Promise<unknown>, unknown]>([
      ['read', (consumer) => consumer.read(1, 0), []],
      ['take', (consumer) => consumer.take(1), []],
      [
        'drain',
        async (consumer) => {
          await consumer.own(60_000);
          return consumer.drain({ count: 1, cursor: '0-0', known: new Set() });
        },
        { entries: [], deleted: [], cursor: '0-0' },
      ],
      ['stranded', (consumer) => consumer.stranded(new Set(), 1), []],
      ['ack', (consumer) => consumer.ack(['1-1']), 0],
      ['renew', (consumer) => consumer.renew(['1-1']), ['1-1']],
      ['recordAttempt', (consumer) => consumer.recordAttempt('1-1', 1), false],
      ['handBack', (consumer) => consumer.handBack([{ id: '1-1', deliveries: 1 }]), 0],
      [
        'takeOver',
        (consumer) => consumer.takeOver({ idleMs: 1, count: 1, cursor: '0-0' }),
        { entries: [], deleted: [], cursor: '0-0' },
      ],
      [
        'deadLetter',
        (consumer, { stream }) =>
          consumer.deadLetter('1-1', { stream, keep: undefined }, [Buffer.from('a'), Buffer.from('b')]),
        false,
      ],
    ])('that vanished is nothing that %s stumbles over', async (_name, ask, expected) => {
      const b = bench();
      const { consumer } = await b.holding(['a']);
      await b.subject.deleteStream(b.stream);
      expect(await ask(consumer, b)).toEqual(expected);
      expect(await consumer.inspect()).toMatchObject({ length: 0, pending: 0 });
    });
  });
}
