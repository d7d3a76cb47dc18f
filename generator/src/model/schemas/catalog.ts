import type { JsonSchema, JsonSchemaObject, LoadedDocument, Origin } from '../../document/types.js';
import { allocateNames, compare, type NameRequest } from '../naming/allocate.js';
import { OWN_TYPES } from '../naming/reserved.js';
import { pascalCase, words } from '../naming/words.js';
import { below, placeKey } from '../report.js';
import { type Child, childrenOf, schemasIn } from './children.js';
import { type Cycles, findCycles } from './cycles.js';
import { aliasOf } from './flatten.js';
import { isSchemaObject, schemaMapAt, stringAt } from './keywords.js';
import { nameOfSource, nameOfTarget } from './source-names.js';
import type { Source } from './sources.js';
import { typesSpokenOf } from './types-of.js';

/** A schema that gets a TypeScript name. */
export interface Entry {
  readonly name: string;
  readonly schema: JsonSchema;
  readonly at: Origin;
  /** Name of the entry that it is only another name for. */
  readonly alias?: string;
  /** Shown whether or not anything uses it. */
  readonly root: boolean;
}

/** Which schemas have which names. */
export interface Catalog {
  /** Sorted by name. */
  readonly entries: readonly Entry[];
  nameOf(schema: JsonSchemaObject): string | undefined;
  placeOf(schema: JsonSchemaObject): Origin | undefined;
  /** Key of a component, or what else a `discriminator` calls the schema. */
  keyOf(schema: JsonSchemaObject): string | undefined;
  /** It contains itself, directly or through others. */
  isCyclic(schema: JsonSchemaObject): boolean;
}

/** How deep inline objects are named after where they are: `Order`, `OrderCustomer`, `OrderCustomerAddress`. */
const NAMED_LEVELS = 2;

interface Draft {
  readonly schema: JsonSchema;
  readonly at: Origin;
  readonly request: NameRequest;
  readonly root: boolean;
  readonly key?: string;
}

/**
 * Finds the schemas that deserve names, and names them: components by their keys, targets of other references
 * by where they are, payloads after their messages, and objects inside them after parent and property.
 *
 * @param reserved type names that the SDK needs for itself
 */
export function buildCatalog(
  document: LoadedDocument,
  sources: readonly Source[],
  reserved: readonly string[],
): Catalog {
  const roots = sources.flatMap(({ schema }) => (isSchemaObject(schema) ? [schema] : []));
  return new Naming(document, findCycles(roots, schemasIn), [...OWN_TYPES, ...reserved]).run(sources);
}

class Naming {
  readonly #document: LoadedDocument;
  readonly #cycles: Cycles<JsonSchemaObject>;
  readonly #reserved: ReadonlySet<string>;
  readonly #drafts = new Map<JsonSchemaObject, Draft>();
  /** Component schemas that are `true` or `false`, and second names: they have no identity to find them by. */
  readonly #extra: Draft[] = [];
  readonly #names = new Map<string, string>();
  readonly #byPlace = new Map<string, JsonSchemaObject>();

  constructor(document: LoadedDocument, cycles: Cycles<JsonSchemaObject>, reserved: readonly string[]) {
    this.#document = document;
    this.#cycles = cycles;
    this.#reserved = new Set(reserved);
  }

