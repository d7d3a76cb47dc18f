/** What a default does, and where it does nothing. */
import { describe, expect, it } from 'vitest';
import type { Schema } from '../../runtime/src/codec/schema.js';
import { generatedValidators } from './generated.js';

const object = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more });
const settings = object({ retries: { type: 'integer', default: 3 } });

describe('a default is filled in', () => {
  it.each<[what: string, schema: unknown, value: unknown, gives: unknown]>([
    ['for what is missing', settings, {}, { retries: 3 }],
    ['not for what is there', settings, { retries: 0 }, { retries: 0 }],
    ['beside properties that nobody described', settings, { x: 1 }, { x: 1, retries: 3 }],
    ['if it is null', object({ a: { type: ['string', 'null'], default: null } }), {}, { a: null }],
    [
      'in what is filled in',
      object({ settings: { ...settings, default: {} } }),
      {},
      { settings: { retries: 3 } },
    ],
    ['in items', { type: 'array', items: settings }, [{}, { retries: 1 }], [{ retries: 3 }, { retries: 1 }]],
    [
      'in values of a map',
      { type: 'object', additionalProperties: settings },
      { a: {} },
      { a: { retries: 3 } },
    ],
    [
      'by a reference',
      { ...object({ s: { $ref: '#/definitions/S' } }), definitions: { S: { ...settings, default: {} } } },
      {},
      { s: { retries: 3 } },
    ],
    ['in the branch that matches', { anyOf: [{ type: 'string' }, settings] }, {}, { retries: 3 }],
    [
      'in the one branch that matches',
      { oneOf: [settings, object({ b: {} }, { required: ['b'] })] },
      {},
      { retries: 3 },
    ],
    [
      'in both parts of `allOf`',
      { allOf: [settings, object({ b: { default: 1 } })] },
      {},
      { retries: 3, b: 1 },
    ],
    [
      'in what contains itself',
      { ...object({ next: { $ref: '#' }, n: { type: 'integer', default: 1 } }) },
      { next: {} },
      { next: { n: 1 }, n: 1 },
    ],
    [
      'in a list of what contains itself',
      object({ parts: { type: 'array', items: { $ref: '#' }, default: [] } }),
      {},
      { parts: [] },
    ],
    ['where checks only see what came', { ...settings, maxProperties: 0 }, {}, { retries: 3 }],
  ])('%s', (_, schema, value, gives) => {
    expect(only(schema).parse(value)).toEqual(gives);
  });
});

describe('nothing is filled in', () => {
  it.each<[what: string, schema: unknown, value: unknown]>([
    ['that is not valid', object({ a: { type: 'integer', default: 'x' } }), {}],
    ['that is out of bounds', object({ a: { type: 'integer', maximum: 3, default: 4 } }), {}],
    [
      'that only the runtime could judge',
      object({ a: { type: 'string', format: 'uuid', default: 'x' } }),
      {},
    ],
    ['that would never end', object({ next: { $ref: '#', default: {} } }), {}],
    ['for items that are not there', { type: 'array', items: [{ default: 1 }] }, []],
    [
      'by parts that only check',
      { type: 'object', if: { properties: { a: { default: 1 } } }, else: settings },
      {},
    ],
    [
      'through an `allOf` that stays one',
      {
        allOf: [{ $ref: '#/definitions/U' }, object({ a: {} })],
        definitions: { U: { anyOf: [settings, { type: 'string' }] } },
      },
      {},
    ],
  ])('%s', (_, schema, value) => {
    expect(only(schema).parse(value)).toEqual(value);
  });
});

it('what has to be there is refused without it, whatever its default', () => {
  expect(only({ ...settings, required: ['retries'] }).safeParse({}).success).toBe(false);
});

it('what is filled in makes no other branch match', () => {
  const overlapping = { oneOf: [settings, object({}, { required: ['retries'] })] };
  expect(only(overlapping).parse({})).toEqual({ retries: 3 });
});

it('what is filled in is new each time', () => {
  const schema = only(object({ list: { default: [{ deep: [] }] } }));
  const [one, other] = [schema.parse({}), schema.parse({})] as { list: unknown[] }[];
  one?.list.push('changed');
  expect(other).toEqual({ list: [{ deep: [] }] });
});

function only(schema: unknown): Schema<unknown> {
  const [validator] = generatedValidators([schema]);
  if (validator === undefined) throw new Error('The schema refers to another document');
  return validator;
}
