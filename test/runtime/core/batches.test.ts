import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../support/virtual-clock.js';
import { type Item, item, items, watchedPool } from './pool-item.js';

function batched(maxSize: number, { limit = 2, limited = false, prefetch = 0 } = {}) {
  const clock = new VirtualClock();
  const batch = { maxSize, maxWait: 100, clock };
  return { ...watchedPool({ limit, limited, prefetch: () => prefetch, batch }), clock };
}

describe('a Pool with batches', () => {
  it('hands over full batches at once, many of them at a time', () => {
    const { pool, started, add } = batched(2);
    const [one, two, three, four, five] = items(5) as [Item, Item, Item, Item, Item];
    add(one, two, three, four, five);
    expect(started).toEqual(['1+2', '3+4']);
    expect([pool.running, pool.held, pool.queued]).toEqual([2, 5, 1]);
    pool.settling(one);
    expect(pool.running).toBe(2);
    pool.settling(two);
    expect(pool.running).toBe(1);
  });

  it('hands over what is there when the oldest has waited long enough', () => {
    const { started, add, clock } = batched(3);
    add(item(1));
    clock.advance(60);
    add(item(2));
    clock.advance(39);
    expect(started).toEqual([]);
    clock.advance(1);
    expect(started).toEqual(['1+2']);
    expect(clock.pendingTimers).toBe(0);
  });

  it('does not mix kinds, and lets them take turns', () => {
    const { started, add, finish } = batched(2, { limit: 1, prefetch: 10 });
    const x = [1, 2, 3, 4, 5, 6].map((n) => item(n, undefined, 'x'));
    const y = [7, 8].map((n) => item(n, undefined, 'y'));
    add(...x, ...y);
    finish(...x.slice(0, 2));
    finish(...x.slice(2, 4));
    finish(...y);
    expect(started).toEqual(['1:x+2:x', '3:x+4:x', '7:y+8:y', '5:x+6:x']);
  });

  it('has room for full batches and the prefetch; what fills one is held', () => {
    const { pool, add } = batched(3, { limit: 2, prefetch: 1 });
    expect(pool.room()).toBe(7);
    add(...items(2));
    expect([pool.held, pool.room()]).toEqual([2, 5]);
  });

  it('reads on while nothing it has can start', () => {
    const { pool, add } = batched(2, { limit: 2, prefetch: 20 });
    add(...Array.from({ length: 18 }, (_, at) => item(at, undefined, `kind ${at}`)));
    expect([pool.running, pool.room(), pool.wantsMore()]).toEqual([0, 6, true]);
  });

  it('starts at once with a due retry, and with what it finds', () => {
    const { pool, started, add } = batched(3, { limit: 1 });
    const [one, two, three, four] = items(4) as [Item, Item, Item, Item];
    add(one, two, three);
    for (const each of [one, two, three]) pool.park(each);
    add(four);
    pool.due(two);
    expect(started).toEqual(['1+2+3', '2+4']);
    expect([pool.waiting, pool.queued]).toEqual([2, 0]);
  });

  it('lets a due retry wait for a read that was promised the room', () => {
    const { pool, started, add } = batched(2, { limit: 1 });
    const [one, two] = items(2) as [Item, Item];
    add(one, two);
    pool.park(one);
    pool.park(two);
    pool.reserve(2);
    pool.due(one);
    expect([started.length, pool.missingPermits()]).toEqual([1, 0]);
    pool.unreserve(2);
    expect(started).toEqual(['1+2', '1']);
  });

  it('needs one permit for a batch', () => {
    const { pool, started, add } = batched(2, { limit: 3, limited: true });
    add(...items(5));
    expect(pool.missingPermits()).toBe(2);
    pool.grant(1);
    expect([started, pool.permits]).toEqual([['1+2'], 0]);
  });

  it('leaves no timer behind', () => {
    const { pool, add, clock } = batched(3);
    const [one, two] = items(2) as [Item, Item];
    add(one);
    pool.remove(one);
    expect(clock.pendingTimers).toBe(0);
    add(two);
    expect(pool.close()).toEqual([two]);
    add(item(3));
    expect(clock.pendingTimers).toBe(0);
  });

  it('starts what has come of age while it was paused', () => {
    const { pool, started, add, clock } = batched(3);
    add(item(1));
    pool.setPaused(true);
    clock.advance(200);
    expect(started).toEqual([]);
    pool.setPaused(false);
    expect(started).toEqual(['1']);
  });
});
