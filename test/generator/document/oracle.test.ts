/** The official parser and ajv have the last word on what is an error. */
import { Parser } from '@asyncapi/parser';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checker } from '../../../generator/src/document/json-schema/check.js';
import { HEAD_V2, HEAD_V3, load } from './workspace.js';

const parser = new Parser({ ruleset: { recommended: false } });

async function officialErrors(text: string): Promise<number> {
  const found = await parser.validate(text);
  return found.filter(({ severity }) => severity === 0).length;
}

const V3 = `${HEAD_V3}servers: {s: {host: h, protocol: redis}}
channels:
  a:
    address: 'a.{id}'
    servers: [{$ref: '#/servers/s'}]
    parameters: {id: {enum: [x]}}
    messages: {m: {payload: {type: object, properties: {n: {type: integer, minimum: 1}}}}}
operations:
  on: {action: receive, channel: {$ref: '#/channels/a'}, messages: [{$ref: '#/channels/a/messages/m'}]}
`;
const V2 = `${HEAD_V2}servers: {s: {url: 'h:{port}', protocol: redis, security: [{k: []}], variables: {port: {default: '1'}}}}
channels:
  'a/{id}':
    servers: [s]
    parameters: {id: {schema: {type: string}}}
    publish:
      operationId: on
      tags: [{name: t}]
      message: {messageId: m, payload: {type: string, default: d}, examples: [{payload: x}]}
    subscribe: {operationId: off, message: {oneOf: [{messageId: o, payload: {type: integer}}]}}
components: {securitySchemes: {k: {type: apiKey, in: user}}}
`;

describe('a change is an error to both, or to neither', () => {
  test.each([
    [V3, '', ''],
    [V3, 'action', 'acton'],
    [V3, 'receive', 'recieve'],
    [V3, "address: 'a.{id}'", 'address: 5'],
    [V3, "address: 'a.{id}'", "adress: 'a.{id}'"],
    [V3, '{id: {enum: [x]}}', '{other: {enum: [x]}}'],
    [V3, '{id: {enum: [x]}}', '{id: {enum: x}}'],
    [V3, '#/servers/s', '#/components/servers/s'],
    [V3, '#/channels/a/messages/m', '#/channels/a'],
    [V3, 'type: integer', 'type: int'],
    [V3, 'minimum: 1', 'minimum: one'],
    [V3, 'payload:', 'paylod:'],
    [V3, 'host: h, ', ''],
    [V3, 'channel: {$ref', 'chanel: {$ref'],
    [V3, '  title: Test\n', ''],
    [V3, '  a:\n', "  'a?b':\n"],
    [V2, '', ''],
    [V2, 'operationId: off', 'operationId: on'],
    [V2, 'messageId: o,', 'messageId: m,'],
    [V2, '[{name: t}]', '[{name: t}, {name: t, description: d}]'],
    [V2, 'security: [{k: []}]', 'security: [{j: []}]'],
    [V2, 'variables: {port:', 'variables: {prt:'],
    [V2, 'servers: [s]', 'servers: [r]'],
    [V2, 'default: d', 'default: 5'],
    [V2, '{payload: x}', '{payload: 5}'],
    [V2, 'parameters: {id:', 'parameters: {i:'],
    [V2, 'type: apiKey', 'type: apikey'],
    [V2, 'in: user', 'in: users'],
    [V2, 'payload: {type: integer}', 'payload: {type: integr}'],
    [V2, 'publish:', 'publsh:'],
    [V2, "'a/{id}':", "'a b/{id}':"],
  ])('%#: %s', async (text, from, to) => {
    const changed = text.replace(from, to);
    const { diagnostics } = await load(changed);
    const ours = diagnostics.filter(({ severity }) => severity === 'error');
    expect([ours.length > 0, ours]).toEqual([(await officialErrors(changed)) > 0, ours]);
  });
});

test('the validator agrees with ajv', () => {
  const ajv = new Ajv({ strict: false, validateFormats: false, validateSchema: false, logger: false });
  const schemas = fc.memo((depth): fc.Arbitrary<object> => {
    if (depth <= 1)
      return fc.record({ type: fc.constantFrom('string', 'integer', 'object') }, { requiredKeys: [] });
    const tie = () => schemas(depth - 1);
    return fc.record(
      {
        type: fc.constantFrom('string', 'integer', 'number', 'object', 'array', 'null', [
          'boolean',
          'string',
        ]),
        enum: fc.array(fc.jsonValue({ maxDepth: 1 }), { minLength: 1, maxLength: 3 }),
        const: fc.jsonValue({ maxDepth: 1 }),
        minimum: fc.integer({ min: -3, max: 3 }),
        exclusiveMaximum: fc.integer({ min: -3, max: 3 }),
        minLength: fc.integer({ min: 0, max: 3 }),
        pattern: fc.constantFrom('^a', 'b$', '.'),
        required: fc.uniqueArray(fc.constantFrom('a', 'b')),
        properties: fc.dictionary(fc.constantFrom('a', 'b'), tie(), { maxKeys: 2 }),
        patternProperties: fc.dictionary(fc.constantFrom('^a', 'c'), tie(), { maxKeys: 1 }),
        additionalProperties: fc.oneof(fc.boolean(), tie()),
        propertyNames: fc.record({ maxLength: fc.integer({ min: 0, max: 2 }) }),
        items: fc.oneof(tie(), fc.array(tie(), { minLength: 1, maxLength: 2 })),
        additionalItems: fc.boolean(),
        contains: tie(),
        uniqueItems: fc.boolean(),
        maxItems: fc.integer({ min: 0, max: 2 }),
        allOf: fc.array(tie(), { minLength: 1, maxLength: 2 }),
        anyOf: fc.array(tie(), { minLength: 1, maxLength: 2 }),
        oneOf: fc.array(tie(), { minLength: 1, maxLength: 2 }),
        not: tie(),
        if: tie(),
        // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own keyword
        then: tie(),
        else: tie(),
      },
      { requiredKeys: [] },
    );
  });
  const values = fc.oneof(
    fc.dictionary(fc.constantFrom('a', 'b', 'ac'), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 }),
    fc.jsonValue({ maxDepth: 2 }),
  );
  // As it comes out of a text: ajv tells objects without a prototype from others.
  const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value));
  const check = checker({ target: () => true, formats: {} });
  fc.assert(
    fc.property(
      schemas(3).map(plain),
      fc.array(values.map(plain), { minLength: 1, maxLength: 8 }),
      (schema, given) => {
        const oracle = ajv.compile(schema);
        for (const value of given) expect(check(schema, { value }).length === 0).toBe(oracle(value));
      },
    ),
    { numRuns: 300, seed: 7 },
  );
});
