import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Owner } from '../../../runtime/src/engine/owner.js';
import { FsError } from '../../../runtime/src/errors.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const LEASE = 3_000;

/** Lets time pass in small steps, and what was answered arrive. */
async function pass(clock: VirtualClock, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 50) {
    clock.advance(50);
    await turn();
  }
}

test('an owner that could not renew asks again at once, and loses nothing by an outage shorter than what is left', async () => {
  const clock = new VirtualClock();
  let away = false;
  let renewals = 0;
  const lost: string[] = [];
  const owner = new Owner({
    consumer: {
      own: async () => {
        if (away) throw new FsError('FS_BROKER_UNREACHABLE', 'not now');
        renewals += 1;
        return 17;
      },
      disown: async () => undefined,
    },
    lease: LEASE,
    clock,
    onOwned: () => undefined,
    onRenewed: () => undefined,
    onLost: (reason) => lost.push(reason),
    onFailed: () => undefined,
  });
  owner.want();
  await pass(clock, LEASE / 3 - 100);
  expect([owner.owns, renewals]).toEqual([true, 1]);
  // Back 300 ms before the lease ends: a third of the lease after the last try would be too late.
  away = true;
  await pass(clock, (2 * LEASE) / 3 - 200);
  expect(owner.owns).toBe(true);
  away = false;
  await pass(clock, 250);
  expect([owner.owns, renewals]).toEqual([true, 2]);
  await pass(clock, LEASE);
  expect([owner.owns, lost]).toEqual([true, []]);
  owner.stop();
});
