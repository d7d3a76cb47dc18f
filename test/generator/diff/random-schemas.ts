/** Random schemas and random edits of them, made from numbers that fast-check draws. */
import type { JsonSchema } from '../../../generator/src/document/types.js';
import type { Written } from './contracts.js';

/** Decisions, one after the other, that follow from one number. */
export class Tape {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** A whole number from 0. */
  below(count: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % count;
  }

  pick<T>(choices: readonly [T, ...T[]]): T {
    return choices[this.below(choices.length)] ?? choices[0];
  }

  /** True once in `count` times. */
  once(count: number): boolean {
    return this.below(count) === count - 1;
  }
}

type Mutable = Record<string, unknown>;

export const NAMES = ['a', 'b', 'c', 'd', 'constructor'] as const;
const WORDS = ['x', 'y', 'xy', ''] as const;

/** A payload, and a component `T` that it may refer to, which may refer to itself. */
export function writtenBy(tape: Tape, depth: number): Written {
  const component = object(tape, Math.min(depth, 2));
  return { payload: schema(tape, depth), components: { T: component } };
}

function schema(tape: Tape, depth: number): JsonSchema {
  const kind = tape.below(depth > 0 ? 19 : 9);
  switch (kind) {
    case 0:
      return { type: 'string' };
    case 1:
      return strings(tape);
    case 2:
    case 3:
      return numbers(tape);
    case 4:
      return { enum: [...WORDS, 1, null].slice(0, 1 + tape.below(6)) };
    case 5:
      return { type: 'boolean' };
    case 6:
      return { $ref: '#/components/schemas/T' };
    case 7:
      return tape.pick<JsonSchema>([{}, true, { type: 'null' }, { type: 'object' }, { minLength: 1 }]);
    case 8:
      return { type: ['string', 'null'], maxLength: tape.below(4) };
    case 9:
    case 10:
      return array(tape, depth);
    case 11:
      return tagged(tape, depth);
    case 12:
      return { [tape.pick(['anyOf', 'oneOf'])]: [schema(tape, depth - 1), schema(tape, depth - 1)] };
    case 13:
      return { allOf: [object(tape, depth - 1), schema(tape, depth - 1)] };
    case 14:
      return rare(tape, depth);
    default:
      return object(tape, depth);
  }
}

function strings(tape: Tape): Mutable {
  const min = tape.below(3);
  return {
    type: 'string',
    ...(tape.once(2) && { minLength: min }),
    ...(tape.once(2) && { maxLength: min + tape.below(3) }),
    ...(tape.once(4) && { pattern: tape.pick(['^x', 'y$']) }),
  };
}

function numbers(tape: Tape): Mutable {
  const min = tape.below(5) - 2;
  return {
    type: tape.pick(['integer', 'number']),
    ...(tape.once(2) && { [tape.pick(['minimum', 'exclusiveMinimum'])]: min + (tape.once(3) ? 0.5 : 0) }),
    ...(tape.once(2) && { [tape.pick(['maximum', 'exclusiveMaximum'])]: min + tape.below(6) }),
    ...(tape.once(4) && { multipleOf: tape.pick([1, 2, 4, 0.5, 0.25, 3]) }),
  };
}

function array(tape: Tape, depth: number): Mutable {
  const items = tape.once(4)
    ? { items: [schema(tape, depth - 1), schema(tape, depth - 1)], additionalItems: tape.once(2) }
    : { items: schema(tape, depth - 1) };
  return {
    type: 'array',
    ...items,
    ...(tape.once(3) && { minItems: tape.below(3) }),
    ...(tape.once(3) && { maxItems: 1 + tape.below(3) }),
    ...(tape.once(5) && { uniqueItems: true }),
    ...(tape.once(6) && { contains: schema(tape, 0) }),
  };
}

