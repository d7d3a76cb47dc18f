import { checker } from '../json-schema/check.js';
import type { Cursor, Failure, Schema } from '../json-schema/types.js';
import type { Tree } from '../tree.js';
import { SPECIFICATION_FORMATS } from './formats.js';
import { type Specification, specification } from './specification.js';

/**
 * Everything in which a document departs from the official JSON Schema of its version.
 *
 * What references lead to is not looked at where they stand, but once for each thing that it has to be, from a
 * list: long chains of references take no longer than as many objects side by side, and cycles end.
 */
export function structuralFailures(root: object, version: string, tree: Tree): readonly Failure[] {
  const rules = specification(version);
  const queue = new Queue();
  queue.add(rules.root, root);
  const allowed = new ReferencePlaces(rules);
  const check = checker({
    target: rules.target,
    formats: SPECIFICATION_FORMATS,
    // A reference was followed before it comes here, so that alternative is never the one.
    skips: (alternative) => rules.isReference(alternative),
    mark: () => queue.mark(),
    divert: (at, schema) => {
      const holder = at.parent?.value;
      const { value, key } = at;
      const isLink =
        typeof holder === 'object' && holder !== null && key !== undefined && tree.isLinked(holder, key);
      const behind = rules.behind(schema);
      if (isLink && !allowed.has(schema)) return [{ keyword: '$ref', at, schema: {} }];
      if (isLink && typeof value === 'object' && value !== null) {
        queue.add(behind, value);
        return [];
      }
      if (rules.isReference(behind)) return [];
      return behind === schema ? undefined : check(behind, at);
    },
  });
  return queue.drain((schema, value) => check(schema, { value }));
}

/** Pairs of a schema and an object that are to be looked at, each once. */
class Queue {
  readonly #pending: (readonly [Schema, object])[] = [];
  readonly #known = new Map<object, Set<Schema>>();

  add(schema: Schema, value: object): void {
    this.#pending.push([schema, value]);
  }

  mark(): () => void {
    const length = this.#pending.length;
    return () => {
      this.#pending.length = length;
    };
  }

  drain(check: (schema: Schema, value: object) => readonly Failure[]): readonly Failure[] {
    const failures: Failure[] = [];
    for (let next = this.#pending.pop(); next !== undefined; next = this.#pending.pop()) {
      const [schema, value] = next;
      const known = this.#known.get(value) ?? new Set();
      if (known.has(schema)) continue;
      this.#known.set(value, known.add(schema));
      failures.push(...check(schema, value));
    }
    return failures;
  }
}

/** Knows where the specification allows a `$ref`: where a lone one is no field too many. */
class ReferencePlaces {
  readonly #known = new Map<Schema, boolean>();
  readonly #check: (schema: Schema, at: Cursor) => readonly Failure[];

  constructor(rules: Specification) {
    this.#check = checker({ target: rules.target, formats: {} });
  }

  has(schema: Schema): boolean {
    const known = this.#known.get(schema);
    if (known !== undefined) return known;
    const allowed = !all(this.#check(schema, { value: { $ref: '#' } })).some(
      ({ keyword, field }) => keyword === 'additionalProperties' && field === '$ref',
    );
    this.#known.set(schema, allowed);
    return allowed;
  }
}

function all(failures: readonly Failure[]): readonly Failure[] {
  return failures.flatMap((failure) => [failure, ...all((failure.branches ?? []).flat())]);
}
