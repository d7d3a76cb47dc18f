/** The rate limit of the in-process broker in time of its own: long windows, silence, and whatever processes do. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { memory } from '../../../runtime/src/memory/broker.js';
import type { Coordination, PermitRequest } from '../../../runtime/src/types.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const ASK: PermitRequest = { max: 10, per: 1_000, want: 0, used: 0, ago: 0, returned: 0 };

function bench() {
  const clock = new VirtualClock(5);
  const broker = memory({ clock });
  const member = (name: string) => broker.coordinate({ stream: 'jobs', group: 'g', member: name });
  return { clock, member };
}

describe('permits in time', () => {
  test('a start leaves the window when the window has passed, and the wait says when', async () => {
    const { clock, member } = bench();
    const one = member('one');
    await one.permits({ ...ASK, want: 10 });
    await one.permits({ ...ASK, used: 4, ago: 300 });
    clock.advance(100);
    await one.permits({ ...ASK, used: 6 });
    expect(await one.permits({ ...ASK, want: 9 })).toEqual({ granted: 0, waitMs: 600 });
    clock.advance(599);
    expect(await one.permits({ ...ASK, want: 9 })).toEqual({ granted: 0, waitMs: 1 });
    clock.advance(1);
    expect(await one.permits({ ...ASK, want: 9 })).toEqual({ granted: 4, waitMs: 400 });
  });

  test('permits of a silent process lapse ten seconds after its window', async () => {
    const { clock, member } = bench();
    const [silent, other] = [member('silent'), member('other')];
    await silent.permits({ ...ASK, want: 10 });
    clock.advance(10_999);
    expect(await other.permits({ ...ASK, want: 10 })).toEqual({ granted: 0, waitMs: 1 });
    clock.advance(1);
    expect((await other.permits({ ...ASK, want: 10 })).granted).toBe(10);
    await other.permits({ ...ASK, returned: 10 });
    // It comes back, and has them still.
    await silent.permits(ASK);
    expect((await other.permits({ ...ASK, want: 10 })).granted).toBe(0);
  });

  test('whoever asks shows life', async () => {
    const { clock, member } = bench();
    const [one, other] = [member('one'), member('other')];
    await one.permits({ ...ASK, want: 10 });
    for (let i = 0; i < 5; i++) {
      clock.advance(10_000);
      await one.permits(ASK);
    }
    expect((await other.permits({ ...ASK, want: 1 })).granted).toBe(0);
  });

  test('in any window there are no more starts than the limit', async () => {
    const step = fc.record({
      who: fc.nat(2),
      pass: fc.oneof(fc.nat(30), fc.nat(2_000)),
      want: fc.nat(8),
      start: fc.nat(8),
      back: fc.nat(2),
    });
    const limit = fc.record({
      max: fc.integer({ min: 1, max: 9 }),
      per: fc.constantFrom(50, 999, 5_000, 7_777),
    });
    await fc.assert(
      fc.asyncProperty(limit, fc.array(step, { maxLength: 80 }), async ({ max, per }, steps) => {
        const { clock, member } = bench();
        const processes = [0, 1, 2].map((n) => ({
          coordination: member(`m${n}`) as Coordination,
          held: 0,
          untold: 0,
          last: 0,
        }));
        const starts: number[] = [];
        for (const { who, pass, want, start, back } of steps) {
          clock.advance(pass);
          const process = processes[who];
          if (process === undefined) continue;
          const begun = Math.min(start, process.held);
          for (let i = 0; i < begun; i++) starts.push(clock.now());
          if (begun > 0) process.last = clock.now();
          process.held -= begun;
          process.untold += begun;
          clock.advance(pass % 7);
          const returned = Math.min(back, process.held);
          const ago = process.untold > 0 ? clock.now() - process.last : 0;
          const request = { max, per, want, used: process.untold, ago, returned };
          const { granted, waitMs } = await process.coordination.permits(request);
          expect(waitMs === 0).toBe(granted === want);
          process.held += granted - returned;
          process.untold = 0;
          // Nobody is silent for so long that its permits lapse.
          for (const other of processes) {
            const told = {
              max,
              per,
              want: 0,
              used: other.untold,
              ago: clock.now() - other.last,
              returned: 0,
            };
            await other.coordination.permits(told);
            other.untold = 0;
          }
        }
        const tooClose = starts.slice(max).filter((time, i) => time - (starts[i] ?? 0) < per);
        expect(tooClose).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
