/** What becomes of an entry that is deleted while it is pending: whoever notices says so, and nobody waits for it. */
import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { type Bench, LONG, values } from './bench.js';

export function deletedCases(bench: () => Bench): void {
  test('renew gives what was deleted meanwhile: nobody can handle it any more', async () => {
    const b = bench();
    const { consumer, ids } = await b.holding(['deleted', 'mine']);
    const [deleted = '', mine = ''] = ids;
    await b.subject.deleteEntry(b.stream, deleted);
    expect(await consumer.renew(ids)).toEqual([deleted]);
    expect(await b.pendingIds()).toEqual([mine]);
  });

  test('recordAttempt is refused for what was deleted meanwhile', async () => {
    const b = bench();
    const { consumer, ids } = await b.holding(['a']);
    await b.subject.deleteEntry(b.stream, ids[0] ?? '');
    expect(await consumer.recordAttempt(ids[0] ?? '', 2)).toBe(false);
    expect(await b.pendingIds()).toEqual([]);
  });

  test('handBack leaves what was deleted meanwhile to the take-over, which reports it', async () => {
    const b = bench();
    const { consumer, ids } = await b.holding(['deleted', 'mine']);
    const [deleted = '', mine = ''] = ids;
    await b.subject.deleteEntry(b.stream, deleted);
    expect(await consumer.handBack(ids.map((id) => ({ id, deliveries: 0 })))).toBe(1);
    expect(await b.pendingIds()).toEqual([deleted, mine]);
    const other = await b.consumer();
    const taken = await other.takeOver({ idleMs: LONG, count: 10, cursor: '0-0' });
    expect(taken.deleted).toEqual([deleted]);
    expect(values(taken.entries)).toEqual(['mine']);
  });

  test('deadLetter works for what was deleted meanwhile: the reader still has it', async () => {
    const b = bench();
    const { consumer, ids } = await b.holding(['a']);
    await b.subject.deleteEntry(b.stream, ids[0] ?? '');
    expect(
      await consumer.deadLetter(ids[0] ?? '', { stream: `${b.stream}.dead`, keep: undefined }, [
        Buffer.from('v'),
        Buffer.from('a'),
      ]),
    ).toBe(true);
    expect(await b.pendingIds()).toEqual([]);
  });
}
