/**
 * What is said not to break does not: whatever was valid before is valid after when those who receive move first, and
 * the other way round when those who send do. The oracle is ajv, which knows nothing of the model.
 */
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { breaks, diffSchemas, type Written } from './contracts.js';
import { edited, Tape, writtenBy } from './random-schemas.js';
import { valueFor } from './random-values.js';

const VALUES = 20;
const RUNS = 250;

const seed = fc.nat(2 ** 31 - 1);
const schemas = fc.record({ seed, depth: fc.nat(3) });

test('a contract compared with itself has not changed', () => {
  fc.assert(
    fc.property(schemas, ({ seed, depth }) => {
      const [one, other] = [writtenBy(new Tape(seed), depth), writtenBy(new Tape(seed), depth)];
      expect(diffSchemas(one, other)).toEqual([]);
    }),
    { numRuns: RUNS },
  );
});

describe('what is said not to break a side', () => {
  test.each(['receiving', 'sending'] as const)('does not break the %s one', (side) => {
    let [promises, values] = [0, 0];
    fc.assert(
      fc.property(schemas, seed, seed, ({ seed, depth }, edit, sample) => {
        const before = writtenBy(new Tape(seed), depth);
        const after = edited(before, new Tape(edit));
        if (JSON.stringify(before) === JSON.stringify(after)) return;
        const changes = diffSchemas(before, after);
        if (breaks(changes, side)) return;
        promises += 1;
        const [from, to] = side === 'receiving' ? [before, after] : [after, before];
        const [sends, takes] = [validatorOf(from), validatorOf(to)];
        const tape = new Tape(sample);
        for (let i = 0; i < VALUES; i += 1) {
          const value = valueFor(from, tape);
          if (!sends(value)) continue;
          values += 1;
          if (!takes(value)) throw new Error(`${JSON.stringify({ before, after, value })}`);
        }
      }),
      { numRuns: RUNS },
    );
    // Promises that are never made are easily kept.
    expect(promises).toBeGreaterThan(RUNS / 12);
    expect(values).toBeGreaterThan(RUNS);
  });
});

function validatorOf({ payload, components }: Written) {
  const ajv = new Ajv({ strict: false, logger: false, ownProperties: true });
  return ajv.compile({ allOf: [payload], components: { schemas: components } });
}
