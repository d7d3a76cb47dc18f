import { createRequire } from 'node:module';
import type * as Ast from '@stoplight/yaml-ast-parser';
import type * as JsYaml from 'js-yaml';
import { type Position, positionAt } from './positions.js';

/** What a reader of YAML (and of JSON, which is YAML) makes of a text. */
export interface ParsedFile {
  readonly text: string;
  /** Plain data, anchors and merge keys filled in; what can be read of it when there are problems. */
  readonly data: unknown;
  readonly problems: readonly SyntaxProblem[];
  /** Where the key of a path stands (of an item of a list: the item); of the nearest path above that is written. */
  keyAt(path: readonly string[]): Position;
  /** Where the value of a path stands; for a mapping, a list or nothing, its key. */
  valueAt(path: readonly string[]): Position;
}

export interface SyntaxProblem extends Position {
  /** As the YAML reader words it. */
  readonly message: string;
}

/** More values than that come only of aliases that multiply each other. */
const MOST_VALUES = 1_000_000;
const require = createRequire(import.meta.url);

/** Reads YAML or JSON with all its positions; never throws for anything that is in the text. */
export function parseYaml(text: string): ParsedFile {
  const source = text.replace(/^\uFEFF/, '');
  const mistake = firstMistake(source);
  if (mistake !== undefined) return { ...plainText(text), data: null, problems: [mistake] };
  const reader: typeof Ast = require('@stoplight/yaml-ast-parser');
  const problems: SyntaxProblem[] = [];
  let root: Ast.YAMLNode | undefined;
  try {
    // Duplicate keys are found below, where both places are known.
    root = reader.load(source, { ignoreDuplicateKeys: true });
  } catch {
    problems.push({ line: 0, character: 0, message: 'This is no YAML that can be read' });
  }
  for (const { reason, isWarning, mark } of root?.errors ?? [])
    if (!isWarning) problems.push({ message: reason, ...positionAt(source, mark.position) });
  const data = new Values(reader, source, problems).of(root);
  const found = (path: readonly string[]) => find(reader, root, path);
  return {
    text,
    data,
    problems,
    keyAt: (path) => positionAt(source, keyOffset(found(path))),
    valueAt: (path) => positionAt(source, valueOffset(reader, found(path))),
  };
}

/**
 * What keeps a text from being YAML. The reader that gives the places is for editors: it goes on after mistakes, and
 * after some of them, inside quotes, for ever. So another one, which stops at the first, has its say before.
 */
function firstMistake(source: string): SyntaxProblem | undefined {
  const { CORE_SCHEMA, load, Type, YAMLException }: typeof JsYaml = require('js-yaml');
  const anyTag = (['scalar', 'sequence', 'mapping'] as const).map(
    (kind) => new Type('', { kind, multi: true }),
  );
  try {
    load(source, { schema: CORE_SCHEMA.extend(anyTag), json: true });
    return undefined;
  } catch (cause) {
    if (!(cause instanceof YAMLException)) throw cause;
    return { message: cause.reason, ...positionAt(source, cause.mark?.position ?? 0) };
  }
}

/** A file of another language, whose text is all the data that there is. */
export function plainText(text: string): ParsedFile {
  const start = () => ({ line: 0, character: 0 });
  return { text, data: text, problems: [], keyAt: start, valueAt: start };
}

/** Builds the data of a tree of nodes. */
class Values {
  readonly #reader: typeof Ast;
  readonly #source: string;
  readonly #problems: SyntaxProblem[];
  /** Nodes around the present one, by way of aliases as well. */
  readonly #around = new Set<Ast.YAMLNode>();
  #count = 0;

  constructor(reader: typeof Ast, source: string, problems: SyntaxProblem[]) {
    this.#reader = reader;
    this.#source = source;
    this.#problems = problems;
  }

