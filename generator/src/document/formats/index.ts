import { dirname } from 'node:path';
import { error, warning } from '../codes.js';
import type { Files, Place } from '../files.js';
import { isRecord } from '../json-schema/types.js';
import { parsePointer, toPointer } from '../pointer.js';
import type { Tree } from '../tree.js';
import type { Diagnostic, JsonSchema, JsonSchemaObject, Location, Origin } from '../types.js';
import { readAvro } from './avro.js';
import { Dialect, isWrapper } from './dialects.js';
import { type Draft, formatOf, nearestFormat } from './format.js';
import { definitionOf, type Problem, type Reading } from './problems.js';
import { loadProtobuf, type ReadProtobuf } from './protobuf.js';
import { readRaml } from './raml.js';

/**
 * Schemas of every language in JSON Schema's terms, draft 7. Some languages take a library that is only loaded when a
 * document needs it, and that may be slow: `read` then gives nothing yet, and everything after `settle`.
 */
export class Formats {
  readonly #tree: Tree;
  readonly #files: Files;
  readonly #dialects = new Map<Draft, Dialect>();
  /** By the value itself, or by its text. */
  readonly #readings = new Map<unknown, Reading>();
  readonly #waiting = new Map<unknown, () => Promise<Reading>>();
  readonly #origins = new Map<object, Origin>();
  readonly #diagnostics = new Map<string, Diagnostic>();
  #readProtobuf: Promise<ReadProtobuf> | undefined;

  constructor(tree: Tree, files: Files) {
    this.#tree = tree;
    this.#files = files;
  }

