import { afterEach, expect, test } from 'vitest';
import { EventLoop } from '../../../runtime/src/engine/event-loop.js';
import { eventually } from '../../support/eventually.js';
import { watchResources } from '../../support/leaks.js';

const loop = new EventLoop();
let last = loop.sample();

afterEach(() => loop.stop());

function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

test('a handler that blocks the loop is seen, also right after a sample', async () => {
  loop.start();
  for (let round = 0; round < 3; round++) {
    await eventually(() => (loop.sample().delayP99 < 100 ? true : undefined), 'the loop is in time');
    // A sample has just been taken: a histogram that was reset then does not see this.
    await eventually(() => changed(), 'a fresh sample');
    block(200);
    await eventually(() => (loop.sample().delayP99 > 100 ? true : undefined), 'the delay is seen');
  }
});

test('the utilisation is that of the time since the last sample', async () => {
  loop.start();
  await eventually(() => changed(), 'a fresh sample');
  block(400);
  await eventually(() => (loop.sample().utilisation > 0.5 ? true : undefined), 'the loop was busy');
  expect(loop.sample().utilisation).toBeLessThanOrEqual(1);
  await eventually(() => (loop.sample().utilisation < 0.5 ? true : undefined), 'the loop has time');
});

test('before start and after stop there is nothing to see, and nothing is left', async () => {
  const noLeaks = watchResources();
  loop.stop();
  expect(loop.sample()).toEqual({ utilisation: 0, delayP99: 0 });
  loop.start();
  loop.start();
  await eventually(() => changed(), 'a sample');
  loop.stop();
  loop.stop();
  expect(loop.sample()).toEqual({ utilisation: 0, delayP99: 0 });
  await noLeaks();
});

/** Whether a new sample was taken: until then the same one is given. */
function changed(): true | undefined {
  const before = last;
  last = loop.sample();
  return last === before ? undefined : true;
}
