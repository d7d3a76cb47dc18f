import { child, type Files, type Place } from './files.js';
import { toPointer } from './pointer.js';
import type { Origin } from './types.js';

/** A `$ref` that leads nowhere, at the place of the object that holds it. */
export interface BrokenRef {
  readonly place: Place;
  readonly ref: string;
  readonly reason: 'file' | 'pointer' | 'itself';
}

/**
 * The document with its references resolved. What was written once is one object, however many references
 * lead to it and from whichever files: identity means origin, and cycles are real.
 */
export class Tree {
  readonly broken: BrokenRef[] = [];
  readonly #files: Files;
  readonly #values = new Map<string, object>();
  readonly #origins = new Map<object, Origin>();
  readonly #ends = new Map<string, Place | undefined>();
  readonly #referenced = new Set<string>();
  readonly #linked = new Map<object, Set<string>>();
  #unfilled: { readonly place: Place; readonly object: object }[] = [];

  constructor(files: Files) {
    this.#files = files;
  }

  get root(): Place {
    return { file: this.#files.main, path: [] };
  }

  /** The place of a member, with the references above it followed and the one in it not. */
  child(place: Place, ...keys: readonly string[]): Place | undefined {
    let at: Place | undefined = place;
    for (const key of keys) {
      const end: Place | undefined = at && this.end(at);
      const below: Place | undefined = end && { file: end.file, path: [...end.path, key] };
      at = below && this.#files.raw(below) !== undefined ? below : undefined;
    }
    return at;
  }

  /** Names of the members of a mapping, in the order in which they are written. */
  keys(place: Place | undefined): readonly string[] {
    const end = place && this.end(place);
    const raw = end && this.#files.raw(end);
    return isObject(raw) && !Array.isArray(raw) ? Object.keys(raw) : [];
  }

  /** The places on the way from here to where there is no reference any more; this one first. */
  chain(place: Place): readonly Place[] {
    const chain = [place];
    for (let next = this.#step(place); next !== undefined; next = this.#step(next)) {
      if (chain.some((seen) => idOf(seen) === idOf(next as Place))) break;
      chain.push(next);
    }
    return chain;
  }

  /** Where a place's value is really written; `undefined` when a reference on the way is broken. */
  end(place: Place): Place | undefined {
    const id = idOf(place);
    if (this.#ends.has(id)) return this.#ends.get(id);
    // A reference that leads through itself meets this, and breaks.
    this.#ends.set(id, undefined);
    const end = this.#findEnd(place);
    this.#ends.set(id, end);
    return end;
  }

  /** The value with everything below it resolved. */
  value(place: Place): unknown {
    const value = this.#take(place);
    while (this.#unfilled.length > 0) {
      const batch = this.#unfilled;
      this.#unfilled = [];
      for (const { place: from, object } of batch) this.#fill(from, object);
    }
    return value;
  }

  /** Where an object that `value` gave was written. */
  originOf(value: object): Origin | undefined {
    return this.#origins.get(value);
  }

  /** Some reference leads to the object itself, not just to what contains it. */
  isReferenced(value: object): boolean {
    const origin = this.#origins.get(value);
    return origin !== undefined && this.#referenced.has(`${origin.file}#${origin.pointer}`);
  }

  /** A member of an object that `value` gave stands elsewhere: there is a `$ref` in its place. */
  isLinked(parent: object, key: string): boolean {
    return this.#linked.get(parent)?.has(key) ?? false;
  }

  #take(place: Place): unknown {
    const end = this.end(place);
    if (end === undefined) return undefined;
    const raw = this.#files.raw(end);
    if (!isObject(raw)) return raw;
    const id = idOf(end);
    if (id !== idOf(place)) this.#referenced.add(id);
    const known = this.#values.get(id);
    if (known !== undefined) return known;
    const object = Array.isArray(raw) ? [] : {};
    this.#values.set(id, object);
    this.#origins.set(object, { file: end.file, pointer: toPointer(end.path) });
    this.#unfilled.push({ place: end, object });
    return object;
  }

  #fill(place: Place, object: object): void {
    for (const key of Object.keys(this.#files.raw(place) as object)) {
      const member = { file: place.file, path: [...place.path, key] };
      const value = this.#take(member);
      if (refOf(this.#files.raw(member)) !== undefined) this.#link(object, key);
      // Not an assignment, which would take `__proto__` for something else.
      Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
    }
    Object.freeze(object);
  }

  #link(parent: object, key: string): void {
    const keys = this.#linked.get(parent) ?? new Set();
    this.#linked.set(parent, keys.add(key));
  }

  #findEnd(place: Place): Place | undefined {
    const seen = new Set<string>();
    let at = place;
    for (;;) {
      const ref = refOf(this.#files.raw(at));
      if (ref === undefined) return at;
      if (seen.has(idOf(at))) return this.#fail(at, ref, 'itself');
      seen.add(idOf(at));
      const next = this.#step(at);
      if (next === undefined) {
        const reason = this.#files.target(at.file, ref) === undefined ? 'file' : 'pointer';
        return this.#fail(at, ref, reason);
      }
      at = next;
    }
  }

  /** Where the reference at a place leads; `undefined` when there is none, or it is broken. */
  #step(place: Place): Place | undefined {
    const ref = refOf(this.#files.raw(place));
    const target = ref === undefined ? undefined : this.#files.target(place.file, ref);
    if (target === undefined) return undefined;
    return this.child({ file: target.file, path: [] }, ...target.path);
  }

  #fail(place: Place, ref: string, reason: BrokenRef['reason']): undefined {
    const known = this.broken.some((broken) => idOf(broken.place) === idOf(place));
    if (!known) this.broken.push({ place, ref, reason });
    return undefined;
  }
}

/** Names a place, unlike its object. */
export function idOf({ file, path }: Place): string {
  return `${file}#${toPointer(path)}`;
}

function refOf(raw: unknown): string | undefined {
  const ref = child(raw, '$ref');
  return typeof ref === 'string' && !Array.isArray(raw) ? ref : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
