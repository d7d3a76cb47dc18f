/** Protobuf, with the library's own ProtoJSON as the judge: what it writes must be valid. */
import fc from 'fast-check';
import protobuf from 'protobufjs';
import { toJson } from 'protobufjs/ext/protojson.js';
import { describe, expect, test } from 'vitest';
import { loadProtobuf } from '../../../../generator/src/document/formats/protobuf.js';
import { load } from '../workspace.js';
import { documentOf, payloadOf, validator } from './read.js';

const PROTOBUF = 'application/vnd.google.protobuf;version=3';

const ORDER = `syntax = "proto3";
package shop.v1;
import "google/protobuf/timestamp.proto";
import "google/protobuf/duration.proto";
import "google/protobuf/wrappers.proto";

// An order.
message Order {
  string order_id = 1;
  map<string, int32> counts = 2;
  map<int64, Item> items = 3;
  repeated int64 big = 4;
  uint64 unsigned = 5;
  bytes blob = 6;
  double price = 7; 
  oneof pay { string card = 8; int32 cash = 9; }
  /* The one before. */
  Order parent = 10;
  optional string note = 11 [deprecated = true];
  Status status = 12;
  google.protobuf.Timestamp at = 13;
  google.protobuf.Duration took = 14;
  google.protobuf.StringValue maybe = 15;
  string renamed = 16 [json_name = "other-name"];
  bool done = 17;
  message Item { string sku = 1; repeated Status all = 2; }
  enum Status { UNKNOWN = 0; OPEN = 1; }
}
`;

async function read(text: string, ...called: readonly string[]) {
  return (await loadProtobuf())(text, called);
}

test('everything that ProtoJSON writes is valid', async () => {
  const { schema } = await read(ORDER);
  const valid = validator(schema);
  const root = new protobuf.Root();
  for (const file of ['timestamp', 'duration', 'wrappers']) {
    root.addJSON(protobuf.common.get(`google/protobuf/${file}.proto`)?.nested ?? {});
  }
  protobuf.parse(ORDER, root, { keepCase: true });
  root.resolveAll();
  const type = root.lookupType('shop.v1.Order');
  const status = fc.constantFrom(0, 1);
  const item = fc.record({ sku: fc.string(), all: fc.array(status) }, { requiredKeys: [] });
  const seconds = fc.integer({ min: 0, max: 2 ** 31 });
  const { order } = fc.letrec((tie) => ({
    order: fc.record(
      {
        order_id: fc.string(),
        counts: fc.dictionary(fc.string(), fc.integer()),
        items: fc.dictionary(fc.integer().map(String), item),
        big: fc.array(fc.maxSafeInteger()),
        unsigned: fc.maxSafeNat(),
        blob: fc.uint8Array(),
        price: fc.double({ noNaN: true, noDefaultInfinity: true }),
        card: fc.string(),
        parent: fc.option(tie('order'), { nil: undefined, maxDepth: 3 }),
        note: fc.string(),
        status,
        at: fc.record({ seconds, nanos: fc.integer({ min: 0, max: 999_999_999 }) }),
        took: fc.record({ seconds, nanos: fc.integer({ min: 0, max: 999_999_999 }) }),
        maybe: fc.record({ value: fc.string() }),
        renamed: fc.string(),
        done: fc.boolean(),
      },
      { requiredKeys: [] },
    ),
  }));
  fc.assert(
    fc.property(order, (value) => {
      const json: unknown = toJson(type, type.fromObject(value as Record<string, unknown>));
      expect(valid(json), JSON.stringify(json)).toBe(true);
    }),
    { numRuns: 200 },
  );
});

describe('says no more than it should', () => {
  test.each([
    [{ counts: { a: 'x' } }, false],
    [{ counts: { a: 1 } }, true],
    [{ items: { x: {} } }, false],
    [{ items: { '-1': { sku: 's' } } }, true],
    [{ big: ['9223372036854775807', 5] }, true],
    [{ big: ['x'] }, false],
    [{ unsigned: '-1' }, false],
    [{ card: 'c' }, true],
    [{ card: 'c', cash: 1 }, false],
    [{ status: 'OPEN' }, true],
    [{ status: 'CLOSED' }, false],
    [{ parent: { parent: { parent: { orderId: 5 } } } }, false],
    [{ took: '1.5s' }, true],
    [{ took: '1.5' }, false],
    [{ maybe: null }, true],
    [{ maybe: 5 }, false],
    [{ 'other-name': 5 }, false],
    [{ blob: 'A-_/+w==' }, true],
    [{ blob: '*' }, false],
  ])('%j: %s', async (value, expected) => {
    const { schema } = await read(ORDER);
    expect(validator(schema)(value)).toBe(expected);
  });
});

