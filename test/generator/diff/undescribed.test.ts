/** Properties that a contract does not describe: nobody sends them, unless something says that somebody may. */
import { expect, test } from 'vitest';
import type { JsonSchemaObject } from '../../../generator/src/document/types.js';
import { breaks, diffSchemas } from './contracts.js';

const object = (properties: JsonSchemaObject, more: JsonSchemaObject = {}): JsonSchemaObject => ({
  type: 'object',
  properties,
  ...more,
});
const text = { type: 'string' };
const number = { type: 'number' };
const diff = (before: JsonSchemaObject, after: JsonSchemaObject) =>
  diffSchemas({ payload: before, components: {} }, { payload: after, components: {} });

test.each<[string, JsonSchemaObject, boolean]>([
  ['nothing is said of further properties', {}, false],
  ['further properties are spoken of', { additionalProperties: true }, true],
  ['further properties are something else', { additionalProperties: number }, true],
  ['further properties are the same', { additionalProperties: text }, false],
  ['another part describes it otherwise', { anyOf: [object({ b: number }), text] }, true],
  ['a condition speaks of it', { if: object({ b: number }), else: { required: ['a'] } }, true],
  ['a pattern describes it otherwise', { patternProperties: { '^b': number } }, true],
])('a new optional property where %s', (_, more, broken) => {
  const changes = diff(object({ a: text }, more), object({ a: text, b: text }, more));
  expect(breaks(changes, 'receiving')).toBe(broken);
});
