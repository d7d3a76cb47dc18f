import fc from 'fast-check';
import { anyValue, type Schema } from './random-schema.js';

type Parts = Readonly<Record<string, unknown>>;

/** Values that follow what a schema says without knowing all of it: many are valid, many just not. */
export function fittingValue(root: Schema): fc.Arbitrary<unknown> {
  const definitions =
    typeof root === 'boolean' ? {} : ((root.definitions ?? {}) as Readonly<Record<string, Schema>>);
  return fc.oneof(follow(root, 4), follow(root, 4), anyValue);

  function follow(schema: unknown, depth: number): fc.Arbitrary<unknown> {
    if (typeof schema !== 'object' || schema === null || depth === 0) return anyValue;
    const parts = schema as Parts;
    if (typeof parts.$ref === 'string')
      return follow(definitions[parts.$ref.split('/').at(-1) ?? ''], depth - 1);
    if ('const' in parts) return fc.constant(parts.const);
    if (Array.isArray(parts.enum)) return fc.constantFrom(...parts.enum);
    const branches = ['allOf', 'anyOf', 'oneOf', 'then', 'else', 'if'].flatMap(
      (keyword) => parts[keyword] ?? [],
    );
    const choices = [own(parts, depth), ...branches.map((branch) => follow(branch, depth - 1))];
    const merged = fc.tuple(...choices).map((values) => {
      const objects = values.filter(isObject);
      return objects.length > 0 ? Object.assign({}, ...objects) : values[0];
    });
    return fc.oneof(merged, ...choices);
  }

  function own(parts: Parts, depth: number): fc.Arbitrary<unknown> {
    const types = [parts.type ?? typeSpokenOf(parts)].flat();
    return fc.constantFrom(...types).chain((type) => ofType(String(type), parts, depth));
  }

  function ofType(type: string, parts: Parts, depth: number): fc.Arbitrary<unknown> {
    if (type === 'array') {
      const { items } = parts;
      if (Array.isArray(items)) {
        return fc
          .tuple(
            fc.tuple(...items.map((item) => follow(item, depth - 1))),
            fc.array(follow(parts.additionalItems, 0), { maxLength: 2 }),
            fc.nat({ max: 3 }),
          )
          .map(([head, tail, cut]) => [...head, ...tail].slice(0, cut + 1));
      }
      return fc.array(follow(items ?? parts.contains, depth - 1), { maxLength: 3 });
    }
    if (type === 'object') {
      const required = (parts.required ?? []) as readonly string[];
      const properties = Object.entries((parts.properties ?? {}) as Parts);
      const shape = Object.fromEntries([
        ...required.map((key) => [key, follow(parts.additionalProperties, depth - 1)] as const),
        ...properties.map(([key, part]) => [key, follow(part, depth - 1)] as const),
      ]);
      return fc.record(shape, { requiredKeys: [...required], noNullPrototype: true });
    }
    return anyValue.filter((value) => isOfType(value, type));
  }
}

function typeSpokenOf(parts: Parts): string {
  if ('items' in parts || 'contains' in parts) return 'array';
  return 'properties' in parts || 'required' in parts ? 'object' : 'string';
}

function isOfType(value: unknown, type: string): boolean {
  if (type === 'null') return value === null;
  return type === 'integer' ? Number.isInteger(value) : typeof value === type;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
