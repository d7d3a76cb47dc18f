import { Pool, type PoolOptions } from '../../../runtime/src/core/pool.js';
import type { PoolItem } from '../../../runtime/src/core/schedule.js';

export interface Item extends PoolItem {
  readonly name: string;
}

/** An item whose id is `1-<sequence>`, and whose name is key, sequence and kind: `a1`, `a1:other`. */
export function item(sequence: number, key?: string, kind?: string): Item {
  const name = `${key ?? ''}${sequence}${kind === undefined ? '' : `:${kind}`}`;
  return { id: `1-${sequence}`, key, kind, name };
}

export function items(count: number, key?: string): Item[] {
  return Array.from({ length: count }, (_, at) => item(at + 1, key));
}

/** A pool that writes down what it starts: the names of each run, joined by a plus. */
export function watchedPool(options: Partial<PoolOptions<Item>>) {
  const started: string[] = [];
  const watch = { rooms: 0 };
  const pool = new Pool<Item>({
    limit: 1,
    prefetch: () => 0,
    run: (run) => started.push(run.map(({ name }) => name).join('+')),
    onRoom: () => {
      watch.rooms += 1;
    },
    ...options,
  });
  return {
    pool,
    started,
    watch,
    add: (...added: Item[]) => {
      for (const each of added) pool.add(each);
    },
    /** Ends running items and settles them. */
    finish: (...done: Item[]) => {
      for (const each of done) pool.settling(each);
      for (const each of done) pool.settled(each);
    },
  };
}
