/** Values that follow a schema, more or less: whoever uses them asks a validator which ones do. */
import type { Written } from './contracts.js';
import { NAMES, type Tape } from './random-schemas.js';

type Fields = Readonly<Record<string, unknown>>;

/** Values under no name that a schema has. */
const PLAIN = [
  null,
  0,
  1,
  2,
  3,
  -1,
  0.5,
  1.5,
  '',
  'x',
  'y',
  'xy',
  'xyy',
  'new',
  true,
  [],
  ['x'],
  {},
] as const;
const DEPTH = 6;

/**
 * A value that whoever knows the schema could send. Names that the schema does not have are used only where it
 * speaks of further properties, and `zz` anywhere.
 */
export function valueFor({ payload, components }: Written, tape: Tape): unknown {
  return value(payload, DEPTH);

  function plain(): unknown {
    return tape.pick(PLAIN);
  }

  function anything(): unknown {
    return tape.once(3) ? Object.fromEntries([[tape.pick(NAMES), plain()]]) : plain();
  }

  function value(schema: unknown, depth: number): unknown {
    if (typeof schema !== 'object' || schema === null) return anything();
    const fields = schema as Fields;
    if (depth === 0 || tape.once(12)) return plain();
    if (typeof fields.$ref === 'string') return value(components.T, depth - 1);
    const parts: unknown[] = [];
    for (const keyword of ['anyOf', 'oneOf']) {
      const branches = fields[keyword];
      if (Array.isArray(branches)) parts.push(value(branches[tape.below(branches.length)], depth));
    }
    if (Array.isArray(fields.allOf)) parts.push(...fields.allOf.map((part) => value(part, depth)));
    for (const keyword of ['then', 'else', 'not', 'if']) {
      if (fields[keyword] !== undefined && tape.once(2)) parts.push(value(fields[keyword], depth));
    }
    parts.push(...own(fields, depth));
    const objects = parts.filter((part) => typeof part === 'object' && part !== null && !Array.isArray(part));
    if (objects.length === parts.length && objects.length > 0) return Object.assign({}, ...objects);
    return parts.length === 0 ? anything() : parts[tape.below(parts.length)];
  }

  function own(fields: Fields, depth: number): readonly unknown[] {
    if (Array.isArray(fields.enum)) return [fields.enum[tape.below(fields.enum.length)]];
    if (Object.hasOwn(fields, 'const')) return [fields.const];
    const types = Array.isArray(fields.type) ? fields.type : [fields.type];
    switch (types[tape.below(types.length)]) {
      case 'object':
        return [object(fields, depth)];
      case 'array':
        return [array(fields, depth)];
      case 'string':
        return [tape.pick(['', 'x', 'y', 'xy', 'xyy', 'yx'])];
      case 'integer':
        return [tape.below(11) - 4];
      case 'number':
        return [(tape.below(44) - 16) / 4];
      case 'boolean':
        return [tape.once(2)];
      case 'null':
        return [null];
      default:
        return fields.properties === undefined ? [] : [object(fields, depth)];
    }
  }

  function object(fields: Fields, depth: number): unknown {
    const properties = (fields.properties ?? {}) as Fields;
    const required = (fields.required ?? []) as readonly string[];
    const entries: [string, unknown][] = [];
    for (const [name, part] of Object.entries(properties)) {
      if (required.includes(name) || tape.once(2)) entries.push([name, value(part, depth - 1)]);
    }
    for (const name of required) {
      if (!Object.hasOwn(properties, name)) entries.push([name, anything()]);
    }
    const { additionalProperties: further, patternProperties: patterns } = fields;
    const spoken = further !== undefined || patterns !== undefined;
    if (spoken || (Object.keys(properties).length === 0 && required.length === 0)) {
      const name = tape.pick(NAMES);
      const undescribed = !Object.hasOwn(properties, name) && !required.includes(name);
      if (undescribed && tape.once(2)) {
        const [pattern] = Object.values((patterns ?? {}) as Fields);
        entries.push([name, value(tape.once(2) ? (pattern ?? further) : further, depth - 1)]);
      }
    }
    if (tape.once(4)) entries.push(['zz', typeof further === 'object' ? value(further, 1) : plain()]);
    return Object.fromEntries(entries);
  }

  function array(fields: Fields, depth: number): unknown {
    const { items } = fields;
    return Array.from({ length: tape.below(5) }, (_, i) =>
      value(Array.isArray(items) ? (items[i] ?? true) : items, depth - 1),
    );
  }
}
