import { describe, expect, it } from 'vitest';
import { compareIds } from '../../../runtime/src/core/entry-id.js';
import { VirtualClock } from '../../support/virtual-clock.js';
import { type Item, item, items, watchedPool } from './pool-item.js';

function batched(maxSize: number, limit = 10) {
  const clock = new VirtualClock();
  return { ...watchedPool({ limit, ordered: true, batch: { maxSize, maxWait: 100, clock } }), clock };
}

describe('an ordered Pool', () => {
  it('starts one item of a key at a time, the next only when the one before is settled', () => {
    const { pool, started, add } = watchedPool({ limit: 5, ordered: true });
    const [a1, a2, b1] = [item(1, 'a'), item(2, 'a'), item(3, 'b')] as const;
    add(a1, a2, b1);
    expect(started).toEqual(['a1', 'b3']);
    pool.settling(a1);
    expect(started).toHaveLength(2);
    pool.settled(a1);
    expect(started).toEqual(['a1', 'b3', 'a2']);
  });

  it('puts items without a key in one lane', () => {
    const { started, add } = watchedPool({ limit: 5, ordered: true });
    add(...items(2));
    expect(started).toEqual(['1']);
  });

  it('keeps the lane of a retry, and nobody else waits for it', () => {
    const { pool, started, add, finish } = watchedPool({ limit: 2, ordered: true });
    const [a1, a2, b3, b4] = [item(1, 'a'), item(2, 'a'), item(3, 'b'), item(4, 'b')] as const;
    add(a1, a2, b3, b4);
    pool.park(a1);
    finish(b3);
    expect(started).toEqual(['a1', 'b3', 'b4']);
    expect([pool.waiting, pool.blocked]).toEqual([1, 1]);
    pool.due(a1);
    expect(started).toEqual(['a1', 'b3', 'b4', 'a1']);
    finish(a1);
    expect(started.at(-1)).toBe('a2');
  });

  it('goes on with a lane whose retry is given up, due or not', () => {
    const { pool, started, add } = watchedPool({ ordered: true });
    const [a1, a2, a3, b4] = [item(1, 'a'), item(2, 'a'), item(3, 'a'), item(4, 'b')] as const;
    add(a1, a2, a3);
    pool.park(a1);
    pool.unpark(a1);
    expect(started).toEqual(['a1', 'a2']);
    pool.park(a2);
    add(b4);
    pool.due(a2);
    expect(pool.remove(a2)).toBe(true);
    pool.settling(b4);
    expect(started).toEqual(['a1', 'a2', 'b4', 'a3']);
  });

  it('lets a lane that has come free go to the end of those that wait', () => {
    const { started, add, finish } = watchedPool({ ordered: true, prefetch: () => 10 });
    const all = [item(1, 'a'), item(2, 'a'), item(3, 'b'), item(4, 'c'), item(5, 'b')] as const;
    add(...all);
    for (const each of [all[0], all[2], all[3], all[1], all[4]]) finish(each);
    expect(started).toEqual(['a1', 'b3', 'c4', 'a2', 'b5']);
  });

  it('reads on for other keys, whatever stands behind one, up to a bound', () => {
    const { pool, add, finish } = watchedPool({ limit: 2, prefetch: () => 1, ordered: true });
    const hot = items(pool.maxWaiting, 'hot');
    add(...hot);
    expect([pool.held, pool.blocked, pool.room(), pool.wantsMore()]).toEqual([1, 999, 2, true]);
    add(item(2_000, 'hot'));
    expect([pool.blocked, pool.room(), pool.wantsMore()]).toEqual([1_000, 0, false]);
    finish(hot[0] as Item);
    expect(pool.room()).toBe(2);
  });

  it('puts what comes late at its place by id, compared as numbers', () => {
    const { started, add, finish } = watchedPool({ ordered: true });
    const late = [item(1, 'a'), item(8, 'a'), item(12, 'a'), item(10, 'a'), item(9, 'a')] as const;
    add(...late);
    for (const at of [0, 1, 4, 3] as const) finish(late[at]);
    expect(started).toEqual(['a1', 'a8', 'a9', 'a10', 'a12']);
  });

  it('takes out what is blocked', () => {
    const { pool, started, add, finish } = watchedPool({ ordered: true });
    const [a1, a2, a3] = items(3, 'a') as [Item, Item, Item];
    add(a1, a2, a3);
    expect([pool.remove(a2), pool.remove(a1)]).toEqual([true, false]);
    finish(a1);
    expect(started).toEqual(['a1', 'a3']);
  });

  it('gives up what is fresh, blocked, and due when it is closed', () => {
    const { pool, started, add, finish } = watchedPool({ ordered: true });
    const [a1, a2, b3, b4] = [item(1, 'a'), item(2, 'a'), item(3, 'b'), item(4, 'b')] as const;
    add(a1, a2);
    pool.park(a1);
    add(b3, b4);
    pool.due(a1);
    expect(pool.close()).toEqual([a1, a2, b4]);
    finish(b3);
    expect(started).toEqual(['a1', 'b3']);
    expect([pool.idle, pool.blocked]).toEqual([true, 0]);
  });
});

