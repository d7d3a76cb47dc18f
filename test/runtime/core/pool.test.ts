import { describe, expect, it } from 'vitest';
import { Pool } from '../../../runtime/src/core/pool.js';
import { type Item, item, items, watchedPool } from './pool-item.js';

describe('Pool', () => {
  it('starts up to the limit and queues the rest in order', () => {
    const { pool, started, add } = watchedPool({ limit: 2, prefetch: () => 3 });
    const all = items(4);
    add(...all);
    expect(started).toEqual(['1', '2']);
    expect(pool.queued).toBe(2);
    pool.settling(all[0] as Item);
    expect(started).toEqual(['1', '2', '3']);
  });

  it('ignores keys unless it is ordered', () => {
    const { started, add } = watchedPool({ limit: 2 });
    add(item(1, 'a'), item(2, 'a'));
    expect(started).toEqual(['a1', 'a2']);
  });

  it('counts what is not confirmed yet as held', () => {
    const { pool, add } = watchedPool({});
    const one = item(1);
    add(one);
    pool.settling(one);
    expect(pool.room()).toBe(0);
    pool.settled(one);
    expect(pool.room()).toBe(1);
  });

  it('counts what never becomes an item as held until it is settled', () => {
    const { pool, watch } = watchedPool({ limit: 3 });
    pool.addSettling(2);
    expect([pool.held, pool.room(), pool.idle]).toEqual([2, 1, false]);
    const { rooms } = watch;
    pool.settledOthers(2);
    expect([pool.held, pool.room(), pool.idle]).toEqual([0, 3, true]);
    expect(watch.rooms).toBeGreaterThan(rooms);
  });

  it('keeps neither worker nor room for a retry that waits', () => {
    const { pool, add } = watchedPool({});
    const one = item(1);
    add(one);
    pool.park(one);
    expect(pool.room()).toBe(1);
    expect(pool.running).toBe(0);
    expect(pool.waiting).toBe(1);
  });

  it('starts a due retry before anything fresh', () => {
    const { pool, started, add } = watchedPool({ prefetch: () => 2 });
    const [one, two, three] = items(3) as [Item, Item, Item];
    add(one);
    pool.park(one);
    add(two, three);
    pool.due(one);
    pool.settling(two);
    expect(started).toEqual(['1', '2', '1']);
  });

  it('lets a due retry wait for a read that was promised the room', () => {
    const { pool, started, add } = watchedPool({});
    const one = item(1);
    add(one);
    pool.park(one);
    pool.reserve(1);
    pool.due(one);
    expect(started).toHaveLength(1);
    pool.unreserve(1);
    expect(started).toHaveLength(2);
  });

  it('takes nothing more in while too many retries wait', () => {
    const { pool, add } = watchedPool({});
    const all = items(pool.maxWaiting);
    for (const each of all) {
      add(each);
      pool.park(each);
    }
    expect(pool.room()).toBe(0);
    pool.unpark(all[0] as Item);
    expect(pool.room()).toBe(1);
  });

  it('takes out what has not started, and nothing else', () => {
    const { pool, started, add } = watchedPool({ prefetch: () => 3 });
    const [one, two, three] = items(3) as [Item, Item, Item];
    add(one, two, three);
    expect([pool.remove(two), pool.remove(two), pool.remove(one)]).toEqual([true, false, false]);
    pool.park(one);
    pool.due(one);
    expect(pool.remove(one)).toBe(true);
    pool.settling(three);
    expect(started).toEqual(['1', '3']);
    expect([pool.waiting, pool.queued]).toEqual([0, 0]);
  });

  it('does not grow the stack when handlers end at once', () => {
    let done = 0;
    const pool: Pool<Item> = new Pool<Item>({
      limit: 1,
      prefetch: () => 100_000,
      run: ([one]) => {
        done += 1;
        pool.settling(one as Item);
      },
      onRoom: () => {},
    });
    for (const each of items(50_000)) pool.add(each);
    expect(done).toBe(50_000);
  });

  it('starts nothing after it was closed and gives up what has not started', () => {
    const { pool, started, add } = watchedPool({ prefetch: () => 2 });
    const all = items(3);
    add(...all);
    expect(pool.close()).toEqual(all.slice(1));
    pool.settling(all[0] as Item);
    expect(started).toHaveLength(1);
    expect(pool.room()).toBe(0);
    add(item(4));
    expect(pool.close()).toEqual([item(4)]);
  });

  it('starts nothing and has no room while it is paused; what runs goes on', () => {
    const { pool, started, add, finish, watch } = watchedPool({ prefetch: () => 2 });
    const [one, two] = items(2) as [Item, Item];
    add(one, two);
    pool.setPaused(true);
    expect([pool.paused, pool.running, pool.room(), pool.wantsMore()]).toEqual([true, 1, 0, false]);
    finish(one);
    expect(started).toEqual(['1']);
    const { rooms } = watch;
    pool.setPaused(false);
    expect(started).toEqual(['1', '2']);
    expect(watch.rooms).toBeGreaterThan(rooms);
  });

  it('starts more as soon as the limit is raised, and ends nothing when it is lowered', () => {
    const { pool, started, add, finish } = watchedPool({ prefetch: () => 5 });
    const all = items(5);
    add(...all);
    pool.setLimit(3);
    expect(started).toEqual(['1', '2', '3']);
    pool.setLimit(1);
    expect(pool.running).toBe(3);
    finish(...all.slice(0, 2));
    expect(started).toHaveLength(3);
    finish(all[2] as Item);
    expect(started).toEqual(['1', '2', '3', '4']);
  });
});

describe('Pool with permits', () => {
  it('starts as many as it has permits for, and says how many it lacks', () => {
    const { pool, started, add } = watchedPool({ limit: 3, prefetch: () => 5, limited: true });
    expect(pool.missingPermits()).toBe(0);
    add(...items(5));
    expect([started.length, pool.missingPermits()]).toEqual([0, 3]);
    pool.grant(2);
    expect([started.length, pool.missingPermits(), pool.permits]).toEqual([2, 1, 0]);
  });

  it('gives back what it could not use', () => {
    const { pool, started, add } = watchedPool({ limit: 3, limited: true });
    pool.grant(3);
    add(item(1));
    expect([pool.permits, pool.takeBackPermits(), pool.permits]).toEqual([2, 2, 0]);
    add(item(2));
    expect(started).toEqual(['1']);
  });

  it('lacks none while it may not start anything anyway', () => {
    const { pool, add } = watchedPool({ limit: 1, prefetch: () => 5, limited: true });
    add(...items(3));
    pool.setPaused(true);
    expect(pool.missingPermits()).toBe(0);
    pool.setPaused(false);
    pool.grant(1);
    expect(pool.missingPermits()).toBe(0);
    pool.close();
    expect(pool.missingPermits()).toBe(0);
  });
});
