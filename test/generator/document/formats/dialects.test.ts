import { describe, expect, test } from 'vitest';
import { load } from '../workspace.js';
import { documentOf, payloadOf, read } from './read.js';

describe('OpenAPI 3.0', () => {
  const openApi = (schema: unknown) => read('application/vnd.oai.openapi;version=3.0.0', schema);

  test('a nullable enum lists null, and an example is one of examples', async () => {
    expect(await openApi({ type: 'string', nullable: true, enum: ['x'], example: 'x' })).toEqual({
      type: 'string',
      nullable: true,
      enum: ['x', null],
      examples: ['x'],
    });
  });

  test('recursion stays recursion', async () => {
    const loaded = await load(`asyncapi: 3.0.0
info: {title: T, version: 1.0.0}
channels:
  a:
    address: a
    messages:
      m:
        payload: {schemaFormat: application/vnd.oai.openapi;version=3.0.0, schema: {$ref: '#/components/schemas/N'}}
components:
  schemas:
    N: {type: object, example: {}, properties: {next: {$ref: '#/components/schemas/N'}}}
`);
    const payload = payloadOf(loaded) as { readonly properties: { readonly next: Record<string, unknown> } };
    expect(payload.properties.next).toBe(payload);
    expect(loaded.document?.originOf(payload.properties.next)?.pointer).toBe('/components/schemas/N');
  });
});

describe('2020-12', () => {
  const later = (schema: unknown) => read('application/schema+json;version=2020-12', schema);

  test.each([
    [
      { prefixItems: [{ type: 'string' }], items: false },
      { items: [{ type: 'string' }], additionalItems: false },
    ],
    [
      { prefixItems: [true], unevaluatedItems: false },
      { items: [true], additionalItems: false },
    ],
    [{ unevaluatedItems: { type: 'string' } }, { items: { type: 'string' } }],
    [{ unevaluatedProperties: false }, { additionalProperties: false }],
    [{ additionalProperties: true, unevaluatedProperties: false }, { additionalProperties: true }],
    [{ dependentRequired: { a: ['b'] } }, { dependencies: { a: ['b'] } }],
    [
      { dependentRequired: { a: ['b'] }, dependentSchemas: { a: { type: 'object' } } },
      { dependencies: { a: { allOf: [{ required: ['b'] }, { type: 'object' }] } } },
    ],
    [{ contains: { type: 'string' }, minContains: 0 }, {}],
    [{ contains: { type: 'string' }, minContains: 1 }, { contains: { type: 'string' } }],
    [{ properties: { p: { prefixItems: [true] } } }, { properties: { p: { items: [true] } } }],
  ])('%j is %j', async (written, meant) => {
    expect(await later(written)).toEqual(meant);
  });

  test('a dynamic reference leads to the root', async () => {
    const read = (await later({ $dynamicAnchor: 'n', properties: { next: { $dynamicRef: '#n' } } })) as {
      readonly properties: { readonly next: { readonly allOf: readonly unknown[] } };
    };
    expect(read.properties.next.allOf[0]).toBe(read);
  });

  test.each([
    ['maxContains', { contains: true, maxContains: 2 }],
    ['minContains', { contains: true, minContains: 2 }],
    ['unevaluatedProperties', { allOf: [{ properties: { a: true } }], unevaluatedProperties: false }],
    ['unevaluatedItems', { contains: true, unevaluatedItems: false }],
    ['$dynamicRef', { properties: { a: { $dynamicRef: '#elsewhere' } } }],
  ])('%s is left out with a warning where draft 7 has no word for it', async (keyword, schema) => {
    const loaded = await load(documentOf('application/schema+json;version=2020-12', schema));
    expect(loaded.found).toEqual([
      expect.stringMatching(/^api.yaml:6:\d+ warning FS_SCHEMA_KEYWORD_IGNORED$/),
    ]);
    expect(loaded.diagnostics[0]?.message).toContain(`\`${keyword}\``);
    expect(JSON.stringify(payloadOf(loaded))).not.toContain(keyword);
  });
});

test('2019-09: a recursive reference leads to the root', async () => {
  const schema = { properties: { next: { $recursiveRef: '#' } } };
  const root = (await read('application/schema+json;version=2019-09', schema)) as {
    readonly properties: { readonly next: { readonly allOf: readonly unknown[] } };
  };
  expect(root.properties.next.allOf[0]).toBe(root);
});
