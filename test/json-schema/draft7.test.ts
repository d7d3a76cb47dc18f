/**
 * The official JSON-Schema-Test-Suite, draft 7, against generated validators. What refers to other documents is left
 * out: a document of AsyncAPI resolves such references before schemas are looked at.
 */
import { describe, expect, it } from 'vitest';
import { generatedValidators } from './generated.js';
import { type Group, isSuiteThere, readGroups } from './suite.js';

/** Optional, and decided otherwise: docs/decisions/0010-what-validators-promise.md. */
const ON_PURPOSE = [
  // JavaScript can't hold them exactly, so that they are refused rather than rounded.
  'bignum: integer:',
  'float-overflow:',
  // A note to the reader of the schema, as later drafts have it.
  'content:',
];

interface Count {
  readonly cases: number;
  readonly remote: number;
  readonly wrong: readonly string[];
}

describe.runIf(isSuiteThere())('draft 7 of the JSON-Schema-Test-Suite', () => {
  it('agrees on everything that is required', () => {
    const { wrong } = count('required', readGroups(''));
    expect(wrong).toEqual([]);
  });

  it('agrees on the formats, all but one in a hundred', () => {
    const { cases, wrong } = count('optional formats', readGroups('optional/format'));
    expect(wrong.length / cases, wrong.join('\n')).toBeLessThan(0.01);
  });

  it('agrees on what else is optional, but for what it leaves alone on purpose', () => {
    const { wrong } = count('otherwise optional', readGroups('optional'));
    expect(wrong.filter((each) => !ON_PURPOSE.some((beginning) => each.startsWith(beginning)))).toEqual([]);
  });
});

if (!isSuiteThere()) it.skip('the suite is not here: `node scripts/ensure-json-schema-suite.mjs` gets it');

function count(title: string, files: ReadonlyMap<string, readonly Group[]>): Count {
  let [cases, remote] = [0, 0];
  const wrong: string[] = [];
  for (const [file, groups] of files) {
    const validators = generatedValidators(groups.map(({ schema }) => schema));
    for (const [index, { description, tests }] of groups.entries()) {
      const validator = validators[index];
      if (validator === undefined) {
        remote += tests.length;
        continue;
      }
      for (const test of tests) {
        cases += 1;
        let valid: unknown;
        try {
          valid = validator.safeParse(test.data).success;
        } catch (error) {
          valid = error;
        }
        if (valid !== test.valid) wrong.push(`${file}: ${description}: ${test.description}: ${valid}`);
      }
    }
  }
  console.log(
    `${title}: ${cases - wrong.length} of ${cases} (${((1 - wrong.length / cases) * 100).toFixed(2)} %); ${remote} refer to other documents`,
  );
  return { cases, remote, wrong };
}
