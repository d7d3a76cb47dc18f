import fc from 'fast-check';
import { expect, test } from 'vitest';
import { codeFrame } from '../../../generator/src/cli/report/code-frame.js';

test('underlines the word, number or quoted text at the place', () => {
  const lines = ['a: {b: "two words", c: 3}'];
  const under = (column: number) => {
    const [line = '', caret = ''] = codeFrame(lines, { file: 'f', line: 1, column });
    return line.slice(caret.indexOf('^'), caret.lastIndexOf('^') + 1);
  };
  expect([1, 5, 8, 21, 24].map(under)).toEqual(['a', 'b', '"two words"', 'c', '3']);
});

test('has nothing to show for a line that is blank or not there', () => {
  expect(codeFrame(['  '], { file: 'f', line: 1, column: 1 })).toEqual([]);
  expect(codeFrame([], { file: 'f', line: 1, column: 1 })).toEqual([]);
});

test('the caret stands under the place, however long the line and wherever the place', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 500 }), (length, place) => {
      const column = Math.min(place, length);
      const text = `${'.'.repeat(column - 1)}#${'.'.repeat(length - column)}`;
      const [line = '', caret = ''] = codeFrame([text], { file: 'f', line: 1, column });
      expect(line[caret.indexOf('^')]).toBe('#');
      expect(line.length).toBeLessThanOrEqual(100 + '  1 | ……'.length);
    }),
  );
});
