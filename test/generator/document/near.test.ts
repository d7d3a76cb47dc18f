import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { editDistance, nearest } from '../../../generator/src/document/near.js';

describe('editDistance', () => {
  test.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['concurency', 'concurrency', 1],
    ['maxWrokers', 'maxWorkers', 1],
    ['kitten', 'sitting', 3],
    ['retry', 'retry', 0],
  ])('%j and %j are %d apart', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
  });

  test('is the same both ways, never more than the longer word, and 0 only for equals', () => {
    const word = fc.string({ maxLength: 8 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        const distance = editDistance(a, b);
        expect(distance).toBe(editDistance(b, a));
        expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
        expect(distance === 0).toBe(a === b);
      }),
    );
  });
});

describe('nearest', () => {
  const fields = ['maxWorkers', 'prefetch', 'orderBy'];

  test.each([
    ['maxworkers', 'maxWorkers'],
    ['max_workers', 'maxWorkers'],
    ['prefetsh', 'prefetch'],
    ['orderby', 'orderBy'],
  ])('%s means %s', (word, meant) => {
    expect(nearest(word, fields)).toBe(meant);
  });

  test('guesses nothing for what is like none', () => {
    expect(nearest('timeout', fields)).toBeUndefined();
    expect(nearest('x', fields)).toBeUndefined();
  });
});
