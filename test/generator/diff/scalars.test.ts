/** Numbers and strings: what is said to follow does, for every value of a grid; the oracle is ajv. */
import { Ajv, type ValidateFunction } from 'ajv';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { numbersHold, stringsHold } from '../../../generator/src/diff/schemas/scalars.js';
import type { NumberNode, StringNode } from '../../../generator/src/model/types.js';

const NUMBERS = Array.from({ length: 65 }, (_, i) => (i - 24) / 4);
const STRINGS = ['', 'x', 'y', 'xy', 'yx', 'xx', 'xyy', 'xxyy', '🙂', '🙂x'];

const bound = fc.integer({ min: -8, max: 12 }).map((quarters) => quarters / 4);
const number = fc.record(
  {
    integer: fc.boolean(),
    minimum: bound,
    maximum: bound,
    exclusiveMinimum: bound,
    exclusiveMaximum: bound,
    multipleOf: fc.constantFrom(0.25, 0.5, 0.75, 1, 2, 3, 4),
  },
  { requiredKeys: ['integer'] },
);
const length = fc.nat(3);
const string = fc.record(
  { minLength: length, maxLength: length, pattern: fc.constantFrom('^x', 'y$') },
  { requiredKeys: [] },
);

test('numbers', () => {
  let promises = 0;
  fc.assert(
    fc.property(number, number, (a, b) => {
      if (!numbersHold({ kind: 'number', ...a }, { kind: 'number', ...b } satisfies NumberNode)) return;
      promises += 1;
      const [one, other] = [a, b].map(({ integer, ...fields }) =>
        validatorOf({ type: integer ? 'integer' : 'number', ...fields }),
      ) as [ValidateFunction, ValidateFunction];
      expect(NUMBERS.filter((value) => one(value) && !other(value))).toEqual([]);
    }),
    { numRuns: 3_000 },
  );
  expect(promises).toBeGreaterThan(100);
});

test('strings', () => {
  let promises = 0;
  const nodeOf = ({ pattern: source, ...fields }: { readonly pattern?: string }): StringNode => ({
    kind: 'string',
    ...fields,
    ...(source !== undefined && { pattern: { source, flags: 'u' } }),
  });
  fc.assert(
    fc.property(string, string, (a, b) => {
      if (!stringsHold(nodeOf(a), nodeOf(b))) return;
      promises += 1;
      const [one, other] = [validatorOf({ type: 'string', ...a }), validatorOf({ type: 'string', ...b })];
      expect(STRINGS.filter((value) => one(value) && !other(value))).toEqual([]);
    }),
    { numRuns: 3_000 },
  );
  expect(promises).toBeGreaterThan(100);
});

const ajv = new Ajv({ strict: false });
const known = new Map<string, ValidateFunction>();

function validatorOf(schema: object): ValidateFunction {
  const key = JSON.stringify(schema);
  const validator = known.get(key) ?? ajv.compile(schema);
  known.set(key, validator);
  return validator;
}
