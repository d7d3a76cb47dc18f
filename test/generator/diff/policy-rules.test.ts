/** Every field of the published vocabulary has a rule, and the rule knows its default. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { policyChanges, policyRules } from '../../../generator/src/diff/policy/index.js';
import { parseDuration } from '../../../generator/src/document/duration.js';
import { extensions, resolved } from '../../../generator/src/document/extensions/schema.js';
import type { PolicyModel } from '../../../generator/src/model/types.js';

interface Field {
  readonly default?: unknown;
}

const fields = Object.entries(extensions).flatMap(([key, extension]) =>
  Object.entries(resolved(extension).properties ?? {}).map(([field, schema]) => ({
    section: key.slice('x-fs-'.length),
    field,
    schema: schema as Field,
  })),
);

test.each(fields)('$section.$field has a rule', ({ section, field, schema }) => {
  const rule = policyRules.find(
    (each) => each.section === section && (each.field === field || each.field === undefined),
  );
  expect(rule).toBeDefined();
  if (rule?.field === undefined || schema.default === undefined) return;
  const fallback = rule.isDuration ? (parseDuration(schema.default) ?? schema.default) : schema.default;
  expect(rule.default).toEqual(fallback);
});

const judged = (before: PolicyModel, after: PolicyModel) =>
  policyChanges(before, after).map(({ field, breaks }) => {
    const sides = Object.entries(breaks).flatMap(([side, broken]) => (broken ? [side] : []));
    return [field.join('.'), ...sides].join(' ');
  });
const concurrency = (fields: Record<string, unknown>): PolicyModel => ({ concurrency: fields });
const stream = (fields: Record<string, unknown>): PolicyModel => ({ stream: fields });
const rate = (max: number, scope: string) => concurrency({ rateLimit: { max, per: 1000, scope } });

test.each<[string, PolicyModel, PolicyModel, readonly string[]]>([
  ['one worker to several', {}, concurrency({ maxWorkers: 2 }), ['concurrency.maxWorkers receiving']],
  [
    'one worker to several of one key each',
    {},
    concurrency({ maxWorkers: 2, orderBy: 'k' }),
    ['concurrency.maxWorkers receiving', 'concurrency.orderBy'],
  ],
  ['order added', {}, concurrency({ orderBy: 'k' }), ['concurrency.orderBy']],
  [
    'order added to shards',
    stream({ shards: 2 }),
    { ...stream({ shards: 2 }), ...concurrency({ orderBy: 'k' }) },
    ['concurrency.orderBy sending receiving'],
  ],
  [
    'another order',
    concurrency({ orderBy: 'k' }),
    concurrency({ orderBy: 'j' }),
    ['concurrency.orderBy sending receiving'],
  ],
  ['a rate limit', {}, rate(5, 'group'), ['concurrency.rateLimit receiving']],
  ['a higher rate', rate(5, 'group'), rate(9, 'group'), ['concurrency.rateLimit']],
  ['a shared rate', rate(5, 'process'), rate(5, 'group'), ['concurrency.rateLimit receiving']],
  [
    'a lower limit that finds itself',
    concurrency({ adaptive: { min: 1, max: 9 } }),
    concurrency({ adaptive: { min: 1, max: 3 } }),
    ['concurrency.adaptive receiving'],
  ],
  [
    'a lower limit of all processes together',
    concurrency({ adaptive: { min: 1, max: 9 } }),
    concurrency({ adaptive: { min: 1, max: 9, groupMax: 20 } }),
    ['concurrency.adaptive receiving'],
  ],
  [
    'a higher one',
    concurrency({ adaptive: { min: 1, max: 9, groupMax: 20 } }),
    concurrency({ adaptive: { min: 1, max: 9, groupMax: 30 } }),
    ['concurrency.adaptive'],
  ],
  [
    'messages without a key refused',
    concurrency({ orderBy: 'k' }),
    concurrency({ orderBy: 'k', missingKey: 'deadLetter' }),
    ['concurrency.missingKey sending receiving'],
  ],
  [
    'and taken again',
    concurrency({ orderBy: 'k', missingKey: 'deadLetter' }),
    concurrency({ orderBy: 'k', missingKey: 'shared' }),
    ['concurrency.missingKey sending'],
  ],
  ['batches', {}, { batch: { maxSize: 9 } }, ['batch receiving']],
  ['more attempts', {}, { retry: { maxAttempts: 9 } }, ['retry.maxAttempts']],
  ['dead letters at last', { retry: { deadLetter: false } }, {}, ['retry.deadLetter']],
  ['a shorter lease', {}, { timeout: { lease: 9 } }, ['timeout.lease receiving']],
  ['a time limit', {}, { timeout: { handler: 9 } }, ['timeout.handler receiving']],
  ['no time limit', { timeout: { handler: 9 } }, {}, ['timeout.handler']],
  ['dead letters kept for ever', {}, { retry: { deadLetterTrim: 'never' } }, ['retry.deadLetterTrim']],
  ['shards', {}, stream({ shards: 4 }), ['stream.shards']],
  ['fewer shards', stream({ shards: 4 }), {}, ['stream.shards']],
  ['the older envelope', {}, stream({ format: 'json' }), ['stream.format']],
  ['the newer one', stream({ format: 'json' }), {}, ['stream.format sending']],
  ['a backlog', {}, stream({ maxBacklog: 4 }), ['stream.maxBacklog sending']],
])('%s', (_, before, after, want) => {
  expect(judged(before, after)).toEqual(want);
});

test('docs/diff.md speaks of every field that can break somebody', () => {
  const text = readFileSync(new URL('../../../docs/diff.md', import.meta.url), 'utf8');
  const quiet = ['backoff', 'maxDelay', 'startFrom', 'maxSize', 'maxWait'];
  const missing = fields.filter(({ field }) => !quiet.includes(field) && !text.includes(field));
  expect(missing.map(({ section, field }) => `${section}.${field}`)).toEqual([]);
});
