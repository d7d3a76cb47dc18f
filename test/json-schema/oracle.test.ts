/**
 * Random schemas and values: what is generated has to judge like ajv, and to leave the value as it came, but for the
 * defaults that it fills in.
 */
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fittingValue } from './fitting-value.js';
import { generatedValidators } from './generated.js';
import { randomSchema } from './random-schema.js';

const RUNS = 40;
const SCHEMAS = 10;
const VALUES = 12;

it(`judges ${RUNS * SCHEMAS * VALUES} values like ajv`, () => {
  const judged = { valid: 0, invalid: 0 };
  const schemaAndValues = randomSchema.chain((schema) =>
    fc.tuple(fc.constant(schema), fc.array(fittingValue(schema), { minLength: VALUES, maxLength: VALUES })),
  );
  fc.assert(
    fc.property(fc.array(schemaAndValues, { minLength: SCHEMAS, maxLength: SCHEMAS }), (pairs) => {
      const validators = generatedValidators(pairs.map(([schema]) => schema));
      for (const [index, [schema, values]] of pairs.entries()) {
        // `ownProperties`: an object has what it has itself, and not what every object inherits.
        const oracle = new Ajv({ strict: false, ownProperties: true }).compile(schema);
        const defaults = JSON.stringify(schema).includes('"default":');
        for (const value of values) {
          const valid = oracle(value);
          judged[valid ? 'valid' : 'invalid'] += 1;
          const result = validators[index]?.safeParse(value);
          const what = `${JSON.stringify(value)} for ${JSON.stringify(schema)}`;
          expect(result?.success, what).toBe(valid);
          if (!valid) continue;
          if (defaults) expect(holds(result?.data, value), what).toBe(true);
          else expect(result?.data, what).toEqual(value);
        }
      }
    }),
    { numRuns: RUNS },
  );
  console.log(`${judged.valid} values were valid, ${judged.invalid} were not`);
  expect(Math.min(judged.valid, judged.invalid)).toBeGreaterThan((RUNS * SCHEMAS * VALUES) / 5);
});

/** Whether everything that came is still there. */
function holds(result: unknown, value: unknown): boolean {
  if (typeof value !== 'object' || value === null || typeof result !== 'object' || result === null) {
    return Object.is(result, value);
  }
  const parts = Object.entries(value);
  return (
    Array.isArray(result) === Array.isArray(value) &&
    parts.every(([key, part]) => Object.hasOwn(result, key) && holds(Reflect.get(result, key), part))
  );
}
