import { dirname, isAbsolute, join, relative } from 'node:path';
import { absoluteName, type Collected, decode } from './collect.js';
import { parsePointer } from './pointer.js';
import { type Position, toLocation } from './positions.js';
import type { Location, Origin, Source } from './types.js';
import type { ParsedFile } from './yaml.js';

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
  readonly #failures: ReadonlyMap<string, string>;

  /**
   * @param main the document, as the user named it
   * @param source the same as an absolute path
   */
  constructor(
    readonly main: string,
    readonly source: string,
    { files, failures }: Collected,
  ) {
    this.#failures = failures;
    for (const [name, file] of files) {
      this.#shownNames.set(name, this.shownName(name));
      this.#files.set(this.shownName(name), { ...file, source: name });
    }
  }

  /** All of them, by shown name, the document itself first. */
  get all(): ReadonlyMap<string, ParsedFile> {
    return this.#files;
  }

  /** What was read, by absolute path or URL, the document itself first. */
  get sources(): readonly Source[] {
    return [...this.#files.values()].map(({ source, text }) => ({ path: source, text }));
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

  /** Takes a value out of the data; the places of all others stay. `false` for a whole file. */
  remove({ file, path }: Place): boolean {
    const parent = this.raw({ file, path: path.slice(0, -1) });
    const key = path.at(-1);
    if (key === undefined || typeof parent !== 'object' || parent === null) return false;
    return Reflect.deleteProperty(parent, key);
  }

  /** Puts another value in the place of one. */
  replace({ file, path }: Place, value: unknown): boolean {
    const parent = this.raw({ file, path: path.slice(0, -1) });
    const key = path.at(-1);
    if (key === undefined || typeof parent !== 'object' || parent === null) return false;
    return Reflect.defineProperty(parent, key, {
      value,
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }

  /** Where a `$ref` that is written in `from` points to; `undefined` when that file is not among these. */
  target(from: string, ref: string): Place | undefined {
    const hash = ref.indexOf('#');
    const [name, fragment] = hash < 0 ? [ref, ''] : [ref.slice(0, hash), ref.slice(hash + 1)];
    const file = name === '' ? from : this.#fileNamed(from, name);
    const path = parsePointer(decode(fragment));
    return file === undefined || path === undefined ? undefined : { file, path };
  }

  /** Why the file of a reference could not be read. */
  failure(from: string, name: string): string | undefined {
    return this.#failures.get(absoluteName(this.#sourceOf(from), decode(name)));
  }

  #fileNamed(from: string, name: string): string | undefined {
    return this.#shownNames.get(absoluteName(this.#sourceOf(from), decode(name)));
  }

  #sourceOf(file: string): string {
    return this.#files.get(file)?.source ?? this.source;
  }

  locate({ file, pointer }: Origin): Location {
    return this.keyOf({ file, path: parsePointer(pointer) ?? [] });
  }

  /** Where the key of a place stands; for an item of a list, the item. */
  keyOf({ file, path }: Place): Location {
    return toLocation(file, this.#files.get(file)?.keyAt(path) ?? FILE_START);
  }

  /** A word as it is written at a place: `2.0` where the value is 2. */
  written({ file, path }: Place): string {
    const parsed = this.#files.get(file);
    const { line, character } = parsed?.valueAt(path) ?? FILE_START;
    const rest = parsed?.text.split('\n')[line]?.slice(character) ?? '';
    return /^["']?([^"'\s,}#]*)/.exec(rest)?.[1] ?? '';
  }

  /** Where the value of a place stands; for a mapping, a list or nothing, its key. */
  valueOf({ file, path }: Place): Location {
    return toLocation(file, this.#files.get(file)?.valueAt(path) ?? FILE_START);
  }
}

const FILE_START: Position = { line: 0, character: 0 };

/** The member of a raw value; `undefined` when there is none. */
export function child(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;
}
