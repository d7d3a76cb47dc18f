/** `coordinate`: who is there, how many shards there are, what operators have set. */
import { describe, expect, test } from 'vitest';
import type { Coordination } from '../../runtime/src/types.js';
import { eventually } from '../support/eventually.js';
import { type Bench, GROUP, LONG } from './bench.js';

const THERE = { ttlMs: LONG };

export function coordinationCases(bench: () => Bench): void {
  const member = (b: Bench, name: string, group = GROUP): Coordination =>
    b.broker.coordinate({ stream: b.stream, group, member: name });

  describe('meet', () => {
    test('shows who came, the same to all, sorted', async () => {
      const b = bench();
      const [two, ten, one] = [member(b, 'm2'), member(b, 'm10'), member(b, 'M')];
      expect((await two.meet(THERE)).members).toEqual(['m2']);
      expect((await ten.meet(THERE)).members).toEqual(['m10', 'm2']);
      expect((await one.meet(THERE)).members).toEqual(['M', 'm10', 'm2']);
      expect((await two.meet(THERE)).members).toEqual(['M', 'm10', 'm2']);
    });

    test('who leaves is gone at once, and may come back', async () => {
      const b = bench();
      const [one, two] = [member(b, 'm1'), member(b, 'm2')];
      await one.meet(THERE);
      await two.meet(THERE);
      await one.leave();
      await one.leave();
      expect((await two.meet(THERE)).members).toEqual(['m2']);
      expect((await one.meet(THERE)).members).toEqual(['m1', 'm2']);
    });

    test('who says nothing for its time is counted out; who does, is not', async () => {
      const b = bench();
      const [silent, two] = [member(b, 'm1'), member(b, 'm2')];
      await silent.meet({ ttlMs: 30 });
      expect((await two.meet(THERE)).members).toEqual(['m1', 'm2']);
      await eventually(async () => {
        const { members } = await two.meet({ ttlMs: LONG });
        return members.length === 1 ? true : undefined;
      }, 'the silent one is counted out');
      await silent.meet({ ttlMs: 1 });
      expect((await silent.meet(THERE)).members).toEqual(['m1', 'm2']);
    });

    test('counts the members of one group and one channel', async () => {
      const b = bench();
      await member(b, 'm1').meet(THERE);
      expect((await member(b, 'm2', 'others').meet(THERE)).members).toEqual(['m2']);
      const elsewhere = b.broker.coordinate({ stream: `${b.stream}2`, group: GROUP, member: 'm3' });
      expect((await elsewhere.meet(THERE)).members).toEqual(['m3']);
    });

    test('there are as many shards as anybody ever asked for, in any group', async () => {
      const b = bench();
      const [one, other] = [member(b, 'm1'), member(b, 'm3', 'others')];
      expect(await one.meet(THERE)).toMatchObject({ shards: 1 });
      expect(await b.broker.spread(b.stream, 4)).toBe(4);
      expect(await b.broker.spread(b.stream, 2)).toBe(4);
      expect(await one.meet(THERE)).toMatchObject({ shards: 4 });
      expect(await other.meet(THERE)).toMatchObject({ shards: 4 });
    });

    test('who only looks sees the same, and is not counted', async () => {
      const b = bench();
      const outside = member(b, 'operator');
      expect(await outside.look()).toEqual({
        members: [],
        shards: 1,
        steering: { paused: false, limit: null },
      });
      const one = member(b, 'm1');
      await member(b, 'm0').meet({ ttlMs: LONG });
      await b.broker.spread(b.stream, 3);
      await one.steer({ paused: true, limit: 4 });
      expect(await outside.look()).toEqual({
        members: ['m0'],
        shards: 3,
        steering: { paused: true, limit: 4 },
      });
      expect(await outside.look()).toEqual(await member(b, 'm0').meet({ ttlMs: 1 }));
      await eventually(
        async () => ((await outside.look()).members.length === 0 ? true : undefined),
        'whoever has said nothing for its time is not shown',
      );
      expect((await one.meet(THERE)).members).toEqual(['m1']);
    });

    test('sends nothing before it is asked to', () => {
      const b = bench();
      expect(() =>
        b.subject.openAnother().coordinate({ stream: 's', group: 'g', member: 'm' }),
      ).not.toThrow();
    });
  });

  describe('steer', () => {
    test('changes what it names, for all who meet, and tells what holds now', async () => {
      const b = bench();
      const [one, two] = [member(b, 'm1'), member(b, 'm2')];
      expect((await one.meet(THERE)).steering).toEqual({ paused: false, limit: null });
      expect(await two.steer({ paused: true })).toEqual({ paused: true, limit: null });
      expect(await two.steer({ limit: 7 })).toEqual({ paused: true, limit: 7 });
      expect((await one.meet(THERE)).steering).toEqual({ paused: true, limit: 7 });
      expect(await one.steer({ paused: false })).toEqual({ paused: false, limit: 7 });
      expect(await one.steer({})).toEqual({ paused: false, limit: 7 });
      expect(await one.steer({ limit: null })).toEqual({ paused: false, limit: null });
      expect((await two.meet(THERE)).steering).toEqual({ paused: false, limit: null });
    });

    test('outlasts the members, and is one group’s', async () => {
      const b = bench();
      const one = member(b, 'm1');
      await one.meet({ ttlMs: 1 });
      await one.steer({ paused: true });
      await one.leave();
      expect((await member(b, 'm2').meet(THERE)).steering.paused).toBe(true);
      expect((await member(b, 'm2', 'others').meet(THERE)).steering.paused).toBe(false);
    });
  });
}