  run(sources: readonly Source[]): Catalog {
    // What stands in its own place goes before second names for it.
    const away = ({ schema, at }: Source) => isSchemaObject(schema) && this.#isTarget(schema, at);
    for (const source of sources.filter((each) => !away(each))) this.#draftSource(source);
    for (const source of sources.filter(away)) this.#draftSource(source);
    this.#draftTargets(sources);
    this.#allocate([...this.#drafts.values(), ...this.#extra]);
    let parents = [...this.#drafts.values()];
    for (let level = 1; parents.length > 0; level += 1) {
      parents = this.#draftInline(parents, level);
      this.#allocate(parents);
    }
    return this.#catalog();
  }

  #draftSource(source: Source): void {
    const { schema, kind, key } = source;
    if (kind !== 'component') {
      if (!isSchemaObject(schema) || this.#isTarget(schema, source.at) || !deservesName(schema)) return;
    }
    const { names, rank } = nameOfSource(source);
    this.#draft(schema, source.at, names, rank, kind === 'component', key);
  }

  /** What references lead to outside `components.schemas`: `definitions`, other files, other components. */
  #draftTargets(sources: readonly Source[]): void {
    const seen = new Set<JsonSchemaObject>();
    const open = sources.map(({ schema, at }) => ({ schema, at }));
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { schema } = next;
      if (!isSchemaObject(schema) || seen.has(schema)) continue;
      seen.add(schema);
      const at = this.#isTarget(schema, next.at) ? (this.#document.originOf(schema) ?? next.at) : next.at;
      if (at !== next.at && !this.#drafts.has(schema)) {
        this.#draft(schema, at, nameOfTarget(at, stringAt(schema, 'title')), 2, false);
      }
      for (const child of childrenOf(schema)) {
        open.push({ schema: child.schema, at: below(at, ...child.path) });
      }
    }
  }

  #draftInline(parents: readonly Draft[], level: number): Draft[] {
    const found: Draft[] = [];
    const seen = new Set<JsonSchemaObject>();
    const visit = (child: Child, parent: string, at: Origin, labels: string, checking: boolean): void => {
      const { schema } = child;
      if (!isSchemaObject(schema) || this.#drafts.has(schema) || seen.has(schema)) return;
      const inner = below(at, ...child.path);
      const label = labels + (child.label ?? pascalCase(child.path.join(' ')));
      const unseen = checking || child.label === undefined;
      const forced = this.#cycles.entrances.has(schema);
      if (forced || (!unseen && label !== '' && level <= NAMED_LEVELS && isRecord(schema))) {
        const draft = this.#draft(
          schema,
          inner,
          inlineNames(schema, child, parent + (label || 'Part')),
          4,
          false,
        );
        if (draft !== undefined) found.push(draft);
        return;
      }
      seen.add(schema);
      for (const next of childrenOf(schema)) visit(next, parent, inner, label, unseen);
    };
    for (const { schema, at, request } of [...parents].sort((a, b) =>
      compare(a.request.key, b.request.key),
    )) {
      if (!isSchemaObject(schema)) continue;
      const name = this.#names.get(request.key) ?? '';
      for (const child of childrenOf(schema)) visit(child, name, at, '', false);
    }
    return found;
  }

  #draft(
    schema: JsonSchema,
    at: Origin,
    names: readonly [string, ...string[]],
    rank: number,
    root: boolean,
    key?: string,
  ): Draft | undefined {
    const usable = ([first, ...others]: readonly [string, ...string[]]): [string, ...string[]] => [
      this.#usable(first),
      ...others.map((name) => this.#usable(name)),
    ];
    const request = { key: placeKey(at), candidates: usable(names), rank };
    const draft = { schema, at, request, root, ...(key !== undefined && { key }) };
    if (!isSchemaObject(schema) || this.#draftOf(schema) !== undefined) {
      if (root) this.#extra.push(draft);
      return undefined;
    }
    const origin = this.#document.originOf(schema);
    if (origin !== undefined) this.#byPlace.set(placeKey(origin), schema);
    this.#drafts.set(schema, draft);
    return draft;
  }

  #usable(name: string): string {
    return this.#reserved.has(name) ? `${name}Type` : name;
  }

  #allocate(drafts: readonly Draft[]): void {
    const taken = [...this.#names.values(), ...this.#reserved];
    for (const [key, name] of allocateNames(
      drafts.map(({ request }) => request),
      taken,
    )) {
      this.#names.set(key, name);
    }
  }

  /** Whether the schema stands elsewhere than where the walk has come to it. */
  #isTarget(schema: JsonSchemaObject, at: Origin): boolean {
    const origin = this.#document.originOf(schema);
    return origin !== undefined && placeKey(origin) !== placeKey(at);
  }

  /** By identity, or by place: what is read twice, as happens over several files, is one schema. */
  #draftOf(schema: JsonSchemaObject): Draft | undefined {
    const own = this.#drafts.get(schema);
    if (own !== undefined) return own;
    const origin = this.#document.originOf(schema);
    const twin = origin && this.#byPlace.get(placeKey(origin));
    return twin && this.#drafts.get(twin);
  }

  #catalog(): Catalog {
    const nameOf = (schema: JsonSchemaObject): string | undefined => {
      const draft = this.#draftOf(schema);
      return draft && this.#names.get(draft.request.key);
    };
    const entry = ({ schema, at, request, root }: Draft): Entry => {
      const name = this.#names.get(request.key) ?? '';
      const other = isSchemaObject(schema) ? nameOf(schema) : undefined;
      return { name, schema, at, root, ...(other !== undefined && other !== name && { alias: other }) };
    };
    return {
      entries: [...this.#drafts.values(), ...this.#extra].map(entry).sort((a, b) => compare(a.name, b.name)),
      nameOf,
      placeOf: (schema) => this.#draftOf(schema)?.at,
      keyOf: (schema) => {
        const draft = this.#draftOf(schema);
        return draft?.key ?? (draft && this.#names.get(draft.request.key));
      },
      isCyclic: (schema) => this.#cycles.members.has(schema),
    };
  }
}

/** An object that is worth a name: with one property it says as much in place. */
function isRecord(schema: JsonSchemaObject): boolean {
  return schemaMapAt(schema, 'properties').length > 1;
}

/** Whether a payload is more than a scalar or another name for something. */
function deservesName(schema: JsonSchemaObject): boolean {
  if (aliasOf(schema) !== undefined) return false;
  const composed = ['allOf', 'anyOf', 'oneOf'].some((keyword) => Array.isArray(schema[keyword]));
  const listed = Array.isArray(schema.enum) && schema.enum.length > 1;
  return composed || listed || typesSpokenOf(schema).has('object');
}

/** A title goes first, if it says something else than the property's own name. */
function inlineNames(
  schema: JsonSchemaObject,
  { label }: Child,
  derived: string,
): readonly [string, ...string[]] {
  const title = stringAt(schema, 'title');
  const name = title === undefined ? '' : pascalCase(title);
  const telling = name !== '' && name !== label && words(title ?? '').length <= 5;
  return telling ? [name, derived] : [derived];
}
