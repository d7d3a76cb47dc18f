/** Avro, with avsc as the judge: what it makes of a schema at random must be valid. */
import avsc from 'avsc';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readAvro } from '../../../../generator/src/document/formats/avro.js';
import { load } from '../workspace.js';
import { documentOf, payloadOf, validator } from './read.js';

const AVRO = 'application/vnd.apache.avro;version=1.9.0';

const primitive = fc.constantFrom('null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string');
const { schema: anySchema } = fc.letrec((tie) => ({
  schema: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    primitive,
    fc.record({ type: fc.constant('array'), items: tie('schema') }),
    fc.record({ type: fc.constant('map'), values: tie('schema') }),
    fc.record({ type: fc.constant('enum'), symbols: fc.constant(['A', 'B']) }),
    fc.record({ type: fc.constant('fixed'), size: fc.integer({ min: 1, max: 5 }) }),
    fc.record({
      type: fc.constant('record'),
      types: fc.array(tie('schema'), { minLength: 1, maxLength: 4 }),
      nullable: fc.boolean(),
    }),
  ),
}));

/** Gives what needs one a name; every record also holds itself, if it may be left out. */
function named(schema: unknown, next = { id: 0 }): unknown {
  if (typeof schema !== 'object' || schema === null) return schema;
  const { type, types, nullable, ...rest } = schema as Record<string, unknown>;
  const name = `N${next.id++}`;
  if (type === 'array') return { type, items: named(rest.items, next) };
  if (type === 'map') return { type, values: named(rest.values, next) };
  if (type !== 'record') return { type, name, ...rest };
  const fields = (types as unknown[]).map((each, i) => ({ name: `f${i}`, type: named(each, next) }));
  return { type, name, fields: nullable ? [...fields, { name: 'self', type: ['null', name] }] : fields };
}

/** A value of avsc's as JSON has it. */
function plain(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return value.toString('latin1');
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]));
}

test('every value that avsc makes of a schema is valid', () => {
  fc.assert(
    fc.property(
      anySchema.map((schema) => named(schema)),
      (schema) => {
        const type = avsc.Type.forSchema(schema as avsc.Schema, { wrapUnions: 'never' });
        const { schema: read } = readAvro(schema);
        const value = plain(type.random());
        expect(validator(read)(value), JSON.stringify({ schema, value })).toBe(true);
      },
    ),
    { numRuns: 200 },
  );
});

const record = (...fields: readonly object[]) => ({ type: 'record', name: 'R', namespace: 'com.x', fields });

describe('says no more than it should', () => {
  test.each([
    ['int', 2 ** 31, false],
    ['int', 1.5, false],
    ['long', 2 ** 40, true],
    ['bytes', '\u00ff', true],
    ['bytes', '\u0100', false],
    [{ type: 'fixed', name: 'F', size: 2 }, 'abc', false],
    [{ type: 'enum', name: 'E', symbols: ['A'] }, 'B', false],
    [['int', 'double'], 5, true],
    [['null', 'string'], null, true],
    [['null', 'string'], 5, false],
    [[null, 'string'], null, true],
    [record({ name: 'f', type: [null, 'string'] }), {}, true],
    [record({ name: 'f', type: 'string' }), {}, false],
    [record({ name: 'f', type: 'string', default: '' }), {}, true],
    [record({ name: 'f', type: ['null', 'string'] }), {}, true],
    [record({ name: 'n', type: ['null', 'R'] }), { n: { n: { n: 5 } } }, false],
    [record({ name: 'n', type: ['null', 'com.x.R'] }), { n: { n: { n: null } } }, true],
    [{ type: 'map', values: 'int' }, { a: 'x' }, false],
  ])('%j takes %j: %s', (schema, value, valid) => {
    expect(validator(readAvro(schema).schema)(value)).toBe(valid);
  });
});

test('a name stands for one schema, in its namespace and by its full name', () => {
  const { schema, named: names } = readAvro(
    record(
      { name: 'a', type: { type: 'enum', name: 'E', symbols: ['A'] } },
      { name: 'b', type: 'E' },
      { name: 'c', type: 'com.x.E' },
      { name: 'd', type: { type: 'enum', name: 'E', namespace: 'other', symbols: ['B'] } },
    ),
  );
  const { a, b, c, d } = (schema as { properties: Record<string, unknown> }).properties;
  expect(b).toBe(a);
  expect(c).toBe(a);
  expect(d).toMatchObject({ enum: ['B'] });
  expect([...names.values()]).toEqual([
    ['com.x', 'R'],
    ['com.x', 'E'],
    ['other', 'E'],
  ]);
});

test('words, logical types, defaults and examples come along', () => {
  const { schema } = readAvro({
    ...record({
      name: 'at',
      doc: 'When.',
      type: { type: 'long', logicalType: 'timestamp-millis' },
      example: 5,
    }),
    doc: 'A record.',
  });
  expect(schema).toMatchObject({
    title: 'R',
    description: 'A record.',
    properties: {
      at: { type: 'integer', description: 'When.\n\nAvro logical type timestamp-millis.', examples: [5] },
    },
  });
});

describe('what is wrong is an error', () => {
  test.each([
    [record({ name: 'f', type: 'strin' }), 'no type `strin`', 'Did you mean `string`?'],
    [{ type: 'record', name: 'R' }, 'no `fields`', undefined],
    [record({ type: 'int' }), 'a field has no `name`', undefined],
    [record({ name: 'f' }), 'field `f` has no `type`', undefined],
    [{ type: 'record', fields: [] }, 'no `name`', undefined],
    [{ type: 'enum', name: 'E' }, 'no `symbols`', undefined],
    [{ type: 'fixed', name: 'F' }, 'no `size`', undefined],
    [{ type: 'array' }, 'no `items`', undefined],
    [record({ name: 'f', type: 'array' }), '`array` says nothing', 'Write `"type": {"type": "array", …}`.'],
    [{ name: 'R' }, 'no `type`', undefined],
    [record({ name: 'f', type: { type: 'enum', name: 'R', symbols: ['A'] } }), 'defined twice', undefined],
    [[], 'no branches', undefined],
    [5, '5 is no type', undefined],
  ])('%j', (schema, message, hint) => {
    const { schema: read, problems } = readAvro(schema);
    expect(read).toBeUndefined();
    expect(problems).toEqual([
      expect.objectContaining({ severity: 'error', message: expect.stringContaining(message) }),
    ]);
    expect(problems[0]?.hint).toBe(hint);
  });

  test('at its place, in a file of its own', async () => {
    const loaded = await load({
      'api.yaml': documentOf(AVRO, { $ref: './user.avsc' }),
      'user.avsc':
        '{\n  "type": "record", "name": "U",\n  "fields": [\n    {"name": "f", "type": "strin"}\n  ]\n}',
    });
    expect(loaded.found).toEqual(['user.avsc:4:5 error FS_SCHEMA_FORMAT_INVALID']);
  });
});

test('a file of its own is read', async () => {
  const loaded = await load({
    'api.yaml': documentOf(AVRO, { $ref: './user.avsc' }),
    'user.avsc': '{"type": "record", "name": "User", "fields": [{"name": "id", "type": "int"}]}',
  });
  expect(loaded.found).toEqual([]);
  expect(payloadOf(loaded)).toMatchObject({ title: 'User', required: ['id'] });
});