function object(tape: Tape, depth: number): Mutable {
  const names = NAMES.filter((name) => tape.below(name === 'constructor' ? 12 : 2) === 1);
  return {
    type: 'object',
    ...(names.length > 0 && {
      properties: Object.fromEntries(names.map((name) => [name, schema(tape, depth - 1)])),
    }),
    ...(tape.once(2) && { required: NAMES.slice(0, 4).filter(() => tape.once(3)) }),
    ...additional(tape, depth),
    ...(tape.once(12) && { patternProperties: { '^[ab]$': schema(tape, 0) } }),
    ...(tape.once(12) && { propertyNames: { maxLength: 1 + tape.below(3) } }),
    ...(tape.once(12) && { [tape.pick(['minProperties', 'maxProperties'])]: 1 + tape.below(2) }),
    ...(tape.once(12) && { dependencies: { a: tape.once(2) ? ['b'] : object(tape, 0) } }),
  };
}

function additional(tape: Tape, depth: number): Mutable {
  const choice = tape.below(6);
  if (choice < 3) return {};
  return { additionalProperties: [true, false, schema(tape, Math.min(depth - 1, 0))][choice - 3] };
}

function tagged(tape: Tape, depth: number): Mutable {
  const branch = (value: string) => {
    const { properties, ...others } = object(tape, depth - 1);
    return { ...others, properties: { ...(properties as object), k: { const: value } }, required: ['k'] };
  };
  return { oneOf: ['x', 'y', 'z'].slice(0, 2 + tape.below(2)).map(branch) };
}

function rare(tape: Tape, depth: number): Mutable {
  const base = object(tape, depth - 1);
  const part = () => schema(tape, depth - 1) as Mutable;
  switch (tape.below(4)) {
    case 0:
      return { ...base, not: part() };
    case 1:
      // biome-ignore lint/suspicious/noThenProperty: the keyword is called so
      return { ...base, if: part(), then: part(), else: part() };
    case 2:
      return { ...base, anyOf: [{ required: ['a'] }, { required: ['b'] }] };
    default:
      return { ...base, anyOf: [part(), part()] };
  }
}

/** The schema with few things changed, each at random. */
export function edited({ payload, components }: Written, tape: Tape): Written {
  const edit = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(edit);
    if (typeof part !== 'object' || part === null) return part;
    const copy: Mutable = Object.fromEntries(Object.entries(part).map(([key, value]) => [key, edit(value)]));
    if (copy.type === undefined && copy.enum === undefined && copy.oneOf === undefined) return copy;
    return tape.once(6) ? changed(copy, tape) : copy;
  };
  return {
    payload: edit(payload) as JsonSchema,
    components: edit(components) as Written['components'],
  };
}

function changed(schema: Mutable, tape: Tape): JsonSchema {
  if (tape.once(6)) return { anyOf: [schema, { type: 'null' }] };
  if (tape.once(6)) return { allOf: [schema, object(tape, 1)] };
  if (schema.enum !== undefined) {
    const values = schema.enum as readonly unknown[];
    return { enum: tape.once(2) ? [...values, 'new'] : values.slice(0, Math.max(1, values.length - 1)) };
  }
  const { type } = schema;
  if (type === 'object') return changedObject(schema, tape);
  if (type === 'string') return { ...schema, ...strings(tape) };
  if (type === 'integer' || type === 'number') return { ...schema, ...numbers(tape) };
  if (type === 'array') {
    return { ...schema, [tape.pick(['minItems', 'maxItems'])]: tape.below(4), uniqueItems: tape.once(2) };
  }
  const branches = schema.oneOf as readonly unknown[] | undefined;
  if (branches !== undefined)
    return { oneOf: branches.slice(0, Math.max(1, branches.length - tape.below(2))) };
  return schema;
}

function changedObject(schema: Mutable, tape: Tape): Mutable {
  const properties = { ...(schema.properties as Mutable | undefined) };
  const required = (schema.required as readonly string[] | undefined) ?? [];
  const name = tape.pick(NAMES);
  switch (tape.below(5)) {
    case 0:
      delete properties[name];
      return { ...schema, properties, required: required.filter((each) => each !== name) };
    case 1:
      return { ...schema, properties: { ...properties, [name]: strings(tape) } };
    case 2:
      return { ...schema, required: [...new Set([...required, name])] };
    case 3:
      return { ...schema, required: required.filter((each) => each !== name) };
    default:
      delete schema.additionalProperties;
      return { ...schema, ...additional(tape, 1) };
  }
}
