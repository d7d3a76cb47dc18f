import fc from 'fast-check';
import type { Schema } from './random-schema.js';

/**
 * Random schemas whose types say as much as they do: no ranges, no checks, and every object has a property that must
 * be there. With values that are valid, and some that are not.
 */

const SCALARS: Readonly<Record<string, readonly unknown[]>> = {
  string: ['', 'a', 'b', "it's"],
  number: [0, 1, -2.5],
  boolean: [true, false],
  null: [null],
};

/** Not `constructor`: to TypeScript every object has that already. */
const NAMES = ['a', 'b', 'x-1', 'größe', '1'];

const scalar = fc.constantFrom(...Object.values(SCALARS).flat());

/** With a default that it accepts, at times. */
function withDefault(schema: fc.Arbitrary<Schema>): fc.Arbitrary<Schema> {
  const filled = schema.chain((each) =>
    validFor(each, {}, 3).map((value): Schema => ({ ...(each as object), default: value })),
  );
  return fc.oneof(schema, filled);
}

const { schema: inner } = fc.letrec<{ schema: Schema; object: Schema }>((tie) => ({
  object: fc
    .record({
      properties: fc.dictionary(fc.constantFrom(...NAMES), withDefault(tie('schema')), {
        minKeys: 1,
        maxKeys: 3,
        noNullPrototype: true,
      }),
      closed: fc.boolean(),
    })
    .map(({ properties, closed }) => ({
      type: 'object',
      required: Object.keys(properties).slice(0, 1),
      properties,
      ...(closed && { additionalProperties: false }),
    })),
  schema: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.oneof(
      fc.constantFrom(...Object.keys(SCALARS)).map((type) => ({ type })),
      fc.constant({ type: ['string', 'null'] }),
      fc.uniqueArray(scalar, { minLength: 1, maxLength: 3 }).map((values) => ({ enum: values })),
      scalar.map((value) => ({ const: value })),
      fc.constant({ $ref: '#/components/schemas/Shared' }),
    ),
    tie('object'),
    tie('object').map((additionalProperties) => ({ type: 'object', additionalProperties })),
    tie('schema').map((items) => ({ type: 'array', items })),
    fc
      .tuple(fc.array(tie('schema'), { minLength: 1, maxLength: 3 }), fc.boolean(), fc.nat({ max: 2 }))
      .map(([items, closed, minItems]) => ({
        type: 'array',
        items,
        minItems: Math.min(minItems, items.length),
        ...(closed && { additionalItems: false }),
      })),
    fc.array(tie('schema'), { minLength: 2, maxLength: 3 }).map((anyOf) => ({ anyOf })),
    fc.tuple(tie('object'), tie('object')).map((oneOf) => ({
      oneOf: oneOf.map((branch, index) => tagged(branch, `kind-${index}`)),
    })),
    // A check, behind which values are as they came.
    tie('object').map((object) => ({ ...(object as object), minProperties: 1 })),
  ),
}));

function tagged(branch: Schema, kind: string): Schema {
  const { properties, required } = branch as { properties: object; required: string[] };
  return {
    ...(branch as object),
    properties: { ...properties, kind: { const: kind } },
    required: [...required, 'kind'],
  };
}

/** One that every document has: it contains itself, and fills in defaults. */
export const SHARED: Schema = {
  type: 'object',
  required: ['name'],
  properties: {
    name: { type: 'string' },
    count: { type: 'number', default: 1 },
    list: { type: 'array', items: { $ref: '#/components/schemas/Shared' }, default: [] },
  },
};

export const typedSchema: fc.Arbitrary<Schema> = inner;

/** Values that a schema accepts. Objects have no properties but their own: types warn of others. */
export function validFor(
  schema: Schema,
  definitions: Readonly<Record<string, Schema>>,
  depth = 6,
): fc.Arbitrary<unknown> {
  const of = (part: unknown) => validFor(part as Schema, definitions, depth - 1);
  const parts = schema as Readonly<Record<string, unknown>>;
  if (typeof parts.$ref === 'string') return depth > 3 ? of(SHARED) : fc.constant({ name: 'a' });
  if ('const' in parts) return fc.constant(parts.const);
  if (Array.isArray(parts.enum)) return fc.constantFrom(...parts.enum);
  const branches = parts.anyOf ?? parts.oneOf;
  if (Array.isArray(branches)) return fc.oneof(...branches.map(of));
  if (Array.isArray(parts.items)) {
    return fc
      .tuple(fc.tuple(...parts.items.map(of)), fc.nat({ max: parts.items.length }))
      .map(([items, length]) => items.slice(0, Math.max(length, Number(parts.minItems))));
  }
  if (parts.type === 'array') return fc.array(of(parts.items), { maxLength: 2 });
  if (parts.type === 'object' && parts.properties === undefined) {
    return fc.dictionary(fc.constantFrom(...NAMES), of(parts.additionalProperties), {
      maxKeys: 2,
      noNullPrototype: true,
    });
  }
  if (parts.type === 'object') {
    const shape = Object.entries(parts.properties as object).map(([key, part]) => [key, of(part)] as const);
    return fc.record(Object.fromEntries(shape), {
      requiredKeys: [...(parts.required as string[])] as never[],
      noNullPrototype: true,
    });
  }
  return fc.constantFrom(...[parts.type].flat().flatMap((type) => SCALARS[String(type)] ?? []));
}

/** The value with one of its parts replaced by something else, or left out. */
export function spoilt(value: unknown): fc.Arbitrary<unknown> {
  const other = fc.constantFrom<unknown>('other', 99, true, null, [], {}, [[]]);
  if (typeof value !== 'object' || value === null) return other;
  const keys = Object.keys(value);
  if (keys.length === 0) return other;
  const replaced = fc
    .constantFrom(...keys)
    .chain((key) => spoilt(Reflect.get(value, key)).map((part) => [key, part] as const))
    .map(([key, part]) =>
      Array.isArray(value) ? Object.assign([...value], { [key]: part }) : { ...value, [key]: part },
    );
  const missing = fc.constantFrom(...keys).map((key) => {
    if (Array.isArray(value)) return value.slice(0, Number(key));
    return Object.fromEntries(Object.entries(value).filter(([each]) => each !== key));
  });
  return fc.oneof(other, replaced, replaced, missing);
}
