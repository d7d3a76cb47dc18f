/** The published schema of the extensions: complete for editors, right for validators, one with the runtime. */
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { HEAD_V3, load } from './workspace.js';

interface Schema {
  readonly title?: string;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly definitions?: Readonly<Record<string, Schema>>;
}

const text = readFileSync(new URL('../../../generator/schema/extensions.json', import.meta.url), 'utf8');
const schema: Schema = JSON.parse(text);
const EXTENSIONS = ['concurrency', 'batch', 'retry', 'timeout', 'stream'];

function fields(of: Schema, path: string): readonly (readonly [string, Schema])[] {
  return Object.entries(of.properties ?? {}).flatMap(([name, field]) => [
    [`${path}.${name}`, field] as const,
    ...fields(field, `${path}.${name}`),
  ]);
}

const all = EXTENSIONS.flatMap((name) => fields(schema.definitions?.[name] ?? {}, name));

test('has every field of the vocabulary', () => {
  expect(all.map(([name]) => name)).toEqual([
    'concurrency.maxWorkers',
    'concurrency.prefetch',
    'concurrency.orderBy',
    'concurrency.missingKey',
    'concurrency.adaptive',
    'concurrency.adaptive.min',
    'concurrency.adaptive.max',
    'concurrency.adaptive.groupMax',
    'concurrency.rateLimit',
    'concurrency.rateLimit.max',
    'concurrency.rateLimit.per',
    'concurrency.rateLimit.scope',
    'batch.maxSize',
    'batch.maxWait',
    'retry.maxAttempts',
    'retry.backoff',
    'retry.delay',
    'retry.maxDelay',
    'retry.jitter',
    'retry.deadLetter',
    'retry.deadLetterTrim',
    'timeout.handler',
    'timeout.lease',
    'stream.group',
    'stream.startFrom',
    'stream.shards',
    'stream.trim',
    'stream.maxBacklog',
    'stream.format',
  ]);
});

describe('draft-07', () => {
  const ajv = new Ajv({ allErrors: true });
  ajv.addSchema(schema, 'vocabulary');

  test('is a valid schema', () => {
    expect(ajv.validateSchema(schema), ajv.errorsText()).toBe(true);
  });

  test.each(all)(
    '%s completes in an editor: title, description, examples, and all it shows is valid',
    (name, field) => {
      expect(field).toMatchObject({ title: expect.any(String), description: expect.any(String) });
      expect(field.examples?.length).toBeGreaterThan(0);
      const shown = [...(field.examples ?? []), ...(field.default === undefined ? [] : [field.default])];
      const pointer = name.replace('.', '/properties/').replace(/\.(?=\w+$)/, '/properties/');
      const validate = ajv.getSchema(`vocabulary#/definitions/${pointer}`);
      for (const value of shown) expect(validate?.(value), `${name}: ${JSON.stringify(value)}`).toBe(true);
    },
  );

  test('describes a whole document too: root, channels, operations', () => {
    const validate = ajv.getSchema('vocabulary');
    const bad = { 'x-fs-retry': { maxAttempts: 0 } };
    expect(validate?.({ asyncapi: '3.0.0', channels: { a: { address: 'a' } }, 'x-fs-retry': {} })).toBe(true);
    expect(validate?.(bad)).toBe(false);
    expect(validate?.({ channels: { a: bad } })).toBe(false);
    expect(validate?.({ channels: { a: { publish: bad } } })).toBe(false);
    expect(validate?.({ operations: { a: bad } })).toBe(false);
    expect(validate?.({ 'x-fs-retries': {} })).toBe(false);
    expect(validate?.({ 'x-other': {} })).toBe(true);
  });
});

test('all of it at once is nothing to complain of', async () => {
  const { found } = await load(`${HEAD_V3}channels:
  a:
    address: a
    x-fs-concurrency:
      maxWorkers: 1
      prefetch: 0
      orderBy: $message.payload#/id
      missingKey: shared
      adaptive: {min: 1, max: 2, groupMax: 4}
      rateLimit: {max: 1, per: 1s, scope: group}
    x-fs-batch: {maxSize: 1, maxWait: 1s}
    x-fs-retry: {maxAttempts: 1, backoff: fixed, delay: 1s, maxDelay: 1s, jitter: true, deadLetter: false}
    x-fs-timeout: {handler: 1s, lease: 1s}
    x-fs-stream: {group: g, startFrom: now, shards: 2, trim: 1h, maxBacklog: 1, format: json}
`);
  expect(found).toEqual([]);
});
