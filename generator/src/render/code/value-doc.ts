import { builders, utils } from 'prettier/doc';
import { commentDoc, type Doc, PRINT_WIDTH, TAB_WIDTH } from './layout.js';

const {
  breakParent,
  conditionalGroup,
  fill,
  group,
  hardline,
  ifBreak,
  indent,
  indentIfBreak,
  join,
  line,
  softline,
} = builders;
const { willBreak } = utils;

/** A JavaScript expression on its way to be printed. */
export type ValueExpr =
  /** A literal, or a name, perhaps with dots. */
  | {
      readonly kind: 'atom';
      readonly text: string;
      readonly form: 'name' | 'string' | 'number' | 'regex' | 'word';
    }
  | { readonly kind: 'list'; readonly items: readonly ValueExpr[] }
  | { readonly kind: 'record'; readonly entries: readonly Entry[]; readonly expanded?: boolean }
  /** `z.string().min(1)`: a name, and calls one after the other. */
  | { readonly kind: 'chain'; readonly head: string; readonly calls: readonly Call[] }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly ValueExpr[] }
  | { readonly kind: 'lazy'; readonly body: ValueExpr }
  /** `value as type`. */
  | { readonly kind: 'cast'; readonly value: ValueExpr; readonly type: string };

export interface Call {
  readonly name: string;
  readonly args: readonly ValueExpr[];
}

export interface Entry {
  /** As it stands in the code, with quotes where it needs them. */
  readonly key: string;
  readonly value: ValueExpr;
  readonly comment?: readonly string[];
  /** `get key() { return value; }`: looked at when first needed; `key`: the variable of that name. */
  readonly form?: 'getter' | 'shorthand';
}

export function name(text: string): ValueExpr {
  return { kind: 'atom', text, form: 'name' };
}

function valueDoc(value: ValueExpr): Doc {
  switch (value.kind) {
    case 'atom':
      return value.text;
    case 'list':
      return listDoc(value.items);
    case 'record':
      return recordDoc(value.entries, value.expanded ?? false);
    case 'chain':
      return chainDoc(value.head, value.calls);
    case 'call':
      return [value.name, argumentsDoc(value.args)];
    case 'lazy':
      return lazyDoc(value.body);
    case 'cast':
      return [valueDoc(value.value), ` as ${value.type}`];
  }
}

/** An object in parentheses, or its braces would be those of a function. */
function lazyDoc(body: ValueExpr): Doc {
  if (body.kind === 'record') return ['() => (', valueDoc(body), ')'];
  if (body.kind === 'list') return ['() => ', valueDoc(body)];
  return group(['() =>', group(indent([line, valueDoc(body)]))]);
}

function listDoc(items: readonly ValueExpr[]): Doc {
  if (items.length === 0) return '[]';
  const docs = items.map(valueDoc);
  if (isNumbers(items)) {
    const parts = docs.flatMap((doc, index) => (index === docs.length - 1 ? [doc] : [[doc, ','], line]));
    return group(['[', indent([softline, fill(parts), ifBreak(',')]), softline, ']']);
  }
  return group(['[', indent([softline, join([',', line], docs), ifBreak(',')]), softline, ']'], {
    shouldBreak: isMatrix(items),
  });
}

function isNumbers(items: readonly ValueExpr[]): boolean {
  return items.length > 1 && items.every((item) => item.kind === 'atom' && item.form === 'number');
}

/** Several lists or several records of more than one part each stand below each other. */
function isMatrix(items: readonly ValueExpr[]): boolean {
  const [first] = items;
  if (items.length < 2 || first === undefined) return false;
  return items.every(
    (item) =>
      item.kind === first.kind &&
      ((item.kind === 'list' && item.items.length > 1) ||
        (item.kind === 'record' && item.entries.length > 1)),
  );
}

function recordDoc(entries: readonly Entry[], expanded: boolean): Doc {
  if (entries.length === 0) return '{}';
  const docs = entries.map((entry) => [commentDoc(entry.comment ?? []), entryDoc(entry)]);
  return group(['{', indent([line, join([',', line], docs)]), ifBreak(','), line, '}'], {
    shouldBreak: expanded || entries.some(({ comment }) => comment !== undefined && comment.length > 0),
  });
}

function entryDoc({ key, value, form }: Entry): Doc {
  if (form === 'shorthand') return key;
  if (form === 'getter') return [`get ${key}() `, bodyDoc(value)];
  return assignmentDoc(`${key}:`, value, key.length <= TAB_WIDTH);
}

/** `{ return value; }`, over three lines. */
export function bodyDoc(value: ValueExpr): Doc {
  return ['{', indent([hardline, returnDoc(value)]), hardline, '}'];
}

function returnDoc(value: ValueExpr): Doc {
  return ['return ', valueDoc(value), ';'];
}

/** `left value`, the value on a line of its own where that helps. */
export function assignmentDoc(left: string, value: ValueExpr, short = false): Doc {
  const doc = valueDoc(value);
  if (short && value.kind === 'atom') return group([left, ' ', doc]);
  if (value.kind === 'atom' && value.form === 'string')
    return group([left, group(indent(line)), indent(doc)]);
  if (value.kind === 'atom' && value.form === 'name' && value.text.includes('.'))
    return breakAfter(left, doc);
  if (isPoorlyBreakable(value)) return breakAfter(left, doc);
  const id = Symbol('assignment');
  return group([left, group(indent(line), { id }), indentIfBreak(doc, { groupId: id })]);
}

