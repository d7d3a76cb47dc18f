/** Names of generated types hang on what they are names of, and on nothing else in the document. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { JsonSchema } from '../../../generator/src/document/types.js';
import { buildModel } from '../../../generator/src/model/index.js';
import type { SchemaNode } from '../../../generator/src/model/types.js';
import { at, channelOf, documentOf, documentOfSchema, messageOf } from './document.js';

type Components = Readonly<Record<string, JsonSchema>>;

/** What people call things: names that fall together when they become identifiers, and names that are taken. */
const KEYS = [
  'order',
  'Order',
  'order-line',
  'OrderLine',
  'Map',
  'Error',
  'constructor',
  '3d',
  'été',
  'user.v1',
];
/** Nothing of these becomes a name that one of the others could want. */
const UNRELATED = ['Zebra', 'zinc-rod', 'Zoo.Keeper'];
const PROPERTIES = ['line', 'item', 'customer', 'constructor', '1'];
const TITLES = ['Order', 'Line', 'Some Item', 'map'];

const { schema } = fc.letrec<{ schema: object; record: object }>((tie) => ({
  record: fc.record(
    {
      type: fc.constant('object'),
      title: fc.constantFrom(...TITLES),
      properties: fc.dictionary(fc.constantFrom(...PROPERTIES), tie('schema'), {
        minKeys: 2,
        maxKeys: 3,
        noNullPrototype: true,
      }),
    },
    { requiredKeys: ['type', 'properties'], noNullPrototype: true },
  ),
  schema: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.constantFrom({ type: 'string' }, { type: 'integer', default: 1 }),
    fc.constantFrom(...KEYS).map((key) => ({ $ref: `#/components/schemas/${key}` })),
    tie('record'),
    fc.array(tie('record'), { minLength: 2, maxLength: 2 }).map((oneOf) => ({ oneOf })),
    tie('schema').map((items) => ({ type: 'array', items })),
  ),
}));

const components = (keys: readonly string[]) =>
  fc
    .tuple(...keys.map(() => schema))
    .map((schemas) => Object.fromEntries(keys.map((key, i) => [key, schemas[i] as JsonSchema])));

it('are the same when something else comes or goes', () => {
  fc.assert(
    fc.property(components(KEYS), components(UNRELATED), schema, (some, others, payload) => {
      const before = typeNames(payload as JsonSchema, closed(some));
      const after = typeNames(payload as JsonSchema, { ...alone(others), ...closed(some) });
      expect([...after].filter((name) => before.has(name))).toEqual([...before]);
      expect([...after].filter((name) => !before.has(name) && !/^Z(ebra|incRod|oo)/.test(name))).toEqual([]);
    }),
    { numRuns: 50 },
  );
});

it('are the same in whatever order the document lists things', () => {
  const document = components(KEYS).chain((some) =>
    fc.tuple(fc.constant(some), fc.shuffledSubarray(Object.entries(some), { minLength: KEYS.length })),
  );
  fc.assert(
    fc.property(document, schema, ([some, shuffled], payload) => {
      const [one, other] = [some, Object.fromEntries(shuffled)].map((each) =>
        modelOf(payload as JsonSchema, closed(each)),
      );
      expect(other?.channels).toEqual(one?.channels);
      expect(other?.schemas).toEqual(one?.schemas);
    }),
    { numRuns: 50 },
  );
});

it('are never given twice, and every reference has its type', () => {
  fc.assert(
    fc.property(components(KEYS), schema, (some, payload) => {
      const { schemas } = modelOf(payload as JsonSchema, closed(some));
      const names = schemas.flatMap(({ name, input }) => (input === undefined ? [name] : [name, input]));
      expect(new Set(names).size).toBe(names.length);
      for (const { node } of schemas) for (const name of referencesIn(node)) expect(names).toContain(name);
    }),
    { numRuns: 50 },
  );
});

it('tell messages of the same name apart by their channels', () => {
  const channels = ['prices', 'trades'].map((id) => {
    const payload = { type: 'object', properties: { [id]: {} } };
    return channelOf(id, {
      messages: [
        messageOf('event', payload, {
          headers: { ...payload },
          origin: at(`/channels/${id}/messages/event`),
        }),
      ],
    });
  });
  const { schemas } = buildModel(documentOf({ channels }), { perspective: 'application' }).model;
  expect(schemas.map(({ name }) => name)).toEqual([
    'PricesEvent',
    'PricesEventHeaders',
    'TradesEvent',
    'TradesEventHeaders',
  ]);
});

function modelOf(payload: JsonSchema, some: Components) {
  return buildModel(documentOfSchema(payload, some), { perspective: 'application' }).model;
}

function typeNames(payload: JsonSchema, some: Components): ReadonlySet<string> {
  return new Set(modelOf(payload, some).schemas.flatMap(({ name, input }) => [name, input ?? name]));
}

/** A component that is nothing but a reference could lead back to itself. */
function closed(some: Components): Components {
  return Object.fromEntries(
    Object.entries(some).map(([key, each]) => [
      key,
      typeof each === 'object' && '$ref' in each ? { type: 'boolean' } : each,
    ]),
  );
}

/** Without references to the others: these would be a relation. And without titles, which may be anybody's. */
function alone(some: Components): Components {
  const text = JSON.stringify(closed(some), (key, value: unknown) => (key === 'title' ? undefined : value));
  return JSON.parse(text.replaceAll(/\{"\$ref":"[^"]*"\}/g, '{"type":"string"}')) as Components;
}

function referencesIn(node: SchemaNode): readonly string[] {
  const found: string[] = [];
  JSON.stringify(node, (_, value: unknown) => {
    if (typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'ref') {
      found.push(
        ...['name', 'input'].flatMap((key) => (key in value ? [String(Reflect.get(value, key))] : [])),
      );
    }
    return value;
  });
  return found;
}