  /**
   * The schema, or nothing when there is none to be had; `diagnostics` says why.
   *
   * @param written as in the document, or 3.x's `{schemaFormat, schema}`
   * @param format what `schemaFormat` beside it says; undefined for AsyncAPI's own
   * @param at where it is written
   */
  read(written: unknown, format: string | undefined, at: Place): JsonSchema | undefined {
    if (isWrapper(written)) {
      const place = this.#placeOf(written) ?? at;
      return this.read(written.schema, written.schemaFormat, {
        file: place.file,
        path: [...place.path, 'schema'],
      });
    }
    const found = format === undefined ? formatOf('application/schema') : formatOf(format);
    switch (found?.kind) {
      case undefined:
        return this.#unknown(format ?? '', at);
      case 'json-schema':
        if (typeof written === 'boolean') return written;
        // 2.x has components of every language, and it takes a message to say which.
        if (format === undefined && this.#readings.has(written)) return this.#readings.get(written)?.schema;
        return isRecord(written) ? this.#dialect(found.draft).read(written) : undefined;
      case 'avro':
        return this.#take(keyOf('avro', written), written, at, () => readAvro(written));
      case 'protobuf': {
        const called = at.path;
        return this.#take(`protobuf ${called.join()} ${written}`, written, at, () =>
          this.#protobuf(written, called),
        );
      }
      case 'raml':
        return this.#take(keyOf('raml', written), written, at, () =>
          readRaml(written, dirname(this.#files.main)),
        );
      default:
        throw found satisfies never;
    }
  }

  /** Waits for what `read` could not give at once; `false` when there is nothing of the kind. */
  async settle(): Promise<boolean> {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    // What was read so far may lack what stands inside it.
    if (waiting.length > 0) this.#dialects.clear();
    for (const [key, start] of waiting) this.#readings.set(key, await start());
    return waiting.length > 0;
  }

  /** Says that a payload is bytes, whatever its schema says. */
  warnOfBytes(contentType: string, payload: unknown, message: Place): void {
    if (payload === undefined || (isRecord(payload) && payload.type === 'string')) return;
    const said = `A payload of content type ${contentType} is handed over as bytes: it is \`Uint8Array\`, and its schema is not checked.`;
    this.#note('FS_CONTENT_TYPE_BYTES', said, this.#locate(message, 'contentType'), message.path);
  }

  get diagnostics(): readonly Diagnostic[] {
    return [...this.#diagnostics.values()];
  }

  /** Where a schema was written, if it is more than an inline detail; `undefined` for what is not made here. */
  originOf(schema: JsonSchemaObject): Origin | undefined {
    const own = this.#origins.get(schema);
    if (own !== undefined) return own;
    for (const dialect of this.#dialects.values()) {
      const original = dialect.originalOf(schema);
      if (original !== undefined) return this.#referenced(original);
    }
    return undefined;
  }

  #dialect(draft: Draft): Dialect {
    const known = this.#dialects.get(draft);
    if (known !== undefined) return known;
    const readWrapped = (wrapper: JsonSchemaObject) => {
      return this.read(wrapper, undefined, this.#placeOf(wrapper) ?? this.#tree.root);
    };
    const report = (problem: Problem) => this.#report(problem, this.#tree.root);
    const dialect = new Dialect(draft, readWrapped, report);
    this.#dialects.set(draft, dialect);
    return dialect;
  }

  #take(
    key: unknown,
    written: unknown,
    at: Place,
    read: () => Reading | Promise<Reading>,
  ): JsonSchema | undefined {
    const reading = this.#readings.get(key);
    if (reading === undefined) {
      this.#waiting.set(key, async () => read());
      return undefined;
    }
    const origin = (isRecord(written) && this.#tree.originOf(written)) || {
      file: at.file,
      pointer: toPointer(at.path),
    };
    const { schema, named, problems } = reading;
    for (const problem of problems) this.#report(problem, at);
    for (const [inner, steps] of named) {
      if (inner !== schema && !this.#origins.has(inner))
        this.#origins.set(inner, definitionOf(origin, steps));
    }
    const referenced = isRecord(written) ? this.#referenced(written) : undefined;
    if (isRecord(schema) && referenced !== undefined) this.#origins.set(schema, referenced);
    return schema;
  }

  async #protobuf(text: unknown, called: readonly string[]): Promise<Reading> {
    this.#readProtobuf ??= loadProtobuf();
    return (await this.#readProtobuf)(text, called);
  }

  #unknown(format: string, at: Place): undefined {
    const said = `This schema is written in ${format}, which fs-gen can't read: it is \`unknown\`, and not checked.`;
    const near = nearestFormat(format);
    const hint = near === undefined ? undefined : `Is \`${near}\` meant?`;
    const beside: Place = { file: at.file, path: at.path.slice(0, -1) };
    this.#note('FS_SCHEMA_FORMAT_UNKNOWN', said, this.#locate(beside, 'schemaFormat'), at.path, hint);
  }

  #report({ severity, code, message, hint, part, line }: Problem, at: Place): void {
    const origin = part && this.#tree.originOf(part);
    const end = this.#tree.end(at);
    const own = origin === undefined ? this.#files.keyOf(at) : this.#files.locate(origin);
    const isWholeFile = line !== undefined && end?.path.length === 0;
    const location = isWholeFile ? { file: end.file, line, column: 1 } : own;
    const say = severity === 'error' ? error : warning;
    this.#keep(say(code, message, location, { hint, ...(origin === undefined && { path: at.path }) }));
  }

  #note(
    code: Parameters<typeof warning>[0],
    message: string,
    location: Location,
    path: readonly string[],
    hint?: string,
  ): void {
    this.#keep(warning(code, message, location, { hint, path }));
  }

  /** Once, however many channels use the message. */
  #keep(diagnostic: Diagnostic): void {
    const { code, message, location } = diagnostic;
    this.#diagnostics.set(JSON.stringify([code, message, location]), diagnostic);
  }

  #locate(parent: Place, field: string): Location {
    return this.#files.valueOf({ file: parent.file, path: [...parent.path, field] });
  }

  #placeOf(value: object): Place | undefined {
    const origin = this.#tree.originOf(value);
    const path = origin && parsePointer(origin.pointer);
    return origin && path && { file: origin.file, path };
  }

  #referenced(original: object): Origin | undefined {
    return this.#tree.isReferenced(original) ? this.#tree.originOf(original) : undefined;
  }
}

/** What is written once is read once; texts are told apart by their language as well. */
function keyOf(language: string, written: unknown): unknown {
  return typeof written === 'object' && written !== null ? written : `${language} ${written}`;
}