function breakAfter(left: string, doc: Doc): Doc {
  return group([left, group(indent([line, doc]))]);
}

/** A chain without a good place to break it: calls with no argument, or a single short one. */
function isPoorlyBreakable(value: ValueExpr): boolean {
  if (value.kind !== 'chain' && value.kind !== 'call') return false;
  const calls = value.kind === 'call' ? [value] : value.calls;
  if (value.kind === 'chain' && !staysTogether(value.head, calls)) return false;
  return calls.every(({ args }) => args.length === 0 || (args.length === 1 && args.every(isShort)));
}

function isShort(value: ValueExpr): boolean {
  if (value.kind === 'list') return value.items.length === 0;
  if (value.kind === 'record') return value.entries.length === 0;
  if (value.kind !== 'atom') return false;
  if (value.form === 'regex') return regexSource(value.text).length <= PRINT_WIDTH / 4;
  if (value.form === 'name') return !value.text.includes('.') && value.text.length <= PRINT_WIDTH / 4;
  return value.form === 'string' ? value.text.length <= PRINT_WIDTH / 4 : true;
}

function regexSource(literal: string): string {
  return literal.slice(1, literal.lastIndexOf('/'));
}

/** `(a, b)`: on one line, or with the last argument opened, or one argument a line. */
function argumentsDoc(args: readonly ValueExpr[]): Doc {
  if (args.length === 0) return '()';
  const docs = args.map(valueDoc);
  const allBroken = (): Doc =>
    group(['(', indent([line, join([',', line], docs), ',']), line, ')'], { shouldBreak: true });
  if (args.length > 1 && args.some(takesFunction)) return allBroken();
  if (hugsLast(args)) {
    const last = docs.at(-1) ?? '';
    const before = docs.slice(0, -1);
    if (before.some((doc) => willBreak(doc))) return allBroken();
    const withLast = (lastDoc: Doc): Doc => ['(', join(', ', [...before, lastDoc]), ')'];
    return [
      willBreak(last) ? breakParent : '',
      conditionalGroup([withLast(last), withLast(group(last, { shouldBreak: true })), allBroken()]),
    ];
  }
  return group(['(', indent([softline, join([',', line], docs), ifBreak(',')]), softline, ')'], {
    shouldBreak: docs.some((doc) => willBreak(doc)),
  });
}

/** `z.lazy(() => X)` among other arguments: each of them gets a line. */
function takesFunction(value: ValueExpr): boolean {
  const call = value.kind === 'chain' ? value.calls.at(-1) : value.kind === 'call' ? value : undefined;
  return call?.args.some(({ kind }) => kind === 'lazy') ?? false;
}

function hugsLast(args: readonly ValueExpr[]): boolean {
  const last = args.at(-1);
  const before = args.at(-2);
  if (last === undefined || before?.kind === last.kind) return false;
  if (last.kind === 'record') return last.entries.length > 0;
  if (last.kind === 'list') return last.items.length > 0 && !(args.length > 1 && isNumbers(last.items));
  return last.kind === 'lazy' && (last.body.kind === 'chain' || last.body.kind === 'call');
}

/**
 * Up to one call stays behind its head; more of them break before every dot, or nowhere. A capitalised head
 * keeps its first call in any case.
 */
function chainDoc(head: string, calls: readonly Call[]): Doc {
  const docs = calls.map((call): Doc => [`.${call.name}`, argumentsDoc(call.args)]);
  const oneLine: Doc = [head, ...docs];
  if (staysTogether(head, calls)) return oneLine;
  const kept = keptCalls(head);
  const expanded: Doc = [head, docs.slice(0, kept), indent(docs.slice(kept).map((doc) => [hardline, doc]))];
  const complex = calls.length > 2 && calls.some(({ args }) => !args.every((arg) => isSimple(arg)));
  if (complex || docs.slice(0, -1).some((doc) => willBreak(doc))) return group(expanded);
  return [willBreak(oneLine) ? breakParent : '', conditionalGroup([oneLine, expanded])];
}

function staysTogether(head: string, calls: readonly Call[]): boolean {
  return calls.length < 2 + keptCalls(head);
}

function keptCalls(head: string): number {
  return /(^|\.)[A-Z][^.]*$/.test(head) ? 1 : 0;
}

/** An atom, or one layer of atoms. */
function isSimple(value: ValueExpr, depth = 0): boolean {
  if (value.kind === 'atom') return value.form !== 'regex' || regexSource(value.text).length <= 5;
  if (value.kind === 'cast' || value.kind === 'lazy') return false;
  const parts = partsOf(value);
  return parts === undefined || (parts.length > 0 && depth > 0)
    ? false
    : parts.every((part) => isSimple(part, depth + 1));
}

function partsOf(
  value: Exclude<ValueExpr, { kind: 'atom' | 'cast' | 'lazy' }>,
): readonly ValueExpr[] | undefined {
  switch (value.kind) {
    case 'list':
      return value.items;
    case 'record':
      return value.entries.some(({ key, form }) => form === 'getter' || key.startsWith('['))
        ? undefined
        : value.entries.map((entry) => entry.value);
    case 'chain':
      return value.calls.some(({ args }) => args.length > 2)
        ? undefined
        : value.calls.flatMap(({ args }) => args);
    case 'call':
      return value.args.length > 2 ? undefined : value.args;
  }
}
