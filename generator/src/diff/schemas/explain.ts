import type { WrittenSchema } from '../../model/schemas/index.js';
import type { NamedSchema, SchemaNode } from '../../model/types.js';
import type { Breaks } from '../types.js';
import { Containment } from './containment.js';
import { type Difference, either, NOBODY, type Unit, type Where, without } from './difference.js';
import { defaultChange, docsChanges } from './explain-docs.js';
import { explainLists } from './explain-lists.js';
import { explainObjects } from './explain-objects.js';
import { explainIntersections, explainRefined } from './explain-refined.js';
import { type KeywordChange, literalChanges, numberChanges, stringChanges } from './explain-scalars.js';
import { explainUnions, membersOf } from './explain-unions.js';
import { samenessOf } from './unchanged.js';
import { wordsFor } from './words.js';

/** The named schemas of one document. */
export interface SchemaSet {
  readonly named: readonly NamedSchema[];
  readonly written: ReadonlyMap<string, WrittenSchema>;
}

/** Names whose schemas follow each other. */
export interface Succession {
  readonly before: string;
  readonly after: string;
}

/**
 * Says in words where two sets of schemas differ. Whom a difference breaks is decided by proofs: what is not proved
 * is named at the narrowest place that can be found, and no more precisely than it is known.
 */
export class Explainer {
  /** Named schemas, by `keyOfPair`. */
  readonly units = new Map<string, Unit>();
  readonly successions: Succession[] = [];
  readonly forward: Containment;
  readonly backward: Containment;
  readonly #old: ReadonlyMap<string, NamedSchema>;
  readonly #new: ReadonlyMap<string, NamedSchema>;