describe('an ordered Pool with batches', () => {
  it('hands over a batch when it is full, of one key, and blocks the next until all of it is settled', () => {
    const { pool, started, add, finish } = batched(2);
    const [a1, a2, a3, a4] = items(4, 'a') as [Item, Item, Item, Item];
    add(a1, item(9, 'b'));
    expect(started).toEqual([]);
    add(a2, a3, a4);
    expect(started).toEqual(['a1+a2']);
    expect([pool.held, pool.queued, pool.blocked]).toEqual([3, 1, 2]);
    finish(a1);
    expect([started.length, pool.running]).toEqual([1, 1]);
    finish(a2);
    expect(started).toEqual(['a1+a2', 'a3+a4']);
  });

  it('hands over what is there when the oldest has waited long enough', () => {
    const { started, add, clock } = batched(3);
    add(item(1, 'a'));
    clock.advance(60);
    add(item(2, 'a'), item(3, 'b'));
    clock.advance(39);
    expect(started).toEqual([]);
    clock.advance(1);
    expect(started).toEqual(['a1+a2']);
    clock.advance(60);
    expect(started).toEqual(['a1+a2', 'b3']);
  });

  it('counts the wait of the oldest, also where it was blocked or another came before it late', () => {
    const { started, add, finish, clock } = batched(3);
    const first = item(1, 'a');
    add(first);
    clock.advance(100);
    add(item(5, 'a'));
    clock.advance(90);
    add(item(4, 'a'));
    finish(first);
    clock.advance(9);
    expect(started).toEqual(['a1']);
    clock.advance(1);
    expect(started).toEqual(['a1', 'a4+a5']);
  });

  it('does not wait where a batch cannot grow, because what follows is of another kind', () => {
    const { started, add, finish, clock } = batched(3);
    const [one, two, three] = [item(1, 'a', 'x'), item(2, 'a', 'x'), item(3, 'a', 'y')] as const;
    add(one, two, three);
    expect(started).toEqual(['a1:x+a2:x']);
    finish(one, two);
    clock.advance(100);
    expect(started).toEqual(['a1:x+a2:x', 'a3:y']);
  });

  it('repeats what is due from the head, with what follows, and does not wait', () => {
    const { pool, started, add, finish } = batched(3);
    const [a1, a2, a3, a4] = items(4, 'a') as [Item, Item, Item, Item];
    add(a1, a2, a3, a4);
    pool.park(a3);
    pool.park(a1);
    pool.due(a3);
    finish(a2);
    expect(started).toEqual(['a1+a2+a3']);
    pool.due(a1);
    expect(started).toEqual(['a1+a2+a3', 'a1+a3+a4']);
  });

  it('does not let a due retry pass one before it that still waits', () => {
    const { pool, started, add, finish } = batched(2);
    const [a1, a2, a3] = items(3, 'a') as [Item, Item, Item];
    add(a1, a2, a3);
    pool.park(a1);
    pool.park(a2);
    pool.due(a1);
    expect(started).toEqual(['a1+a2', 'a1']);
    finish(a1);
    expect(started).toHaveLength(2);
    pool.due(a2);
    expect(started.at(-1)).toBe('a2+a3');
  });

  it('leaves no timer behind', () => {
    const { pool, add, clock } = batched(3);
    const [a1, b2] = [item(1, 'a'), item(2, 'b')] as const;
    add(a1, b2);
    pool.remove(a1);
    expect(clock.pendingTimers).toBe(1);
    expect(pool.close()).toEqual([b2]);
    add(item(3, 'c'));
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('compareIds', () => {
  it('compares both parts as numbers of 64 bits', () => {
    expect(compareIds('2-0', '10-0')).toBeLessThan(0);
    expect(compareIds('2-10', '2-9')).toBeGreaterThan(0);
    expect(compareIds('2-9', '2-9')).toBe(0);
    expect(compareIds('18446744073709551614-0', '18446744073709551615-0')).toBeLessThan(0);
  });
});
