import { dirname, isAbsolute, join, relative } from 'node:path';
import type { ParsedFile } from './parser.js';
import { parsePointer } from './pointer.js';
import { FILE_START, keyAfter, keyBefore, toLocation, valueStart } from './positions.js';
import type { Location, Origin } from './types.js';

/** A node of one of the document's files, which need not exist. */
export interface Place {
  /** As shown to people: the document as the user named it, others relative to that. */
  readonly file: string;
  readonly path: readonly string[];
}

/** The files that a document is made of: raw data as written, and where each bit of it stands. */
export class Files {
  /** By shown name; `source` is what references count from. */
  readonly #files = new Map<string, ParsedFile & { readonly source: string }>();
  readonly #shownNames = new Map<string, string>();

  /**
   * @param main the document, as the user named it
   * @param source the same as an absolute path
   */
  constructor(
    readonly main: string,
    readonly source: string,
    files: ReadonlyMap<string, ParsedFile>,
  ) {
    for (const [name, file] of files) {
      this.#shownNames.set(name, this.shownName(name));
      this.#files.set(this.shownName(name), { ...file, source: name });
    }
  }

  /** Some file contains the text. */
  mention(text: string): boolean {
    return [...this.#files.values()].some((file) => file.text.includes(text));
  }

  shownName(source: string): string {
    if (source === this.source) return this.main;
    return isAbsolute(source) ? join(dirname(this.main), relative(dirname(this.source), source)) : source;
  }

  /** The raw value at a place; references are not followed. */
  raw({ file, path }: Place): unknown {
    return path.reduce<unknown>(child, this.#files.get(file)?.data);
  }

  /** Where a `$ref` that is written in `from` points to; `undefined` when that file is not among these. */
  target(from: string, ref: string): Place | undefined {
    const hash = ref.indexOf('#');
    const [name, fragment] = hash < 0 ? [ref, ''] : [ref.slice(0, hash), ref.slice(hash + 1)];
    const file = name === '' ? from : this.#fileNamed(from, name);
    const path = parsePointer(decode(fragment));
    return file === undefined || path === undefined ? undefined : { file, path };
  }

  #fileNamed(from: string, name: string): string | undefined {
    const base = this.#files.get(from)?.source ?? this.source;
    return [name, decode(name)]
      .map((written) => this.#shownNames.get(absolute(base, written)))
      .find((shown) => shown !== undefined);
  }

  locate({ file, pointer }: Origin): Location {
    return this.keyOf({ file, path: parsePointer(pointer) ?? [] });
  }

  /** Where the key of a place stands; for an item of a list, the item. */
  keyOf(place: Place): Location {
    const { file, path } = this.#existing(place);
    const parsed = this.#files.get(file);
    const key = path.at(-1);
    if (key === undefined || parsed === undefined) return toLocation(file, FILE_START);
    const start = valueStart(parsed, path);
    const parent: Place = { file, path: path.slice(0, -1) };
    if (start !== undefined) {
      const isItem = Array.isArray(this.raw(parent));
      return toLocation(file, isItem ? start : (keyBefore(parsed.text, key, start) ?? start));
    }
    // Nothing is written for the value, or it came in by a YAML merge key and stands nowhere below its parent.
    const above = valueStart(parsed, parent.path) ?? FILE_START;
    const found = this.raw({ file, path }) === null ? keyAfter(parsed.text, key, above) : undefined;
    return found === undefined ? this.keyOf(parent) : toLocation(file, found);
  }

  /** Where the value of a place stands; for a mapping, a list or nothing, its key. */
  valueOf(place: Place): Location {
    const { file, path } = this.#existing(place);
    const parsed = this.#files.get(file);
    const start = parsed && valueStart(parsed, path);
    const isScalar = typeof this.raw({ file, path }) !== 'object';
    return isScalar && start !== undefined ? toLocation(file, start) : this.keyOf({ file, path });
  }

  /** The place itself, or the nearest one above it that was written down. */
  #existing({ file, path }: Place): Place {
    let existing = path;
    while (existing.length > 0 && this.raw({ file, path: existing }) === undefined)
      existing = existing.slice(0, -1);
    return { file, path: existing };
  }
}

/** The member of a raw value; `undefined` when there is none. */
export function child(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;
}

function absolute(base: string, name: string): string {
  if (/^[a-z][a-z\d+.-]+:\/\//i.test(name)) return name.replace(/\/$/, '');
  if (/^[a-z][a-z\d+.-]+:\/\//i.test(base)) return new URL(name, base).href;
  return isAbsolute(name) ? name : join(dirname(base), name);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
