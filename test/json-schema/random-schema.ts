import fc from 'fast-check';

/** Random schemas of draft 7, all of whose names and values come from a few, so that they meet each other. */

export type Schema = boolean | { readonly [keyword: string]: unknown };

/** The last one is inherited by every object. (`constructor` is, too, and confuses the oracle: the suite has it.) */
const NAMES = ['a', 'b', 'x-1', 'größe', 'isPrototypeOf'];
const DEFINITIONS = ['A', 'B', 'C'];
const TYPES = ['string', 'number', 'integer', 'boolean', 'null', 'array', 'object'];
const PATTERNS = ['^x-', 'b', '^.{2}$', '^[a-c]*$', 'ö'];

const name = fc.constantFrom(...NAMES);
const small = fc.nat({ max: 3 });
const text = fc.constantFrom('', 'a', 'b', 'ab', 'abc', 'x-1', 'größe', '😀', '😀b');
const number = fc.constantFrom(-1, 0, 0.5, 1, 1.5, 2, 3, 10);

/** Any JSON value, made of the same few names. */
export const { value: anyValue } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small', withCrossShrink: true },
    fc.oneof(text, number, fc.boolean(), fc.constant(null)),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(name, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
}));

/** Keywords, each there or not, with what may be their values. */
function keywords(schema: fc.Arbitrary<Schema>): Readonly<Record<string, fc.Arbitrary<unknown>>> {
  const list = fc.array(schema, { minLength: 1, maxLength: 3 });
  const map = (names: fc.Arbitrary<string>) =>
    fc.dictionary(names, schema, { maxKeys: 3, noNullPrototype: true });
  const names = fc.uniqueArray(name, { maxLength: 2 });
  return {
    enum: fc.uniqueArray(anyValue, {
      minLength: 1,
      maxLength: 4,
      selector: (value) => JSON.stringify(value),
    }),
    const: anyValue,
    minLength: small,
    maxLength: small,
    pattern: fc.constantFrom(...PATTERNS),
    minimum: number,
    maximum: number,
    exclusiveMinimum: number,
    exclusiveMaximum: number,
    multipleOf: fc.constantFrom(0.5, 1, 2, 3),
    items: fc.oneof(schema, list),
    additionalItems: schema,
    minItems: small,
    maxItems: small,
    uniqueItems: fc.boolean(),
    contains: schema,
    properties: map(name),
    required: names,
    additionalProperties: schema,
    patternProperties: map(fc.constantFrom(...PATTERNS)),
    propertyNames: schema,
    dependencies: fc.dictionary(name, fc.oneof(names, schema), { maxKeys: 2, noNullPrototype: true }),
    minProperties: small,
    maxProperties: small,
    allOf: list,
    anyOf: list,
    oneOf: list,
    not: schema,
    ...Object.fromEntries(['if', 'then', 'else'].map((keyword) => [keyword, schema])),
    default: anyValue,
  };
}

const { schema: inner } = fc.letrec<{ schema: Schema; keywords: Schema }>((tie) => {
  const known = keywords(tie('schema'));
  const type = fc.oneof(
    fc.constantFrom(...TYPES),
    fc.uniqueArray(fc.constantFrom(...TYPES), { minLength: 1, maxLength: 3 }),
  );
  const some = fc
    .uniqueArray(fc.constantFrom(...Object.keys(known)), { maxLength: 4 })
    .chain((chosen) =>
      fc.record(
        Object.fromEntries([
          ['type', type],
          ...chosen.map((key) => [key, known[key] as fc.Arbitrary<unknown>]),
        ]),
        { requiredKeys: chosen as never[], noNullPrototype: true },
      ),
    );
  const leaf = fc.oneof(
    { weight: 1, arbitrary: fc.boolean() },
    { weight: 3, arbitrary: type.map((each): Schema => ({ type: each })) },
    {
      weight: 2,
      arbitrary: fc.constantFrom(...DEFINITIONS).map((key): Schema => ({ $ref: `#/definitions/${key}` })),
    },
  );
  return {
    keywords: some,
    schema: fc.oneof({ maxDepth: 3, depthSize: 'small' }, leaf, tie('keywords') as fc.Arbitrary<Schema>),
  };
});

/** Definitions use each other and themselves. What asks of a value what it asks of it already, has no answer. */
export const randomSchema: fc.Arbitrary<Schema> = fc
  .tuple(inner, ...DEFINITIONS.map(() => inner))
  .map(([schema, ...definitions]): Schema => {
    if (typeof schema === 'boolean') return schema;
    const whole = {
      ...schema,
      definitions: Object.fromEntries(DEFINITIONS.map((key, i) => [key, definitions[i]])),
    };
    // Beside a reference nothing else counts.
    return '$ref' in schema ? { allOf: [schema], definitions: whole.definitions } : whole;
  })
  .filter((schema) => !asksInCircles(schema));

const SAME_VALUE = ['allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else'];

function asksInCircles(root: Schema): boolean {
  if (typeof root === 'boolean') return false;
  const definitions = root.definitions as Readonly<Record<string, Schema>>;
  const visit = (schema: unknown, above: readonly string[]): boolean => {
    if (typeof schema !== 'object' || schema === null) return false;
    const parts = schema as Readonly<Record<string, unknown>>;
    if (typeof parts.$ref === 'string') {
      const key = parts.$ref.split('/').at(-1) ?? '';
      return above.includes(key) || visit(definitions[key], [...above, key]);
    }
    const dependencies = Object.values(parts.dependencies ?? {}).filter((each) => !Array.isArray(each));
    return [...SAME_VALUE.flatMap((keyword) => parts[keyword]), ...dependencies].some((part) =>
      visit(part, above),
    );
  };
  return visit(root, []) || DEFINITIONS.some((key) => visit(definitions[key], [key]));
}
