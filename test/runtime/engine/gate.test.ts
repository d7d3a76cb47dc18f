import { expect, it } from 'vitest';
import { Gate } from '../../../runtime/src/engine/gate.js';
import type { PermitGrant, PermitRequest } from '../../../runtime/src/types.js';
import { VirtualClock } from '../../support/virtual-clock.js';
import { type Item, item, watchedPool } from '../core/pool-item.js';

type Question = Omit<PermitRequest, 'max' | 'per'>;

function gate() {
  const clock = new VirtualClock(1_000);
  const asked: Question[] = [];
  const answers: ((grant: PermitGrant) => void)[] = [];
  const stopping = new AbortController();
  const { pool, started } = watchedPool({ limit: 10, limited: true, onRoom: () => gate.notify() });
  const gate: Gate<Item> = new Gate<Item>({
    pool,
    ask: (question) => {
      asked.push(question);
      return new Promise((resolve) => answers.push(resolve));
    },
    clock,
    random: () => 0,
    stopping: stopping.signal,
    onLimited: () => {},
    onFailed: () => 0,
  });
  /** Lets what is due happen, and what follows from it. */
  const turn = async () => {
    for (let i = 0; i < 5; i++) {
      clock.advance(0);
      await Promise.resolve();
      await Promise.resolve();
    }
  };
  const loop = gate.run();
  const end = async () => {
    stopping.abort();
    await turn();
    for (const answer of answers.splice(0)) answer({ granted: 0, waitMs: 0 });
    await turn();
    for (const answer of answers.splice(0)) answer({ granted: 0, waitMs: 0 });
    await loop;
  };
  return { clock, pool, gate, started, asked, answers, turn, end };
}

it('A gate says how long ago the last of the permits was used, not only that it was', async () => {
  const { clock, pool, gate: at, started, asked, answers, turn, end } = gate();
  pool.add(item(1));
  pool.add(item(2));
  await turn();
  expect(asked).toEqual([expect.objectContaining({ want: 2, used: 0 })]);
  // Two permits, and a third item, for which it asks at once.
  pool.grant(2);
  expect(started).toEqual(['1', '2']);
  for (const _ of started) at.started();
  pool.add(item(3));
  clock.advance(40);
  answers.shift()?.({ granted: 0, waitMs: 0 });
  await turn();
  expect(asked[1]).toMatchObject({ used: 2, ago: 40 });
  await end();
});
