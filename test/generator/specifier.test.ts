import { expect, it } from 'vitest';
import { indexSpecifier } from '../../generator/src/specifier.js';

it.each([
  ['src/handlers', 'src/generated', '../generated/index.js'],
  ['.', 'generated', './generated/index.js'],
  ['.', '.tmp/generated', './.tmp/generated/index.js'],
  ['handlers', '.hidden', '../.hidden/index.js'],
])('from %s to %s: %s', (from, to, specifier) => {
  expect(indexSpecifier(from, to)).toBe(specifier);
});
