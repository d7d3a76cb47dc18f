import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pool } from '../../../runtime/src/core/pool.js';

interface Item {
  readonly id: number;
}

function makePool(limit: number, prefetch: number) {
  const running = new Set<Item>();
  let rooms = 0;
  const pool = new Pool<Item>({
    limit,
    prefetch: () => prefetch,
    run: (item) => running.add(item),
    onRoom: () => {
      rooms += 1;
    },
  });
  return { pool, running, rooms: () => rooms };
}

describe('Pool', () => {
  it('starts up to the limit and queues the rest in order', () => {
    const { pool, running } = makePool(2, 3);
    const items = [0, 1, 2, 3].map((id) => ({ id }));
    for (const item of items) pool.add(item);
    expect([...running].map(({ id }) => id)).toEqual([0, 1]);
    expect(pool.queued).toBe(2);
    pool.settling();
    expect([...running].map(({ id }) => id)).toEqual([0, 1, 2]);
  });

  it('counts what is not confirmed yet as held', () => {
    const { pool } = makePool(1, 0);
    pool.add({ id: 1 });
    pool.settling();
    expect(pool.room()).toBe(0);
    pool.settled();
    expect(pool.room()).toBe(1);
  });

  it('keeps neither worker nor room for a retry that waits', () => {
    const { pool } = makePool(1, 0);
    pool.add({ id: 1 });
    pool.park();
    expect(pool.room()).toBe(1);
    expect(pool.running).toBe(0);
    expect(pool.waiting).toBe(1);
  });

  it('starts a due retry before anything fresh', () => {
    const { pool, running } = makePool(1, 2);
    const [one, two, three] = [1, 2, 3].map((id) => ({ id })) as [Item, Item, Item];
    pool.add(one);
    pool.park();
    pool.add(two);
    pool.add(three);
    pool.due(one);
    running.clear();
    pool.settling();
    expect([...running]).toEqual([one]);
  });

  it('lets a due retry wait for a read that was promised the room', () => {
    const { pool, running } = makePool(1, 0);
    const item = { id: 1 };
    pool.add(item);
    pool.park();
    pool.reserve(1);
    running.clear();
    pool.due(item);
    expect(running.size).toBe(0);
    pool.unreserve(1);
    expect(running.size).toBe(1);
  });

  it('takes nothing more in while too many retries wait', () => {
    const { pool } = makePool(1, 0);
    for (let i = 0; i < pool.maxWaiting; i++) {
      pool.add({ id: i });
      pool.park();
    }
    expect(pool.room()).toBe(0);
    pool.unpark();
    expect(pool.room()).toBe(1);
  });

  it('does not grow the stack when handlers end at once', () => {
    let done = 0;
    const pool: Pool<Item> = new Pool<Item>({
      limit: 1,
      prefetch: () => 100_000,
      run: () => {
        done += 1;
        pool.settling();
      },
      onRoom: () => {},
    });
    for (let id = 0; id < 50_000; id++) pool.add({ id });
    expect(done).toBe(50_000);
  });

  it('starts nothing after it was closed and gives up what has not started', () => {
    const { pool, running } = makePool(1, 2);
    const items = [1, 2, 3].map((id) => ({ id }));
    for (const item of items) pool.add(item);
    expect(pool.close()).toEqual(items.slice(1));
    pool.settling();
    expect(running.size).toBe(1);
    expect(pool.room()).toBe(0);
  });

  it('never runs more than the limit nor holds more than limit + prefetch, whatever happens', () => {
    const command = fc.constantFrom('read', 'reply', 'success', 'failure', 'due', 'acked', 'lost');
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 0, max: 20 }),
        fc.array(fc.tuple(command, fc.nat(30)), { maxLength: 300 }),
        (limit, prefetch, commands) => {
          const { pool, running } = makePool(limit, prefetch);
          const parked: Item[] = [];
          let reserved = 0;
          let settling = 0;
          let next = 0;
          const pickRunning = (n: number) => [...running][n % running.size] as Item;
          for (const [kind, n] of commands) {
            if (kind === 'read' && reserved === 0) {
              reserved = pool.room();
              pool.reserve(reserved);
            } else if (kind === 'reply' && reserved > 0) {
              for (let i = 0; i < Math.min(n, reserved); i++) pool.add({ id: next++ });
              pool.unreserve(reserved);
              reserved = 0;
            } else if (kind === 'success' && running.size > 0) {
              running.delete(pickRunning(n));
              settling += 1;
              pool.settling();
            } else if (kind === 'failure' && running.size > 0) {
              const item = pickRunning(n);
              running.delete(item);
              parked.push(item);
              pool.park();
            } else if (kind === 'due' && parked.length > 0) {
              pool.due(parked.splice(n % parked.length, 1)[0] as Item);
            } else if (kind === 'lost' && parked.length > 0) {
              parked.pop();
              pool.unpark();
            } else if (kind === 'acked' && settling > 0) {
              settling -= 1;
              pool.settled();
            }
            expect(running.size).toBe(pool.running);
            expect(running.size).toBeLessThanOrEqual(limit);
            expect(pool.held).toBeLessThanOrEqual(limit + prefetch);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
