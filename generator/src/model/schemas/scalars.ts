import type { JsonSchemaObject, Origin } from '../../document/types.js';
import { below, type Report } from '../report.js';
import type { NumberNode, Pattern, StringNode } from '../types.js';
import { numberAt, stringAt } from './keywords.js';

/** Formats that the runtime checks; any other is a note to the reader, as JSON Schema has it. */
const FORMATS: ReadonlySet<string> = new Set([
  'date',
  'date-time',
  'duration',
  'email',
  'hostname',
  'idn-email',
  'idn-hostname',
  'ipv4',
  'ipv6',
  'iri',
  'iri-reference',
  'json-pointer',
  'regex',
  'relative-json-pointer',
  'time',
  'uri',
  'uri-reference',
  'uri-template',
  'uuid',
]);

export function stringNode(schema: JsonSchemaObject, at: Origin, report: Report): StringNode {
  const format = stringAt(schema, 'format');
  const pattern = patternAt(schema, at, report);
  return {
    kind: 'string',
    ...defined({ minLength: numberAt(schema, 'minLength'), maxLength: numberAt(schema, 'maxLength') }),
    ...(pattern !== undefined && { pattern }),
    ...(format !== undefined && FORMATS.has(format) && { format }),
  };
}

function patternAt(schema: JsonSchemaObject, at: Origin, report: Report): Pattern | undefined {
  const source = stringAt(schema, 'pattern');
  return source === undefined ? undefined : compilable(source, below(at, 'pattern'), report);
}

/** The expression with the flags with which it is valid, if it is with any. */
export function compilable(source: string, at: Origin, report: Report): Pattern | undefined {
  for (const flags of ['u', ''] as const) {
    try {
      new RegExp(source, flags);
      return { source, flags };
    } catch {
      // The next one may take it.
    }
  }
  report({
    code: 'FS_SCHEMA_PATTERN_INVALID',
    at,
    message: `The pattern ${source} is not a regular expression of JavaScript, so that it is not checked.`,
  });
  return undefined;
}

export function numberNode(schema: JsonSchemaObject, integer: boolean): NumberNode {
  return {
    kind: 'number',
    integer,
    ...defined({
      minimum: numberAt(schema, 'minimum'),
      maximum: numberAt(schema, 'maximum'),
      exclusiveMinimum: numberAt(schema, 'exclusiveMinimum'),
      exclusiveMaximum: numberAt(schema, 'exclusiveMaximum'),
      multipleOf: positive(numberAt(schema, 'multipleOf')),
    }),
  };
}

function positive(value: number | undefined): number | undefined {
  return value !== undefined && value > 0 ? value : undefined;
}

/** Without the fields that are undefined. */
export function defined<Key extends string>(
  fields: Readonly<Record<Key, number | undefined>>,
): Partial<Record<Key, number>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<
    Record<Key, number>
  >;
}
