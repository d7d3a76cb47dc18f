import { expect, it } from 'vitest';
import { Pool } from '../../../runtime/src/core/pool.js';
import { keyDraw } from '../../../runtime/src/plan/load.js';
import { Random } from '../../simulation/random.js';
import { VirtualClock } from '../../support/virtual-clock.js';
import { type Item, item } from './pool-item.js';

const [KEYS, MESSAGES, HANDLER_MS, ACK_MS] = [1_000, 20_000, 20, 0.5];

it.each([1, 2])(
  'an ordered Pool reaches, in the long run, 0.9 of what the hottest of Zipf-distributed keys allows (seed %i)',
  (seed) => {
    const clock = new VirtualClock();
    const draw = keyDraw({ count: KEYS, zipf: 1 }, new Random(seed));
    const keys = Array.from({ length: MESSAGES }, draw);
    let [taken, done] = [0, 0];
    const pool: Pool<Item> = new Pool<Item>({
      limit: 20,
      prefetch: () => 20,
      ordered: true,
      onRoom: () => {},
      run: ([one]) => {
        if (one === undefined) return;
        clock.after(HANDLER_MS, () => {
          pool.settling(one);
          clock.after(ACK_MS, () => {
            pool.settled(one);
            done += 1;
          });
        });
      },
    });
    while (done < MESSAGES) {
      for (let room = pool.room(); room > 0 && taken < MESSAGES; room--) {
        taken += 1;
        pool.add(item(taken, String(keys[taken - 1])));
      }
      clock.advance(ACK_MS);
    }
    const hottest = keys.filter((key) => key === 'k0').length;
    expect((hottest * HANDLER_MS) / clock.now()).toBeGreaterThan(0.9);
  },
);
