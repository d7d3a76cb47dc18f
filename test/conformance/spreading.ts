/** `spread`, `mayBegin` and what publishers are told: a channel over several streams. */
import { describe, expect, test } from 'vitest';
import { shardKey } from '../../runtime/src/core/shards.js';
import type { Bench } from './bench.js';

const GROUP = 'spreading';
const entry = (text: string) => [[Buffer.from('v'), Buffer.from(text)]];

export function spreadingCases(bench: () => Bench): void {
  describe('a channel over several streams', () => {
    let batches = 0;
    const publish = ({ broker, stream }: Bench, shard: number, count: number) => {
      batches += 1;
      const batch = { producer: `p${batches}`, sequence: 1 };
      const shards = { count, added: shard > 0 };
      return broker.appendBatch(shardKey(stream, shard), entry('a'), batch, { shards });
    };

    test('whoever knows of fewer shards is refused, and writes nothing', async () => {
      const b = bench();
      await publish(b, 0, 1);
      await b.broker.spread(b.stream, 2);
      await expect(publish(b, 0, 1)).rejects.toMatchObject({ code: 'FS_SHARDS_CHANGED' });
      expect(await b.subject.entries(b.stream)).toHaveLength(1);
      await publish(b, 0, 2);
      await publish(b, 1, 2);
      await b.broker.spread(b.stream, 3);
      for (const shard of [0, 1]) {
        await expect(publish(b, shard, 2)).rejects.toMatchObject({ code: 'FS_SHARDS_CHANGED' });
      }
      await publish(b, 2, 3);
    });

    test('nothing is written into a shard that has not been added', async () => {
      const b = bench();
      await expect(publish(b, 1, 2)).rejects.toMatchObject({ code: 'FS_SHARDS_CHANGED' });
    });

    test('one that was added waits until what stood elsewhere is settled, in each group', async () => {
      const b = bench();
      await publish(b, 0, 1);
      await publish(b, 0, 1);
      await b.broker.spread(b.stream, 2);
      const may = () => b.broker.mayBegin(b.stream, 1, GROUP);
      expect(await may()).toBe(false);
      const consumer = await b.broker.consume({
        stream: b.stream,
        group: GROUP,
        consumer: 'one',
        startFrom: 'beginning',
      });
      const [first, second] = await consumer.take(2);
      await publish(b, 0, 2);
      expect(await may()).toBe(false);
      await consumer.ack([second?.id ?? '']);
      expect(await may()).toBe(false);
      await consumer.ack([first?.id ?? '']);
      expect(await may()).toBe(true);
      expect(await b.broker.mayBegin(b.stream, 1, 'others')).toBe(false);
      await consumer.close();
    });

    test('raised by many at once, to different numbers, it is what the largest says', async () => {
      const b = bench();
      await publish(b, 0, 1);
      const raised = await Promise.all([2, 5, 3, 8, 4].map((shards) => b.broker.spread(b.stream, shards)));
      expect(Math.max(...raised)).toBe(8);
      expect(await b.broker.spread(b.stream, 1)).toBe(8);
      for (let shard = 1; shard < 8; shard++) {
        await publish(b, shard, 8);
        expect(await b.broker.mayBegin(b.stream, shard, GROUP)).toBe(false);
      }
    });
  });
}
