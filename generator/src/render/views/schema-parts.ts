import type { JsonValue } from '../../model/types.js';
import { literalKey, numberLiteral, quote } from '../code/quote.js';
import type { Call, Entry, ValueExpr } from '../code/value-doc.js';

/** What expressions that validate are put together from. */

/** How names of schemas are written where the expression stands, and what it needs to import. */
export interface SchemaScope {
  /** Before names: `schemas.` outside the file that declares them. */
  readonly prefix: '' | 'schemas.';
  /** Whether a schema is only declared further down, so that it can't be looked at yet. */
  isLater(schema: string): boolean;
  /** Notes that a function of the runtime is used. */
  use(helper: string): void;
}

export function z(method: string, ...args: readonly ValueExpr[]): ValueExpr {
  return { kind: 'chain', head: 'z', calls: [{ name: method, args }] };
}

export function helper(scope: SchemaScope, called: string, ...args: readonly ValueExpr[]): ValueExpr {
  scope.use(called);
  return { kind: 'call', name: called, args };
}

export function string(text: string): ValueExpr {
  return { kind: 'atom', form: 'string', text: quote(text) };
}

function number(value: number): ValueExpr {
  return { kind: 'atom', form: 'number', text: numberLiteral(value) };
}

export function list(items: readonly ValueExpr[]): ValueExpr {
  return { kind: 'list', items };
}

export function bound(method: string, value: number | undefined): readonly Call[] {
  return value === undefined ? [] : [{ name: method, args: [number(value)] }];
}

/** Calls methods of what an expression gives; of a name or a chain, as the others are no heads of chains. */
export function chained(value: ValueExpr, ...calls: readonly Call[]): ValueExpr {
  if (calls.length === 0) return value;
  if (value.kind === 'atom') return { kind: 'chain', head: value.text, calls };
  return value.kind === 'chain' ? { ...value, calls: [...value.calls, ...calls] } : value;
}

/** `X.optional()`, or `z.optional(f())`. */
export function wrapped(value: ValueExpr, method: 'optional' | 'nonoptional' | 'nullable'): ValueExpr {
  return value.kind === 'call' ? z(method, value) : chained(value, { name: method, args: [] });
}

export function range(
  scope: SchemaScope,
  called: string,
  min: number | undefined,
  max: number | undefined,
): ValueExpr {
  const entries: Entry[] = [];
  if (min !== undefined) entries.push({ key: 'min', value: number(min) });
  if (max !== undefined) entries.push({ key: 'max', value: number(max) });
  return helper(scope, called, { kind: 'record', entries });
}

/** Adds checks to an expression, to those that it has already. */
export function withChecks(base: ValueExpr, checks: readonly ValueExpr[], scope: SchemaScope): ValueExpr {
  if (checks.length === 0) return base;
  const last = base.kind === 'chain' ? base.calls.at(-1) : undefined;
  if (base.kind === 'chain' && last?.name === 'check') {
    return {
      ...base,
      calls: [...base.calls.slice(0, -1), { name: 'check', args: [...last.args, ...checks] }],
    };
  }
  const call: Call = { name: 'check', args: checks };
  return base.kind === 'call'
    ? helper(scope, 'allOf', base, chained(z('unknown'), call))
    : chained(base, call);
}

/** A JSON value as a literal. */
export function json(value: JsonValue): ValueExpr {
  if (typeof value === 'string') return string(value);
  if (typeof value === 'number') return number(value);
  if (typeof value !== 'object' || value === null) return { kind: 'atom', form: 'word', text: String(value) };
  if (Array.isArray(value)) return list(value.map((item: JsonValue) => json(item)));
  const entries = Object.entries(value).map(([key, part]) => ({ key: literalKey(key), value: json(part) }));
  return { kind: 'record', entries, expanded: entries.length > 2 };
}
