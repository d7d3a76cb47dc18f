import { expect, it } from 'vitest';
import { memory } from '../../../runtime/src/memory/broker.js';
import { PlanClock } from '../../../runtime/src/plan/clock.js';
import { farAway } from '../../../runtime/src/plan/latency.js';

/** Lets time pass until it is settled; tells what it gave and when. */
async function timed<T>(clock: PlanClock, promise: Promise<T>): Promise<readonly [T, number]> {
  let settled = false;
  const end = () => {
    settled = true;
  };
  promise.then(end, end);
  await clock.run(() => settled, Number.MAX_SAFE_INTEGER);
  return [await promise, clock.now()];
}

it('each call is carried out after half of the round trip, and answered after the other half', async () => {
  const clock = new PlanClock();
  const near = memory({ clock });
  const far = farAway(near, clock, 10);
  const [id, appended] = await timed(clock, far.append('s', [Buffer.from('a'), Buffer.from('1')]));
  expect([id, appended]).toEqual(['5-0', 10]);
  const source = { stream: 's', group: 'g', consumer: 'c', startFrom: 'beginning' } as const;
  const [consumer, opened] = await timed(clock, far.consume(source));
  expect(opened).toBe(20);
  const [entries, read] = await timed(clock, consumer.read(10, 1_000));
  expect([entries.map((entry) => entry.id), read]).toEqual([['5-0'], 30]);
  const acking = consumer.ack(['5-0']);
  expect(near.pending('s', 'g')).toHaveLength(1);
  expect((await timed(clock, acking))[1]).toBe(40);
  expect(near.pending('s', 'g')).toHaveLength(0);
});

it('a read that waits gets its reply half a round trip after the message is there', async () => {
  const clock = new PlanClock();
  const near = memory({ clock });
  const far = farAway(near, clock, 10);
  const source = { stream: 's', group: 'g', consumer: 'c', startFrom: 'beginning' } as const;
  const [consumer] = await timed(clock, far.consume(source));
  clock.after(100, () => void near.append('s', [Buffer.from('a'), Buffer.from('1')]));
  expect((await timed(clock, consumer.read(1, 1_000)))[1]).toBe(115);
});

it('what fails is told after the round trip as well; what the group knows is as far away', async () => {
  const clock = new PlanClock();
  const near = memory({ clock });
  const far = farAway(near, clock, 10);
  const coordination = far.coordinate({ stream: 's', group: 'g', member: 'm' });
  const [view, met] = await timed(clock, coordination.meet({ ttlMs: 1_000 }));
  expect([view.members, met]).toEqual([['m'], 10]);
  await near.close();
  const failing = far.append('s', []);
  await expect(timed(clock, failing)).rejects.toMatchObject({ code: 'FS_BROKER_CLOSED' });
  expect(clock.now()).toBe(20);
});

it('without a distance there is nothing in between', () => {
  const clock = new PlanClock();
  const near = memory({ clock });
  expect(farAway(near, clock, 0)).toBe(near);
});
