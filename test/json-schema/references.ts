import metaSchema from 'ajv/dist/refs/json-schema-draft-07.json' with { type: 'json' };
import type { JsonSchema, Origin } from '../../generator/src/document/types.js';

/**
 * Resolves the references of a draft-07 schema the way the document station hands schemas on: what is written
 * once is one object, cycles are real, and what a reference leads to has an origin.
 */

export interface Resolved {
  readonly schema: JsonSchema;
  /** Where the targets of references were written. */
  readonly origins: ReadonlyMap<object, Origin>;
}

type Raw = Readonly<Record<string, unknown>>;

/** Where the schema begins, for lack of an `$id`. */
const BASE = 'suite:/schema';

const SINGLE = [
  'additionalProperties',
  'additionalItems',
  'contains',
  'propertyNames',
  'not',
  'if',
  'then',
  'else',
];
const LISTS = ['allOf', 'anyOf', 'oneOf'];
const MAPS = ['properties', 'patternProperties', 'definitions'];

/** Undefined when a reference leads to another document than the meta-schema. */
export function resolveReferences(root: unknown, at: Origin): Resolved | undefined {
  const places = new Map<object, { readonly base: string; readonly pointer: string }>();
  const ids = new Map<string, unknown>([[BASE, root]]);
  const made = new Map<object, object>();
  const origins = new Map<object, Origin>();
  let remote = false;

  register(metaSchema, 'suite:/meta', '/meta');
  register(root, BASE, at.pointer);
  const schema = make(root) as JsonSchema;
  return remote ? undefined : { schema, origins };

  function register(raw: unknown, outer: string, pointer: string): void {
    if (!isRaw(raw) || places.has(raw)) return;
    let base = outer;
    if (typeof raw.$id === 'string' && typeof raw.$ref !== 'string') {
      const id = new URL(raw.$id, outer).href;
      ids.set(id.replace(/#$/, ''), raw);
      if (!raw.$id.startsWith('#')) base = id.replace(/#.*$/, '');
    }
    places.set(raw, { base, pointer });
    eachChild(raw, (child, path) => {
      register(child, base, pointer + path);
      return child;
    });
  }

  function make(raw: unknown): unknown {
    if (!isRaw(raw)) return raw;
    if (typeof raw.$ref === 'string') return follow(raw, raw.$ref);
    const known = made.get(raw);
    if (known !== undefined) return known;
    const copy = {};
    made.set(raw, copy);
    const parts = eachChild(raw, make);
    for (const [key, value] of Object.entries(parts)) {
      Object.defineProperty(copy, key, { value, enumerable: true, configurable: true, writable: true });
    }
    return copy;
  }

  function follow(raw: Raw, reference: string): unknown {
    const target = find(new URL(reference, places.get(raw)?.base ?? BASE));
    if (target === undefined) {
      remote = true;
      return true;
    }
    const schema = make(target);
    if (isRaw(schema) && isRaw(target)) {
      const pointer = places.get(target)?.pointer ?? `${at.pointer}/elsewhere${reference.replace(/^#/, '')}`;
      origins.set(schema, { file: at.file, pointer });
    }
    return schema;
  }

  function find(url: URL): unknown {
    const exact = ids.get(url.href.replace(/#$/, ''));
    if (exact !== undefined) return exact;
    const start = ids.get(url.href.replace(/#.*$/, ''));
    if (start === undefined || !url.hash.startsWith('#/')) return undefined;
    const segments = decodeURIComponent(url.hash).slice(2).split('/');
    return segments.reduce<unknown>((value, segment) => {
      const key = segment.replaceAll('~1', '/').replaceAll('~0', '~');
      return typeof value === 'object' && value !== null ? (value as Raw)[key] : undefined;
    }, start);
  }
}

/** The schema with `change` applied to every schema directly inside. */
function eachChild(raw: Raw, change: (child: unknown, path: string) => unknown): Raw {
  const map = (key: string, value: unknown) =>
    Object.fromEntries(
      Object.entries(value as Raw).map(([name, part]) => [name, change(part, `/${key}/${escaped(name)}`)]),
    );
  return Object.fromEntries(
    Object.entries(raw).map(([key, value]) => {
      if (SINGLE.includes(key)) return [key, change(value, `/${key}`)];
      if ((LISTS.includes(key) || key === 'items') && Array.isArray(value)) {
        return [key, value.map((part, index) => change(part, `/${key}/${index}`))];
      }
      if (key === 'items') return [key, change(value, '/items')];
      if (MAPS.includes(key) && isRaw(value)) return [key, map(key, value)];
      if (key === 'dependencies' && isRaw(value)) return [key, map(key, value)];
      return [key, value];
    }),
  );
}

function isRaw(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function escaped(segment: string): string {
  return segment.replaceAll('~', '~0').replaceAll('/', '~1');
}
