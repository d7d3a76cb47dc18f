/**
 * Where a value stands in a message, in AsyncAPI's own words: `$message.payload#/user/id` or
 * `$message.header#/tenant`. Source: the specification's "Runtime Expression".
 */
export interface MessageExpression {
  readonly source: 'payload' | 'header';
  /** Keys from the outside in; none means the payload as a whole. */
  readonly path: readonly string[];
}

const SYNTAX = /^\$message\.(payload|header)#((?:\/.*)?)$/s;

/** `undefined` for what is no such expression. */
export function parseExpression(text: string): MessageExpression | undefined {
  const [, source, pointer] = SYNTAX.exec(text) ?? [];
  if (source === undefined || pointer === undefined) return undefined;
  return { source: source as MessageExpression['source'], path: pointer.split('/').slice(1).map(keyOf) };
}

/** The value at the place; `undefined` where there is none. */
function evaluate(
  { source, path }: MessageExpression,
  message: { readonly payload: unknown; readonly headers: Readonly<Record<string, unknown>> },
): unknown {
  let value: unknown = source === 'payload' ? message.payload : message.headers;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}

/** The same as text, which is what ids and addresses are made of; `undefined` for what makes none. */
export function evaluateText(
  expression: MessageExpression,
  message: { readonly payload: unknown; readonly headers: Readonly<Record<string, unknown>> },
): string | undefined {
  const value = evaluate(expression, message);
  if (typeof value === 'string') return value === '' ? undefined : value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
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
