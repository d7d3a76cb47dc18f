/** `permits`: how many starts there may be in any window. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Coordination, PermitRequest } from '../../runtime/src/types.js';
import { eventually } from '../support/eventually.js';
import { type Bench, GROUP, LONG } from './bench.js';

/** A window that no test outlives. */
const NOTHING: PermitRequest = { max: 10, per: LONG, want: 0, used: 0, ago: 0, returned: 0 };

export function permitCases(bench: () => Bench): void {
  const member = (b: Bench, name: string, group = GROUP): Coordination =>
    b.broker.coordinate({ stream: b.stream, group, member: name });

  describe('permits', () => {
    test('are granted up to the limit, over all processes', async () => {
      const b = bench();
      const [one, two] = [member(b, 'm1'), member(b, 'm2')];
      expect(await one.permits({ ...NOTHING, want: 7 })).toEqual({ granted: 7, waitMs: 0 });
      const rest = await two.permits({ ...NOTHING, want: 7 });
      expect(rest.granted).toBe(3);
      expect(rest.waitMs).toBeGreaterThan(0);
      expect((await one.permits({ ...NOTHING, want: 1 })).granted).toBe(0);
      expect(await one.permits(NOTHING)).toEqual({ granted: 0, waitMs: 0 });
      expect((await member(b, 'm1', 'others').permits({ ...NOTHING, want: 10 })).granted).toBe(10);
    });

    test('returned, others may have them; used, nobody until the window has passed', async () => {
      const b = bench();
      const [one, two] = [member(b, 'm1'), member(b, 'm2')];
      await one.permits({ ...NOTHING, want: 10 });
      await one.permits({ ...NOTHING, used: 6, returned: 3 });
      expect((await two.permits({ ...NOTHING, want: 10 })).granted).toBe(3);
      await one.permits({ ...NOTHING, used: 1 });
      await two.permits({ ...NOTHING, returned: 3 });
      expect((await one.permits({ ...NOTHING, want: 10 })).granted).toBe(3);
    });

    test('used long ago, they are free again; the wait is until the oldest start leaves the window', async () => {
      const b = bench();
      const one = member(b, 'm1');
      await one.permits({ ...NOTHING, want: 10 });
      await one.permits({ ...NOTHING, used: 4, ago: LONG + 10_000 });
      expect((await one.permits({ ...NOTHING, want: 3 })).granted).toBe(3);
      await one.permits({ ...NOTHING, used: 9, ago: LONG - 60_000 });
      const { granted, waitMs } = await one.permits({ ...NOTHING, want: 5 });
      expect(granted).toBe(1);
      // A window of an hour is counted in steps of 3.6 s.
      expect(waitMs).toBeGreaterThan(30_000);
      expect(waitMs).toBeLessThanOrEqual(63_700);
    });

    test('what others hold is asked for again soon: it may be returned', async () => {
      const b = bench();
      await member(b, 'm1').permits({ ...NOTHING, want: 10 });
      const { granted, waitMs } = await member(b, 'm2').permits({ ...NOTHING, want: 1 });
      expect(granted).toBe(0);
      expect(waitMs).toBeLessThanOrEqual(1_000);
    });

    test('after the wait there is one', async () => {
      const b = bench();
      const one = member(b, 'm1');
      const request = { ...NOTHING, max: 1, per: 40 };
      expect((await one.permits({ ...request, want: 1 })).granted).toBe(1);
      const { granted, waitMs } = await one.permits({ ...request, want: 1, used: 1 });
      expect(granted).toBe(0);
      expect(waitMs).toBeGreaterThan(0);
      expect(waitMs).toBeLessThanOrEqual(42);
      // No timer of Node's is late by a whole window for long.
      await eventually(async () => {
        await sleep(waitMs);
        return (await one.permits({ ...request, want: 1 })).granted === 1 ? true : undefined;
      }, 'a permit');
    });

    test('follow a contract that changes', async () => {
      const b = bench();
      const one = member(b, 'm1');
      await one.permits({ ...NOTHING, want: 10 });
      await one.permits({ ...NOTHING, used: 10, ago: 20_000 });
      // A wider limit, a narrower one, and a shorter window, which those starts have left.
      expect((await one.permits({ ...NOTHING, max: 12, want: 5 })).granted).toBe(2);
      expect((await one.permits({ ...NOTHING, max: 5, returned: 2, want: 5 })).granted).toBe(0);
      expect((await one.permits({ ...NOTHING, per: 1_000, want: 5 })).granted).toBe(5);
      await one.permits({ ...NOTHING, per: 1_000, returned: 5 });
      // Those who know the longer window only still see its starts.
      expect((await member(b, 'm2').permits({ ...NOTHING, max: 12, want: 5 })).granted).toBe(2);
    });

    test('many calls at once from one process, and more told than was granted, end in no debt', async () => {
      const b = bench();
      const one = member(b, 'm1');
      const grants = await Promise.all(Array.from({ length: 8 }, () => one.permits({ ...NOTHING, want: 3 })));
      expect(grants.reduce((sum, { granted }) => sum + granted, 0)).toBe(10);
      await one.permits({ ...NOTHING, returned: 99 });
      expect((await one.permits({ ...NOTHING, want: 99 })).granted).toBe(10);
    });

    test('thousands of starts, told in any order, are all counted', async () => {
      const b = bench();
      const one = member(b, 'm1');
      const request = { ...NOTHING, max: 5_000 };
      await one.permits({ ...request, want: 3_000 });
      const told = Array.from({ length: 1_500 }, (_, i) =>
        one.permits({ ...request, used: 2, ago: (i * 7_919) % 3_000_000 }),
      );
      await Promise.all(told);
      expect((await member(b, 'm2').permits({ ...request, want: 5_000 })).granted).toBe(2_000);
    });

    test('in any window there are no more starts than the limit, whatever processes do', async () => {
      const b = bench();
      const [max, per, enough] = [20, 60, 300];
      const starts: number[] = [];
      const work = async (coordination: Coordination, seed: number) => {
        let held = 0;
        let used: number[] = [];
        let random = seed;
        const upTo = (most: number) => {
          random = (random * 48_271) % 2_147_483_647;
          return random % (most + 1);
        };
        while (starts.length < enough) {
          const returned = Math.min(held, upTo(1));
          held -= returned;
          const told = used;
          used = [];
          const last = told.at(-1);
          const ago = last === undefined ? 0 : performance.now() - last;
          const want = upTo(12);
          const { granted, waitMs } = await coordination.permits({
            max,
            per,
            want,
            used: told.length,
            ago,
            returned,
          });
          held += granted;
          while (held > 0 && upTo(3) > 0) {
            if (upTo(2) === 0) await sleep(upTo(8));
            held -= 1;
            const now = performance.now();
            starts.push(now);
            used.push(now);
          }
          await sleep(held > 0 ? 1 : Math.min(waitMs, 5));
        }
      };
      await Promise.all([1, 2, 3, 4].map((n) => work(member(b, `m${n}`), n * 7_001)));
      const sorted = starts.sort((x, y) => x - y);
      const tightest = sorted.slice(max).map((time, i) => time - (sorted[i] ?? 0));
      // Two clocks: the server's and ours.
      expect(Math.min(...tightest)).toBeGreaterThan(per - 0.5);
    });
  });
}
