import type { Field } from 'protobufjs';
import type { JsonSchemaObject } from '../types.js';

/** How ProtoJSON writes what is no message of the user's own. */

const INT_32 = { type: 'integer', minimum: -(2 ** 31), maximum: 2 ** 31 - 1 };
const UINT_32 = { type: 'integer', minimum: 0, maximum: 2 ** 32 - 1 };
/** Written as text, because most JSON numbers end at 2^53; numbers are read as well. */
const INT_64 = { anyOf: [{ type: 'string', pattern: '^-?[0-9]{1,20}$' }, { type: 'integer' }] };
const UINT_64 = {
  anyOf: [
    { type: 'string', pattern: '^[0-9]{1,20}$' },
    { type: 'integer', minimum: 0 },
  ],
};
const NUMBER = { type: 'number' };
const BYTES = { type: 'string', contentEncoding: 'base64', pattern: '^[A-Za-z0-9+/_-]*={0,2}$' };
const TEXT = { type: 'string' };

const SCALARS: Readonly<Record<string, JsonSchemaObject>> = {
  bool: { type: 'boolean' },
  bytes: BYTES,
  double: NUMBER,
  fixed32: UINT_32,
  fixed64: UINT_64,
  float: NUMBER,
  int32: INT_32,
  int64: INT_64,
  sfixed32: INT_32,
  sfixed64: INT_64,
  sint32: INT_32,
  sint64: INT_64,
  string: TEXT,
  uint32: UINT_32,
  uint64: UINT_64,
};

const WELL_KNOWN: Readonly<Record<string, JsonSchemaObject>> = {
  Any: { type: 'object', properties: { '@type': TEXT }, required: ['@type'], additionalProperties: true },
  BoolValue: nullable({ type: 'boolean' }),
  BytesValue: nullable(BYTES),
  DoubleValue: nullable(NUMBER),
  Duration: { type: 'string', pattern: '^-?[0-9]+(\\.[0-9]{1,9})?s$' },
  Empty: { type: 'object' },
  FieldMask: TEXT,
  FloatValue: nullable(NUMBER),
  Int32Value: nullable(INT_32),
  Int64Value: nullable(INT_64),
  ListValue: { type: 'array' },
  StringValue: nullable(TEXT),
  Struct: { type: 'object', additionalProperties: true },
  Timestamp: { type: 'string', format: 'date-time' },
  UInt32Value: nullable(UINT_32),
  UInt64Value: nullable(UINT_64),
  Value: {},
};

/** A copy, to which the field's own words can be added. */
export function scalar(type: string): JsonSchemaObject {
  return { ...SCALARS[type] };
}

/** @param fullName `.google.protobuf.Timestamp` */
export function wellKnown(fullName: string): JsonSchemaObject | undefined {
  const name = /^\.google\.protobuf\.(\w+)$/.exec(fullName)?.[1] ?? '';
  return Object.hasOwn(WELL_KNOWN, name) ? { ...WELL_KNOWN[name] } : undefined;
}

/** The name of a field in JSON: `json_name`, else camelCase. */
export function jsonName({ name, options }: Pick<Field, 'name' | 'options'>): string {
  const written: unknown = options?.json_name;
  return typeof written === 'string'
    ? written
    : name.replace(/_+(.?)/g, (_, next: string) => next.toUpperCase());
}

/** What a scalar is when it is left out. */
export function initialOf(type: string): unknown {
  if (type === 'bool') return false;
  if (type === 'string' || type === 'bytes') return '';
  return SCALARS[type] === INT_64 || SCALARS[type] === UINT_64 ? '0' : 0;
}

function nullable(schema: JsonSchemaObject): JsonSchemaObject {
  return { anyOf: [schema, { type: 'null' }] };
}
