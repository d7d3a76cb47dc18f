import type { Failure } from './json-schema/types.js';
import { nearest } from './near.js';

/** Sentences about the fields of a document. */
export interface Said {
  readonly message: string;
  readonly hint?: string | undefined;
}

/**
 * What is wrong with a value.
 *
 * @param failures of one keyword at one place: of several types or lists of values, any would do
 * @param written the value as it stands in the document: `1.0` where it is 1
 */
export function sentence(
  failures: readonly [Failure, ...Failure[]],
  subject: string,
  written?: string,
): Said {
  const [{ keyword, schema, at, field = '' }] = failures;
  const limit = String(schema[keyword]);
  switch (keyword) {
    case 'additionalProperties':
      return { message: `${subject} has a field \`${field}\` that is not allowed.` };
    case 'required':
      return { message: `${subject} lacks the field \`${field}\`.` };
    case 'type': {
      const types = [...new Set(failures.flatMap((each) => each.schema.type).map(String))];
      return {
        message: `${subject} must be ${typesInWords(types)}.`,
        hint: typeHint(types, at.value, written),
      };
    }
    case 'enum':
    case 'const':
      return oneOf(subject, at.value, [...new Set(failures.flatMap(allowedValues))]);
    case 'format':
      return { message: `${subject} must be a valid ${limit}.` };
    case 'pattern':
      return { message: `${subject} must match the pattern ${limit}.` };
    case 'propertyNames':
      return { message: `The name \`${field}\` is not allowed here.` };
    case 'uniqueItems':
      return { message: `${subject} must not have the same item twice.` };
    case 'multipleOf':
      return { message: `${subject} must be a multiple of ${limit}.` };
    case 'oneOf':
      return { message: `${subject} fits more than one of the alternatives, and must fit one only.` };
    default:
      return { message: LIMITS[keyword]?.(subject, limit) ?? `${subject} is not what is allowed here.` };
  }
}

const LIMITS: Readonly<Record<string, (subject: string, limit: string) => string>> = {
  minimum: (subject, limit) => `${subject} must be at least ${limit}.`,
  maximum: (subject, limit) => `${subject} must be at most ${limit}.`,
  exclusiveMinimum: (subject, limit) => `${subject} must be above ${limit}.`,
  exclusiveMaximum: (subject, limit) => `${subject} must be below ${limit}.`,
  minLength: (subject, limit) => `${subject} must have at least ${limit} characters.`,
  maxLength: (subject, limit) => `${subject} must have at most ${limit} characters.`,
  minItems: (subject, limit) => `${subject} must have at least ${limit} items.`,
  maxItems: (subject, limit) => `${subject} must have at most ${limit} items.`,
  minProperties: (subject, limit) => `${subject} must have at least ${limit} fields.`,
  maxProperties: (subject, limit) => `${subject} must have at most ${limit} fields.`,
};

function allowedValues({ schema }: Failure): readonly unknown[] {
  return 'const' in schema ? [schema.const] : Array.isArray(schema.enum) ? schema.enum : [];
}

function oneOf(subject: string, given: unknown, values: readonly unknown[]): Said {
  const texts = values.filter((value) => typeof value === 'string');
  const meant = typeof given === 'string' ? nearest(given, texts) : undefined;
  return {
    message: `${subject} must be ${values.length === 1 ? '' : 'one of the allowed values: '}${inCode(values)}.`,
    hint: meant === undefined ? undefined : `Did you mean \`${meant}\`?`,
  };
}

/** The last key; an item of a list with the list's name: `fields[0]`. */
export function nameOf(path: readonly string[]): string {
  const items = [...path].reverse().findIndex((key) => !/^\d+$/.test(key));
  const named = path.slice(items < 0 ? 0 : -1 - items);
  return named.map((key, i) => (i === 0 ? key : `[${key}]`)).join('');
}

const TYPES: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: '`true` or `false`',
  integer: 'a whole number',
  null: 'empty',
  number: 'a number',
  object: 'a mapping',
  string: 'text',
};

function typesInWords(types: readonly string[]): string {
  return types.map((type) => TYPES[type] ?? type).join(' or ');
}

function typeHint(types: readonly string[], given: unknown, written = String(given)): string | undefined {
  if (types.includes('string') && (typeof given === 'number' || typeof given === 'boolean'))
    return `Put it in quotes: \`"${written}"\`.`;
  if (given === null || given === undefined) return 'It is empty: write its value, or indent what follows.';
  return undefined;
}

/** Values of the document as they would be written there. */
function inCode(values: readonly unknown[]): string {
  return values.map((value) => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``).join(', ');
}
