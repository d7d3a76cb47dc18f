/**
 * Errors on their way between threads. A structured clone keeps a name and a message, and loses what tells one failure
 * from the other: codes, hints, issues, outcomes.
 */
import { inspect } from 'node:util';
import { Settle } from '../core/outcome.js';
import { errorHints, FsError, type FsErrorCode, type FsErrorDetails } from '../errors.js';
import type { Outcome } from '../types.js';

export type Packed =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'list'; readonly items: readonly Packed[] }
  | {
      readonly kind: 'error';
      readonly name: string;
      readonly message: string;
      readonly stack: string | undefined;
      /** Its other properties. */
      readonly properties: Readonly<Record<string, Packed>>;
    };

/** Errors inside errors beyond this are left out: a chain may lead back to itself. */
const DEPTH = 8;

/** Not enumerable where they are, and worth keeping. */
const HIDDEN = ['cause', 'errors'] as const;

/** Anything that can be thrown or logged. What can't be copied becomes the text that Node prints for it. */
export function pack(value: unknown, depth = DEPTH): Packed {
  if (value instanceof Error) return packError(value, depth);
  if (depth > 0 && Array.isArray(value) && value.some((item) => item instanceof Error)) {
    return { kind: 'list', items: value.map((item) => pack(item, depth - 1)) };
  }
  return { kind: 'value', value: isCopied(value) ? value : inspect(value) };
}

export function unpack(packed: Packed): unknown {
  switch (packed.kind) {
    case 'value':
      return packed.value;
    case 'list':
      return packed.items.map(unpack);
    case 'error':
      return unpackError(packed);
    default:
      return packed satisfies never;
  }
}

/** Each of some fields. */
export function packFields(fields: object, depth = DEPTH): Record<string, Packed> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, pack(value, depth)]));
}

export function unpackFields(fields: Readonly<Record<string, Packed>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, packed]) => [name, unpack(packed)]));
}

function isCopied(value: unknown): boolean {
  if (typeof value !== 'object' || value === null)
    return typeof value !== 'function' && typeof value !== 'symbol';
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}

function packError(error: Error, depth: number): Packed {
  const { name, message, stack, ...properties } = error;
  const hidden = HIDDEN.flatMap((key) => {
    const value = (error as unknown as Record<string, unknown>)[key];
    return value === undefined || key in properties ? [] : [[key, value] as const];
  });
  const kept = depth > 0 ? packFields({ ...properties, ...Object.fromEntries(hidden) }, depth - 1) : {};
  return {
    kind: 'error',
    name: String(error.name),
    message: String(error.message),
    stack: error.stack,
    properties: kept,
  };
}

const BUILT_IN: Readonly<Record<string, new (message: string) => Error>> = {
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
};

function unpackError(packed: Packed & { readonly kind: 'error' }): Error {
  const properties = unpackFields(packed.properties);
  const error = made(packed, properties);
  define(error, 'stack', packed.stack);
  return error;
}

function made(
  { name, message }: { name: string; message: string },
  properties: Record<string, unknown>,
): Error {
  const { code, outcome } = properties;
  // By what they hold and not by their class: a thread may have loaded the module twice.
  if (name === 'FsError' && isCode(code)) return new FsError(code, message, properties as FsErrorDetails);
  if (name === 'Settle' && isOutcome(outcome)) return new Settle(outcome);
  const error = new (BUILT_IN[name] ?? Error)(message);
  if (error.name !== name) define(error, 'name', name);
  for (const [key, value] of Object.entries(properties)) {
    if ((HIDDEN as readonly string[]).includes(key)) define(error, key, value);
    else Object.assign(error, { [key]: value });
  }
  return error;
}

function define(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, configurable: true, enumerable: false, writable: true });
}

function isCode(code: unknown): code is FsErrorCode {
  return typeof code === 'string' && Object.hasOwn(errorHints, code);
}

function isOutcome(outcome: unknown): outcome is Outcome {
  return typeof (outcome as Outcome | undefined)?.kind === 'string';
}