test('words, what is deprecated, and what a field is when it is left out', async () => {
  const { schema, named } = await read(ORDER);
  const { properties } = schema as { readonly properties: Record<string, Record<string, unknown>> };
  expect(schema).toMatchObject({ title: 'Order', description: 'An order.' });
  expect(properties.parent).toMatchObject({ description: 'The one before.', allOf: [schema] });
  expect(properties.note).toMatchObject({ deprecated: true });
  const defaults = Object.entries(properties).map(([name, property]) => [name, property.default]);
  expect(Object.fromEntries(defaults.filter(([, initial]) => initial !== undefined))).toEqual({
    orderId: '',
    counts: {},
    items: {},
    big: [],
    unsigned: '0',
    blob: '',
    price: 0,
    status: 'UNKNOWN',
    'other-name': '',
    done: false,
  });
  expect([...named.values()]).toContainEqual(['shop.v1.Order', 'Item']);
});

test('proto2: required fields, and defaults that are no part of the message', async () => {
  const { schema } = await read(
    'syntax = "proto2"; message M { required string a = 1; optional int32 b = 2; }',
  );
  expect(schema).toMatchObject({
    required: ['a'],
    properties: { b: expect.not.objectContaining({ default: 0 }) },
  });
});

describe('which of several messages is meant', () => {
  const text = (comment: string) =>
    `syntax = "proto3"; message A { B b = 1; }\n/* ${comment} */\nmessage B { int32 n = 1; } message C {}`;

  test.each([
    [text('@RootNode'), [], 'B'],
    [text(''), ['channels', 'x', 'messages', 'c', 'payload'], 'C'],
    ['message A { optional B b = 1; } message B {}', [], 'A'],
    ['message A { optional A a = 1; }', [], 'A'],
    ['message A { message B {} }', [], 'A'],
  ])('%s', async (proto, called, title) => {
    expect((await read(proto, ...called)).schema).toMatchObject({ title });
  });

  test('none', async () => {
    const { problems } = await read(text(''));
    expect(problems).toEqual([
      expect.objectContaining({ message: expect.stringContaining('several messages: A, C') }),
    ]);
    expect(problems[0]?.hint).toContain('@RootNode');
  });
});

test('a .proto file is read as text, its messages are shared, and its mistakes have their line', async () => {
  const message = (payload: object) => JSON.stringify({ payload });
  const api = (file: string) => `asyncapi: 3.0.0
info: {title: T, version: 1.0.0}
channels:
  a:
    address: a
    messages:
      order: ${message({ schemaFormat: PROTOBUF, schema: { $ref: file } })}
      line: ${message({ schemaFormat: PROTOBUF, schema: { $ref: file } })}
`;
  const proto =
    'syntax = "proto3";\n// a: {b\nmessage Line {\n\tint32 n = 1;\n}\nmessage Order { repeated Line lines = 1; }\n';
  const loaded = await load({ 'api.yaml': api('./my shop.proto'), 'my shop.proto': proto });
  expect(loaded.found).toEqual([]);
  const [order, line] = loaded.document?.channels[0]?.messages.map(({ payload }) => payload) ?? [];
  expect(order).toMatchObject({ title: 'Order' });
  expect((order as { properties: { lines: { items: unknown } } }).properties.lines.items).toBe(line);
  const wrong = await load({ 'api.yaml': api('./a.proto'), 'a.proto': proto.replace('int32 n', 'n') });
  expect(wrong.found).toEqual(['a.proto:4:1 error FS_SCHEMA_FORMAT_INVALID']);
});

test.each([
  ['syntax = "proto3"; message A { strng a = 1; }', 'strng'],
  ['import "other.proto"; message A {}', 'other.proto'],
  ['syntax = "proto3";', 'no message'],
  [{ type: 'object' }, 'not text'],
])('%j is an error', async (schema, message) => {
  const loaded = await load(documentOf(PROTOBUF, schema));
  expect(loaded.found).toEqual([expect.stringContaining('error FS_SCHEMA_FORMAT_INVALID')]);
  expect(loaded.diagnostics[0]?.message).toContain(message);
});

test('inline text in 3.x is read', async () => {
  expect(payloadOf(await load(documentOf(PROTOBUF, ORDER)))).toMatchObject({
    title: 'Order',
    type: 'object',
  });
});