  of(node: Ast.YAMLNode | null | undefined): unknown {
    if (node === null || node === undefined) return null;
    this.#count += 1;
    if (this.#count === MOST_VALUES) this.#report(node, 'aliases multiply each other');
    if (this.#count >= MOST_VALUES) return null;
    if (this.#around.has(node)) {
      this.#report(node, 'a value contains itself');
      return null;
    }
    this.#around.add(node);
    const value = this.#build(node);
    this.#around.delete(node);
    return value;
  }

  #build(node: Ast.YAMLNode): unknown {
    const { Kind } = this.#reader;
    switch (node.kind) {
      case Kind.MAP:
        return this.#mapping(node as Ast.YamlMap);
      case Kind.SEQ:
        return (node as Ast.YAMLSequence).items.map((item) => this.of(item));
      case Kind.ANCHOR_REF:
        return this.of((node as Ast.YAMLAnchorReference).value);
      case Kind.SCALAR:
        return scalar(node as Ast.YAMLScalar, this.#reader);
      default:
        return null;
    }
  }

  #mapping({ mappings }: Ast.YamlMap): Readonly<Record<string, unknown>> {
    const mapping: Record<string, unknown> = {};
    const own = new Set<string>();
    for (const { key, value } of mappings) {
      if (key.kind !== this.#reader.Kind.SCALAR) {
        this.#report(key, 'mapping key must be a string scalar rather than collection');
        continue;
      }
      const read = scalar(key, this.#reader);
      if (isMergeKey(key)) {
        for (const [name, merged] of this.#merged(value)) if (!own.has(name)) set(mapping, name, merged);
        continue;
      }
      if (typeof read !== 'string')
        this.#report(
          key,
          `mapping key must be a string scalar rather than ${read === null ? 'null' : typeof read}`,
        );
      const name = key.value ?? 'null';
      if (own.has(name)) this.#report(key, `Duplicate key: ${name}`);
      own.add(name);
      set(mapping, name, this.of(value));
    }
    return mapping;
  }

  /** The members that a merge key brings; of several mappings, the first has the last word. */
  #merged(value: Ast.YAMLNode): readonly (readonly [string, unknown])[] {
    const data = this.of(value);
    const mappings = Array.isArray(data) ? data.toReversed() : [data];
    return mappings.flatMap((each) =>
      typeof each === 'object' && each !== null ? Object.entries(each as object) : [],
    );
  }

  #report(node: Ast.YAMLNode, message: string): void {
    this.#problems.push({ message, ...positionAt(this.#source, node.startPosition) });
  }
}

function scalar(node: Ast.YAMLScalar, reader: typeof Ast): unknown {
  const { ScalarType } = reader;
  switch (reader.determineScalarType(node)) {
    case ScalarType.null:
      return null;
    case ScalarType.bool:
      return reader.parseYamlBoolean(node.value);
    case ScalarType.int:
      return Number(reader.parseYamlBigInteger(node.value));
    case ScalarType.float:
      return reader.parseYamlFloat(node.value);
    default:
      return String(node.value);
  }
}

/** Not an assignment, which would take `__proto__` for something else. */
function set(mapping: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(mapping, name, { value, enumerable: true, writable: true, configurable: true });
}

function isMergeKey(key: Ast.YAMLScalar): boolean {
  return key.value === '<<' && key.plainScalar !== false;
}

/** What stands for a path: the key that leads there, if one does, and the node itself. */
interface Found {
  readonly key?: Ast.YAMLNode;
  readonly node?: Ast.YAMLNode | null | undefined;
}

/** Goes down a path as far as something is written for it. */
function find(reader: typeof Ast, root: Ast.YAMLNode | undefined, path: readonly string[]): Found {
  let found: Found = { node: root };
  for (const name of path) {
    const next = member(reader, found.node, name);
    if (next === undefined) return found;
    found = next;
  }
  return found;
}

function member(reader: typeof Ast, node: Ast.YAMLNode | null | undefined, name: string): Found | undefined {
  const { Kind } = reader;
  const end = node?.kind === Kind.ANCHOR_REF ? (node as Ast.YAMLAnchorReference).value : node;
  if (end?.kind === Kind.SEQ) {
    const item = (end as Ast.YAMLSequence).items[Number(name)];
    return item === undefined ? undefined : { node: item };
  }
  if (end?.kind !== Kind.MAP) return undefined;
  const { mappings } = end as Ast.YamlMap;
  const own = mappings.findLast(({ key }) => key.value === name && !isMergeKey(key));
  if (own !== undefined) return { key: own.key, node: own.value };
  for (const { value } of mappings.filter(({ key }) => isMergeKey(key))) {
    const sources = value?.kind === Kind.SEQ ? (value as Ast.YAMLSequence).items : [value];
    const merged = sources.map((source) => member(reader, source, name)).find((each) => each !== undefined);
    if (merged !== undefined) return merged;
  }
  return undefined;
}

function keyOffset({ key, node }: Found): number {
  if (key !== undefined) return key.startPosition;
  return node?.parent == null ? 0 : node.startPosition;
}

function valueOffset(reader: typeof Ast, found: Found): number {
  const { Kind } = reader;
  // An alias begins at its asterisk.
  if (found.node?.kind === Kind.ANCHOR_REF) return found.node.startPosition - 1;
  // An empty value in `{key: }` is a node without a place.
  const isScalar = found.node?.kind === Kind.SCALAR && found.node.startPosition >= 0;
  return isScalar && found.node ? found.node.startPosition : keyOffset(found);
}
