import { nearest } from '../near.js';
import type { JsonSchema, JsonSchemaObject } from '../types.js';
import { type Reading, Unreadable, unreadable } from './problems.js';

/**
 * Avro in JSON Schema's terms, for values written in JSON as most tools write them: a union's value stands
 * without the name of its branch around it, bytes are text of the characters up to U+00FF.
 */
export function readAvro(schema: unknown): Reading {
  try {
    const avro = new Avro();
    const converted = avro.convert(schema, '');
    return { schema: converted, named: avro.named, problems: [] };
  } catch (cause) {
    if (!(cause instanceof Unreadable)) throw cause;
    return unreadable(cause, 'Avro');
  }
}

type Definition = Readonly<Record<string, unknown>>;
type Draft = Record<string, unknown>;

const BYTES = '^[\\u0000-\\u00ff]*$';

const PRIMITIVES: Readonly<Record<string, JsonSchemaObject>> = {
  null: { type: 'null' },
  boolean: { type: 'boolean' },
  int: { type: 'integer', minimum: -(2 ** 31), maximum: 2 ** 31 - 1 },
  long: { type: 'integer' },
  float: { type: 'number' },
  double: { type: 'number' },
  bytes: { type: 'string', pattern: BYTES },
  string: { type: 'string' },
};

const COMPLEX = ['record', 'error', 'enum', 'array', 'map', 'fixed'];

/** JSON Schema's keywords that Avro schemas for AsyncAPI may carry. */
const BORROWED = [
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'pattern',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'uniqueItems',
];

class Avro {
  readonly named = new Map<JsonSchemaObject, readonly string[]>();
  readonly #byName = new Map<string, { readonly schema: JsonSchemaObject; readonly from: object }>();

  /** @param space the namespace around */
  convert(schema: unknown, space: string, around?: object): JsonSchemaObject {
    // YAML has `null` for what Avro calls "null".
    if (schema === null) return this.convert('null', space, around);
    if (typeof schema === 'string') return this.#called(schema, space, around);
    if (Array.isArray(schema)) return this.#union(schema, space);
    if (!isDefinition(schema)) throw new Unreadable(`${JSON.stringify(schema)} is no type`, part(around));
    const { type } = schema;
    if (type === undefined) throw new Unreadable('it has no `type`', { part: schema });
    if (typeof type !== 'string') return describe(this.convert(type, space, schema), schema);
    if (!COMPLEX.includes(type)) return describe(this.#called(type, space, schema), schema);
    return type === 'array' || type === 'map'
      ? describe(this.#collection(type, schema, space), schema)
      : this.#define(type, schema, space);
  }

  /** A type by its name: of Avro's own, or one that was defined before. */
  #called(name: string, space: string, around?: object): JsonSchemaObject {
    const primitive = Object.hasOwn(PRIMITIVES, name) ? PRIMITIVES[name] : undefined;
    if (primitive !== undefined) return { ...primitive };
    const known = this.#byName.get(fullName(name, space)) ?? this.#byName.get(name);
    if (known !== undefined) return known.schema;
    if (COMPLEX.includes(name)) {
      const hint = `Write \`"type": {"type": "${name}", …}\`.`;
      throw new Unreadable(`\`${name}\` says nothing of what is in it`, { ...part(around), hint });
    }
    const meant = nearest(name, [...Object.keys(PRIMITIVES), ...COMPLEX, ...this.#byName.keys()]);
    const hint = meant === undefined ? undefined : `Did you mean \`${meant}\`?`;
    throw new Unreadable(`there is no type \`${name}\``, { ...part(around), ...(hint && { hint }) });
  }

  #union(branches: readonly unknown[], space: string): JsonSchemaObject {
    const members = branches.map((branch) => this.convert(branch, space, branches));
    const [only] = members;
    if (only === undefined) throw new Unreadable('a union has no branches', { part: branches });
    if (members.length === 1) return only;
    const isNull = (member: JsonSchemaObject) => member.type === 'null';
    return { anyOf: [...members.filter((each) => !isNull(each)), ...members.filter(isNull)] };
  }

  #collection(type: 'array' | 'map', definition: Definition, space: string): JsonSchemaObject {
    const key = type === 'array' ? 'items' : 'values';
    if (definition[key] === undefined) {
      throw new Unreadable(`this ${type} has no \`${key}\``, { part: definition });
    }
    const inner = this.convert(definition[key], space, definition);
    return type === 'array'
      ? { type: 'array', items: inner }
      : { type: 'object', additionalProperties: inner };
  }

  /** A record, an enum or a fixed, which may be called by its name from then on, and inside itself. */
  #define(type: string, definition: Definition, space: string): JsonSchemaObject {
    const { name, namespace } = definition;
    if (typeof name !== 'string' || !/^[A-Za-z_][\w.]*$/.test(name)) {
      throw new Unreadable(`this ${type} has no \`name\` of letters, digits and _`, { part: definition });
    }
    const full = fullName(name, typeof namespace === 'string' ? namespace : space);
    const known = this.#byName.get(full);
    if (known?.from === definition) return known.schema;
    if (known !== undefined) throw new Unreadable(`\`${full}\` is defined twice`, { part: definition });
    const schema: Draft = { title: full.split('.').at(-1) };
    this.#byName.set(full, { schema, from: definition });
    this.named.set(schema, full.includes('.') ? [namespaceOf(full), String(schema.title)] : [full]);
    if (typeof definition.doc === 'string') schema.description = definition.doc;
    if (type === 'enum') Object.assign(schema, { type: 'string', enum: symbolsOf(definition) });
    else if (type === 'fixed') Object.assign(schema, fixed(definition));
    else this.#fields(definition, namespaceOf(full), schema);
    return schema;
  }