  constructor(
    readonly before: SchemaSet,
    readonly after: SchemaSet,
  ) {
    this.#old = new Map(before.named.map((schema) => [schema.name, schema]));
    this.#new = new Map(after.named.map((schema) => [schema.name, schema]));
    this.forward = new Containment(
      (name) => this.#old.get(name)?.node ?? { kind: 'unknown' },
      (name) => this.#new.get(name)?.node ?? { kind: 'unknown' },
      samenessOf(this.#old, this.#new),
    );
    this.backward = this.forward.opposite;
  }

  /** What differs between a schema without a name, that of a message, and its successor. */
  explain(o: SchemaNode, n: SchemaNode, where: Where): Unit {
    const unit: Unit = { differences: [], uses: new Set() };
    new Walk(this, unit).node(o, n, where, NOBODY);
    return unit;
  }

  /** Takes note that one named schema has become another, and gives the key of the unit that explains it. */
  pair(before: string, after: string, quiet: Breaks): string {
    const key = `${before} ${after} ${quiet.sending ? 's' : ''}${quiet.receiving ? 'r' : ''}`;
    if (this.units.has(key)) return key;
    const unit: Unit = { differences: [], uses: new Set() };
    this.units.set(key, unit);
    this.successions.push({ before, after });
    const [o, n] = [this.#old.get(before), this.#new.get(after)];
    if (o === undefined || n === undefined) return key;
    const walk = new Walk(this, unit);
    const where = { path: after, old: this.oldSpot(before), new: this.newSpot(after) };
    walk.node(o.node, n.node, where, quiet);
    walk.add(...docsChanges(o.docs, n.docs, where));
    walk.add(...defaultChange(o.docs, n.docs, { required: false, where }));
    return key;
  }

  oldSpot(name: string): Where['old'] {
    const written = this.before.written.get(name);
    return written && { written, steps: [] };
  }

  newSpot(name: string): Where['new'] {
    const written = this.after.written.get(name);
    return written && { written, steps: [] };
  }
}

/** The way through one unit. */
export class Walk {
  readonly #mixed = new Set<string>();
  readonly #ids = new Map<SchemaNode, number>();

  constructor(
    readonly explainer: Explainer,
    readonly unit: Unit,
  ) {}

  add(...differences: readonly Difference[]): void {
    this.unit.differences.push(...differences);
  }

  /** Adds differences in keywords of one place; says whom they break. */
  addKeywords(changes: readonly KeywordChange[], where: Where, quiet: Breaks): Breaks {
    for (const change of changes) {
      this.add({ ...where, area: 'wire', ...change, breaks: without(change.breaks, quiet) });
    }
    return changes.map(({ breaks }) => without(breaks, quiet)).reduce(either, NOBODY);
  }

  /**
   * Explains what differs between two nodes.
   *
   * @param quiet sides for which it was proved further out that nothing breaks
   * @returns whom the differences that were found here break
   */
  node(o: SchemaNode, n: SchemaNode, where: Where, quiet: Breaks): Breaks {
    const proved = this.proof(o, n);
    const open = without(unproved(proved), quiet);
    if (o.kind === 'ref' && n.kind === 'ref') {
      this.unit.uses.add(this.explainer.pair(o.name, n.name, quiet));
      return open;
    }
    if (o.kind === 'ref' || n.kind === 'ref') return this.#inline(o, n, where, quiet, open);
    const settled = either(quiet, proved);
    const found = this.#details(o, n, where, settled);
    const unsaid = without(open, found);
    if (unsaid.sending || unsaid.receiving) {
      this.add({
        ...where,
        kind: 'schema-changed',
        area: 'wire',
        message: 'is built in another way, and what is valid under both can’t be judged',
        before: wordsFor(o),
        after: wordsFor(n),
        breaks: unsaid,
      });
    }
    return open;
  }

  /** Which sides are proved not to break. */
  proof(o: SchemaNode, n: SchemaNode): Breaks {
    const { forward, backward } = this.explainer;
    return { sending: backward.holds(n, o), receiving: forward.holds(o, n) };
  }

  /** A name on one side, the thing itself on the other. */
  #inline(o: SchemaNode, n: SchemaNode, where: Where, quiet: Breaks, open: Breaks): Breaks {
    const { explainer } = this;
    const key = `${this.#id(o)} ${this.#id(n)}`;
    if (this.#mixed.has(key)) return open;
    this.#mixed.add(key);
    const { forward } = explainer;
    return this.node(
      o.kind === 'ref' ? forward.inA(o.name) : o,
      n.kind === 'ref' ? forward.inB(n.name) : n,
      {
        path: where.path,
        old: o.kind === 'ref' ? explainer.oldSpot(o.name) : where.old,
        new: n.kind === 'ref' ? explainer.newSpot(n.name) : where.new,
      },
      quiet,
    );
  }

  #details(o: SchemaNode, n: SchemaNode, where: Where, quiet: Breaks): Breaks {
    if (o.kind === 'refined' || n.kind === 'refined') return explainRefined(this, o, n, where, quiet);
    if (o.kind === 'intersection' && n.kind === 'intersection') {
      return explainIntersections(this, o, n, where, quiet);
    }
    if (o.kind === 'object' && n.kind === 'object') return explainObjects(this, o, n, where, quiet);
    if ((o.kind === 'array' || o.kind === 'tuple') && o.kind === n.kind) {
      return explainLists(this, o, n, where, quiet);
    }
    const [one, other] = [membersOf(o), membersOf(n)];
    if (one !== undefined || other !== undefined) return explainUnions(this, o, n, where, quiet);
    if (o.kind === 'number' && n.kind === 'number') {
      return this.addKeywords(numberChanges(o, n), where, quiet);
    }
    if (o.kind === 'string' && n.kind === 'string') {
      return this.addKeywords(stringChanges(o, n), where, quiet);
    }
    if (o.kind === 'literal' && n.kind === 'literal') {
      return this.addKeywords(literalChanges(o, n), where, quiet);
    }
    if (o.kind === n.kind && wordsFor(o) === wordsFor(n)) return NOBODY;
    return this.addKeywords([typeChange(o, n, unproved(this.proof(o, n)))], where, quiet);
  }

  #id(node: SchemaNode): number {
    const known = this.#ids.get(node) ?? this.#ids.size;
    this.#ids.set(node, known);
    return known;
  }
}

export function unproved({ sending, receiving }: Breaks): Breaks {
  return { sending: !sending, receiving: !receiving };
}

function typeChange(o: SchemaNode, n: SchemaNode, breaks: Breaks): KeywordChange {
  const [before, after] = [wordsFor(o), wordsFor(n)];
  return {
    kind: 'type-changed',
    keyword: 'type',
    message: `was ${before}, is ${after}`,
    before,
    after,
    breaks,
  };
}
