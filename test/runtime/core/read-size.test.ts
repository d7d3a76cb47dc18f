import { expect, it } from 'vitest';
import { ReadSize } from '../../../runtime/src/core/read-size.js';

const MB = 1 << 20;

it('begins with few and grows while entries are small, as far as 500', () => {
  const size = new ReadSize();
  const asked = [size.of(1_000)];
  for (let i = 0; i < 4; i++) {
    size.learn(250);
    asked.push(size.of(1_000));
  }
  expect(asked).toEqual([16, 64, 256, 500, 500]);
  expect(size.of(3)).toBe(3);
});

it('asks for no more than fits into one reply, and for one in any case', () => {
  const size = new ReadSize();
  size.learn(2 * MB);
  expect(size.of(1_000)).toBe(8);
  size.learn(50 * MB);
  expect(size.of(1_000)).toBe(1);
});

it('forgets large entries slowly', () => {
  const size = new ReadSize();
  size.learn(50 * MB);
  size.learn(100);
  expect(size.of(1_000)).toBe(1);
  for (let i = 0; i < 100; i++) size.learn(100);
  expect(size.of(1_000)).toBeGreaterThan(100);
});
