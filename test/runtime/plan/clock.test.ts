import { expect, it } from 'vitest';
import { PlanClock } from '../../../runtime/src/plan/clock.js';

it('fires timers in the order of their times, and those of one time in the order in which they were set', async () => {
  const clock = new PlanClock();
  const fired: string[] = [];
  const note = (what: string) => () => fired.push(`${what} at ${clock.now()}`);
  clock.after(30, note('c'));
  clock.after(10, note('a'));
  clock.after(20, note('b1'));
  clock.after(20, note('b2'));
  clock.after(15, note('never'))();
  expect(await clock.run(() => false, 25)).toBe(false);
  expect(fired).toEqual(['a at 10', 'b1 at 20', 'b2 at 20']);
  expect(clock.now()).toBe(25);
  await clock.run(() => false, 30);
  expect(fired.at(-1)).toBe('c at 30');
});

it('lets promises come to their end before time passes on', async () => {
  const clock = new PlanClock();
  const steps: string[] = [];
  clock.after(1, async () => {
    for (let i = 0; i < 50; i++) await undefined;
    steps.push(`promise at ${clock.now()}`);
    clock.nextTurn(() => steps.push(`turn at ${clock.now()}`));
  });
  clock.after(2, () => steps.push('timer'));
  await clock.run(() => false, 10);
  expect(steps).toEqual(['promise at 1', 'turn at 1', 'timer']);
});

it('stops as soon as it is told to', async () => {
  const clock = new PlanClock();
  let ticks = 0;
  const tick = () => {
    ticks += 1;
    clock.after(1, tick);
  };
  tick();
  expect(await clock.run(() => ticks === 100, 1_000)).toBe(true);
  expect(clock.now()).toBe(99);
});

it('gives the process a turn now and then, however long it runs', async () => {
  const clock = new PlanClock();
  let turned = false;
  setImmediate(() => {
    turned = true;
  });
  const tick = () => void clock.after(1, tick);
  tick();
  expect(await clock.run(() => turned, Number.POSITIVE_INFINITY)).toBe(true);
});
