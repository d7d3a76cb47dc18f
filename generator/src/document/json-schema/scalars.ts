import type { Cursor, Failure } from './types.js';

type Fields = Readonly<Record<string, unknown>>;

export function typeFailure(schema: Fields, at: Cursor): readonly Failure[] {
  if (schema.type === undefined) return [];
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  return types.some((type) => isOfType(at.value, type)) ? [] : [{ keyword: 'type', at, schema }];
}

function isOfType(value: unknown, type: unknown): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    case 'number':
    case 'string':
    case 'boolean':
      return typeof value === type;
    default:
      return true;
  }
}

export function textFailures(
  schema: Fields,
  at: Cursor,
  formats: Readonly<Record<string, (text: string) => boolean>>,
): readonly Failure[] {
  const text = String(at.value);
  const { minLength, maxLength, pattern, format } = schema;
  const failures: Failure[] = [];
  const fail = (keyword: string) => failures.push({ keyword, at, schema });
  const length = typeof minLength === 'number' || typeof maxLength === 'number' ? [...text].length : 0;
  if (typeof minLength === 'number' && length < minLength) fail('minLength');
  if (typeof maxLength === 'number' && length > maxLength) fail('maxLength');
  if (typeof pattern === 'string' && expression(pattern)?.test(text) === false) fail('pattern');
  if (typeof format === 'string' && Object.hasOwn(formats, format) && formats[format]?.(text) === false)
    fail('format');
  return failures;
}

export function numberFailures(schema: Fields, at: Cursor): readonly Failure[] {
  const value = Number(at.value);
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const failures: Failure[] = [];
  const fail = (keyword: string) => failures.push({ keyword, at, schema });
  if (typeof minimum === 'number' && value < minimum) fail('minimum');
  if (typeof maximum === 'number' && value > maximum) fail('maximum');
  if (typeof exclusiveMinimum === 'number' && value <= exclusiveMinimum) fail('exclusiveMinimum');
  if (typeof exclusiveMaximum === 'number' && value >= exclusiveMaximum) fail('exclusiveMaximum');
  if (typeof multipleOf === 'number' && !isMultiple(value, multipleOf)) fail('multipleOf');
  return failures;
}

/** By decimal digits: 0.3 is a multiple of 0.1, although no division of doubles says so. */
function isMultiple(value: number, factor: number): boolean {
  const quotient = value / factor;
  if (!Number.isFinite(quotient)) return false;
  return Math.abs(quotient - Math.round(quotient)) < 1e-9 * Math.max(1, Math.abs(quotient));
}

const expressions = new Map<string, RegExp | undefined>();

/** `undefined` for a pattern that this language doesn't know: it is nobody's to judge by. */
export function expression(pattern: string): RegExp | undefined {
  if (!expressions.has(pattern)) expressions.set(pattern, compile(pattern));
  return expressions.get(pattern);
}

function compile(pattern: string): RegExp | undefined {
  for (const flags of ['u', '']) {
    try {
      return new RegExp(pattern, flags);
    } catch {
      // The next flags may do.
    }
  }
  return undefined;
}
