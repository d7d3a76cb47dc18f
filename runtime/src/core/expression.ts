/**
 * Where a value stands in a message, in AsyncAPI's own words: `$message.payload#/user/id` or
 * `$message.header#/tenant`. Source: the specification's "Runtime Expression".
 */
interface MessageExpression {
  readonly source: 'payload' | 'header';
  /** Keys from the outside in; none means the payload as a whole. */
  readonly path: readonly string[];
}

const SYNTAX = /^\$message\.(payload|header)#((?:\/.*)?)$/s;

/** What a message has where an expression looks. */
interface Parts {
  readonly payload: unknown;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** Contracts have few of them, and every message asks. */
const parsed = new Map<string, MessageExpression | undefined>();

/** `undefined` for what is no such expression. */
export function parseExpression(text: string): MessageExpression | undefined {
  if (!parsed.has(text)) parsed.set(text, parse(text));
  return parsed.get(text);
}

function parse(text: string): MessageExpression | undefined {
  const [, source, pointer] = SYNTAX.exec(text) ?? [];
  if (source === undefined || pointer === undefined) return undefined;
  return { source: source as MessageExpression['source'], path: pointer.split('/').slice(1).map(keyOf) };
}

/**
 * What a message says at a place, as text, which is what ids and addresses are made of. `undefined` where no place is
 * named, where there is nothing, and for what makes no text.
 */
export function textAt(place: string | undefined, message: Parts): string | undefined {
  const expression = place === undefined ? undefined : parseExpression(place);
  const value = expression && evaluate(expression, message);
  if (typeof value === 'string') return value === '' ? undefined : value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** The value at the place; `undefined` where there is none. */
function evaluate({ source, path }: MessageExpression, { payload, headers }: Parts): unknown {
  let value: unknown = source === 'payload' ? payload : headers;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}

/** A key of a JSON pointer in a URI fragment: percent-encoded, with `~1` for `/` and `~0` for `~`. */
function keyOf(key: string): string {
  return decoded(key).replaceAll('~1', '/').replaceAll('~0', '~');
}

function decoded(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}
