import { readFileSync } from 'node:fs';
import type { ValidateFunction } from 'ajv';

/** The keywords that the vocabulary is written with. */
export interface FieldSchema {
  readonly $ref?: string;
  readonly type?: 'object' | 'integer' | 'string' | 'boolean';
  readonly title?: string;
  readonly description?: string;
  readonly allOf?: readonly FieldSchema[];
  readonly anyOf?: readonly FieldSchema[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly pattern?: string;
  readonly examples?: readonly unknown[];
  readonly properties?: Readonly<Record<string, FieldSchema>>;
}

interface Vocabulary {
  readonly definitions: Readonly<Record<string, FieldSchema>>;
}

/** The published JSON Schema of the extensions; what editors complete with is what validates here. */
const vocabulary: Vocabulary = JSON.parse(
  readFileSync(new URL('../../../schema/extensions.json', import.meta.url), 'utf8'),
);

/** The fields of each extension, by its key. */
export const extensions: Readonly<Record<string, FieldSchema>> = definition('place').properties ?? {};

let compiled: ValidateFunction | undefined;

/** The validator of an object whose keys are all extensions. Loaded when the first one is met. */
export async function validator(): Promise<ValidateFunction> {
  if (compiled === undefined) {
    const { Ajv } = await import('ajv');
    compiled = new Ajv({ allErrors: true }).compile({
      $ref: '#/definitions/place',
      definitions: vocabulary.definitions,
    });
  }
  return compiled;
}

/** A schema with its `$ref` and a lone `allOf` followed. */
export function resolved(schema: FieldSchema): FieldSchema {
  const next = schema.$ref === undefined ? schema.allOf?.[0] : definition(definitionName(schema) ?? '');
  return next === undefined ? schema : resolved(next);
}

/** The schema of the field at a path that begins with an extension's key. */
export function schemaAt(path: readonly string[]): FieldSchema | undefined {
  const [key = '', ...fields] = path;
  return fields.reduce<FieldSchema | undefined>(
    (schema, field) => schema && resolved(schema).properties?.[field],
    extensions[key],
  );
}

export function isDuration(schema: FieldSchema): boolean {
  const name = definitionName(schema) ?? schema.allOf?.map(definitionName)[0];
  return name === 'duration' || name === 'positiveDuration' || (schema.anyOf?.some(isDuration) ?? false);
}

/** What a field takes, as the end of a sentence. */
export function describe(schema: FieldSchema): string {
  if (isDuration(schema) && schema.anyOf === undefined) {
    return definitionName(schema.allOf?.[0] ?? schema) === 'positiveDuration'
      ? 'a duration above zero'
      : 'a duration';
  }
  const { anyOf, const: only, enum: values, type, minimum, pattern, examples, properties } = resolved(schema);
  if (anyOf !== undefined) return orList(anyOf.map(describe));
  if (only !== undefined) return code(only);
  if (values !== undefined) return orList(values.map(code));
  switch (type) {
    case 'integer':
      return minimum === undefined ? 'a whole number' : `a whole number of at least ${minimum}`;
    case 'boolean':
      return '`true` or `false`';
    case 'string':
      return pattern === undefined ? 'text' : `text such as ${code(examples?.[0])}`;
    case 'object':
      return `fields: ${Object.keys(properties ?? {})
        .map(code)
        .join(', ')}`;
    case undefined:
      return 'another value';
    default:
      throw type satisfies never;
  }
}

function code(value: unknown): string {
  return `\`${String(value)}\``;
}

function orList(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} or ${items.at(-1)}`;
}

function definitionName(schema: FieldSchema): string | undefined {
  return schema.$ref?.replace('#/definitions/', '');
}

function definition(name: string): FieldSchema {
  return vocabulary.definitions[name] ?? {};
}
