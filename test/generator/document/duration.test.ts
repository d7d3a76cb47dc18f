import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDuration } from '../../../generator/src/document/duration.js';

test.each([
  ['250ms', 250],
  ['30s', 30_000],
  ['5m', 300_000],
  ['1h', 3_600_000],
  ['0s', 0],
  [0, 0],
  [1500, 1500],
])('%s is %d ms', (written, ms) => {
  expect(parseDuration(written)).toBe(ms);
});

test.each([
  '',
  '5',
  's',
  '1.5s',
  '5 s',
  '-1s',
  '1d',
  '5S',
  ' 5s',
  '1h30m',
  -1,
  1.5,
  Number.NaN,
  null,
  undefined,
  true,
  [],
  {},
])('%j is no duration', (written) => {
  expect(parseDuration(written)).toBeUndefined();
});

test('a text beyond what can be counted exactly is none', () => {
  expect(parseDuration(`${Number.MAX_SAFE_INTEGER}h`)).toBeUndefined();
});

test('every whole number with a unit is one', () => {
  const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
  fc.assert(
    fc.property(fc.nat(1_000_000), fc.constantFrom('ms', 's', 'm', 'h'), (count, unit) => {
      expect(parseDuration(`${count}${unit}`)).toBe(count * units[unit]);
    }),
  );
});