  #fields(definition: Definition, space: string, into: Draft): void {
    const { fields } = definition;
    if (!Array.isArray(fields)) throw new Unreadable('this record has no `fields`', { part: definition });
    const properties: Record<string, JsonSchema> = {};
    const required: string[] = [];
    for (const field of fields as readonly unknown[]) {
      if (!isDefinition(field) || typeof field.name !== 'string') {
        throw new Unreadable('a field has no `name`', { part: isDefinition(field) ? field : definition });
      }
      if (field.type === undefined) {
        throw new Unreadable(`field \`${field.name}\` has no \`type\``, { part: field });
      }
      const schema = describe(this.convert(field.type, space, field), field);
      Object.defineProperty(properties, field.name, { value: schema, enumerable: true });
      const nullable =
        Array.isArray(field.type) && (field.type.includes('null') || field.type.includes(null));
      if (!nullable && field.default === undefined) required.push(field.name);
    }
    Object.assign(into, { type: 'object', properties, ...(required.length > 0 && { required }) });
  }
}

/** The schema with what is said of it where it is used. What has a name stays the same, so that it keeps it. */
function describe(schema: JsonSchemaObject, use: Definition): JsonSchemaObject {
  const said: Draft = {};
  const { doc, logicalType, default: initial, example } = use;
  const texts: unknown[] = [doc, logicalType && `Avro logical type ${logicalType}.`].filter(
    (text) => typeof text === 'string',
  );
  // What is said of an unnamed type goes on; a named one keeps its words to itself.
  if (texts.length > 0 && schema.title === undefined) texts.push(schema.description);
  if (texts.length > 0) said.description = texts.filter((text) => text !== undefined).join('\n\n');
  if (logicalType === 'uuid' && schema.type === 'string') said.format = 'uuid';
  // `default` of an enum is for readers that don't know a symbol.
  if (initial !== undefined && use.symbols === undefined) said.default = initial;
  if (example !== undefined) said.examples = [example];
  for (const keyword of BORROWED) if (use[keyword] !== undefined) said[keyword] = use[keyword];
  if (Object.keys(said).length === 0) return schema;
  return schema.title === undefined ? { ...schema, ...said } : { ...said, allOf: [schema] };
}

function symbolsOf(definition: Definition): readonly unknown[] {
  const { symbols } = definition;
  if (Array.isArray(symbols) && symbols.length > 0) return symbols;
  throw new Unreadable('this enum has no `symbols`', { part: definition });
}

function fixed(definition: Definition): JsonSchemaObject {
  const { size } = definition;
  if (typeof size !== 'number' || size < 0)
    throw new Unreadable('this fixed has no `size`', { part: definition });
  return { type: 'string', pattern: BYTES, minLength: size, maxLength: size };
}

function fullName(name: string, space: string): string {
  return name.includes('.') || space === '' ? name : `${space}.${name}`;
}

function namespaceOf(full: string): string {
  return full.split('.').slice(0, -1).join('.');
}

function isDefinition(value: unknown): value is Definition {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function part(of: object | undefined): { readonly part?: object } {
  return of === undefined ? {} : { part: of };
}
