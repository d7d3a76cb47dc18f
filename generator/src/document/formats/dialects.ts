import { isRecord } from '../json-schema/types.js';
import type { JsonSchema, JsonSchemaObject } from '../types.js';
import type { Draft } from './format.js';
import { eachInner, withInner } from './inner.js';
import type { Problem } from './problems.js';
import { TRANSLATED, translate } from './translate.js';

/** Reads a schema that stands inside another with a format of its own, `{schemaFormat, schema}`. */
type ReadWrapped = (wrapper: JsonSchemaObject) => JsonSchema | undefined;

/**
 * Schemas of other dialects in the words of draft 7. Where there is nothing to translate, a schema is left the very
 * object that it is; what has to change is made anew, once, and cycles stay cycles.
 */
export class Dialect {
  readonly #draft: Draft;
  readonly #readWrapped: ReadWrapped;
  readonly #report: (problem: Problem) => void;
  /** From these nothing leads to anything that needs a translation. */
  readonly #clean = new Set<object>();
  readonly #made = new Map<object, JsonSchemaObject>();
  readonly #originals = new Map<object, JsonSchemaObject>();

  constructor(draft: Draft, readWrapped: ReadWrapped, report: (problem: Problem) => void) {
    this.#draft = draft;
    this.#readWrapped = readWrapped;
    this.#report = report;
  }

  read(schema: JsonSchemaObject): JsonSchemaObject {
    if (this.#isClean(schema)) return schema;
    const open: JsonSchemaObject[] = [];
    const take = (inner: JsonSchema): JsonSchema => {
      const unwrapped = isWrapper(inner) ? (this.#readWrapped(inner) ?? true) : inner;
      if (typeof unwrapped === 'boolean' || unwrapped !== inner) return unwrapped;
      const known = this.#made.get(unwrapped);
      if (known !== undefined) return known;
      const made: JsonSchemaObject = {};
      this.#made.set(unwrapped, made);
      this.#originals.set(made, unwrapped);
      open.push(unwrapped);
      return made;
    };
    const read = take(schema) as JsonSchemaObject;
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const translated = translate(next, this.#draft, schema, this.#report);
      const made = this.#made.get(next);
      for (const [key, value] of Object.entries(withInner(translated, take))) {
        Object.defineProperty(made, key, { value, enumerable: true });
      }
    }
    return read;
  }

  /** The schema, as the document holds it, of which another was made. */
  originalOf(schema: JsonSchemaObject): JsonSchemaObject | undefined {
    return this.#originals.get(schema);
  }

  #isClean(root: JsonSchemaObject): boolean {
    const seen = new Set<object>();
    const open = [root];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (seen.has(next) || this.#clean.has(next)) continue;
      if (
        isWrapper(next) ||
        TRANSLATED[this.#draft].some((keyword) => Object.hasOwn(next as object, keyword))
      ) {
        return false;
      }
      seen.add(next);
      eachInner(next, (inner) => {
        if (isRecord(inner)) open.push(inner);
      });
    }
    for (const schema of seen) this.#clean.add(schema);
    return true;
  }
}

export function isWrapper(value: unknown): value is JsonSchemaObject & { readonly schemaFormat: string } {
  return isRecord(value) && typeof value.schemaFormat === 'string' && value.schema !== undefined;
}
