import type { Lookup } from '../../model/schemas/facts.js';
import type { ArrayNode, SchemaNode, TaggedNode, TupleNode, UnionNode } from '../../model/types.js';
import { accepts } from './accepts.js';
import { checkFollows } from './checks.js';
import { type Claims, claimsInside, claimsOf, ITEMS } from './claims.js';
import { conjunctsOf, objectsIn } from './conjuncts.js';
import { disjoint } from './disjoint.js';
import { objectFollows } from './objects.js';
import { numbersHold, stringsHold } from './scalars.js';
import type { Sameness } from './unchanged.js';

/** Every type by itself, without conditions: what `unknown` and what keywords without a `type` let pass. */
const ATOMS: readonly Exclude<SchemaNode, { kind: 'ref' | 'others' }>[] = [
  { kind: 'string' },
  { kind: 'number', integer: false },
  { kind: 'boolean' },
  { kind: 'null' },
  { kind: 'array', items: { kind: 'unknown' } },
  { kind: 'object', properties: [], additional: 'allowed', index: [{ kind: 'unknown' }] },
];

/** What proofs in both directions have in common. */
interface Notes {
  readonly ids: Map<object, number>;
  readonly assumed: Set<string>;
  readonly log: string[];
  readonly refuted: Set<string>;
}

/**
 * Proves that every value of one schema is valid for another of another model. What it can't prove, it does not
 * claim. About recursion: a pair that is met again inside its own proof holds there, because a value has an end.
 *
 * One thing is taken for granted, because no contract could grow otherwise: nobody sends a property under a name
 * that their own side of the contract does not describe and the other does, unless it speaks of further properties.
 */
export class Containment {
  readonly #notes: Notes;
  readonly #claims = new WeakMap<SchemaNode, Claims>();
  readonly #opposite: Containment;

  /**
   * @param inA nodes of the names on the side whose values are looked at
   * @param inB nodes of the names on the side that must accept them
   * @param same whether a node of the first side and one of the second are written in the same way
   */
  constructor(
    readonly inA: Lookup,
    readonly inB: Lookup,
    readonly same: Sameness,
    opposite?: Containment,
  ) {
    this.#notes = opposite === undefined ? emptyNotes() : opposite.#notes;
    this.#opposite = opposite ?? new Containment(inB, inA, (b, a) => same(a, b), this);
  }

  /** The same from B to A. */
  get opposite(): Containment {
    return this.#opposite;
  }

  /** Every value that `a` describes is valid for `b`. */
  holds(a: SchemaNode, b: SchemaNode, claims: Claims = 'none'): boolean {
    const { assumed, log, refuted } = this.#notes;
    const key = `${this.#id(a)} ${this.#id(b)} ${typeof claims === 'string' ? claims : this.#id(claims)}`;
    if (assumed.has(key)) return true;
    if (refuted.has(key)) return false;
    const mark = log.length;
    assumed.add(key);
    log.push(key);
    // What looks the same is the same, also where no proof goes that far.
    if (this.#decide(a, b, claims) || this.same(a, b)) return true;
    // What was proved on the way may have leaned on this.
    for (const each of log.splice(mark)) assumed.delete(each);
    refuted.add(key);
    return false;
  }

  /** Exactly the same values are valid, whatever anybody sends. */
  sameValues(a: SchemaNode, b: SchemaNode): boolean {
    return this.holds(a, b, 'all') && this.#opposite.holds(b, a, 'all');
  }

  #decide(a: SchemaNode, b: SchemaNode, claims: Claims): boolean {
    if (b.kind === 'unknown' || a.kind === 'never') return true;
    if (a.kind === 'bytes' || b.kind === 'bytes') return a.kind === b.kind;
    if (a.kind === 'ref') return this.holds(this.inA(a.name), b, claims);
    if (b.kind === 'ref') return this.holds(a, this.inB(b.name), claims);
    if (a.kind === 'literal') return a.values.every((value) => accepts(b, value, this.inB) === true);
    if (a.kind === 'boolean') return [true, false].every((value) => accepts(b, value, this.inB) === true);
    if (a.kind === 'null') return accepts(b, null, this.inB) === true;
    if (a.kind === 'union') {
      if (b.kind === 'union' && a.exclusive && b.exclusive && this.#sameMembers(a, b)) return true;
      return a.members.every((member) => this.holds(member, b, claims));
    }
    if (b.kind === 'intersection') return b.members.every((member) => this.holds(a, member, claims));
    if (b.kind === 'refined') {
      const within = claims === 'none' ? this.#claimsOf(a) : claims;
      return this.holds(a, b.base, claims) && b.checks.every((check) => checkFollows(this, a, check, within));
    }
    if (a.kind === 'intersection' || a.kind === 'refined') return this.#partHolds(a, b, claims);
    return this.#simpleHolds(a, b, claims);
  }

  /** One of the things that hold for `a` is enough, or its objects are taken together. */
  #partHolds(a: SchemaNode, b: SchemaNode, claims: Claims): boolean {
    const within = claims === 'none' ? this.#claimsOf(a) : claims;
    const conjuncts = conjunctsOf(a, this.inA);
    if (b.kind === 'union' && this.#memberHolds(a, b, claims)) return true;
    if (b.kind === 'tagged' && this.#tagHolds(a, b, claims)) return true;
    if (conjuncts.parts.some((part) => this.holds(part, b, within))) return true;
    return (
      b.kind === 'object' && objectsIn(conjuncts).length > 0 && objectFollows(this, conjuncts, b, within)
    );
  }

  #simpleHolds(a: SchemaNode, b: SchemaNode, claims: Claims): boolean {
    if (b.kind === 'union') return this.#memberHolds(a, b, claims) || this.#atomsHold(a, b, claims);
    if (a.kind === 'tagged') {
      if (b.kind === 'tagged' && a.property === b.property) {
        return a.members.every(({ value, node }) => {
          const member = b.members.find((each) => each.value === value);
          return member !== undefined && this.holds(node, member.node, claims);
        });
      }
      return a.members.every(({ node }) => this.holds(node, b, claims));
    }
    if (b.kind === 'tagged') return this.#tagHolds(a, b, claims);
    if (a.kind === 'others') {
      return b.kind === 'others' && b.types.every((type) => a.types.includes(type));
    }
    if (b.kind === 'others') return a.kind !== 'unknown' && !b.types.some((type) => type === typeName(a));
    if (a.kind === 'number') return b.kind === 'number' && numbersHold(a, b);
    if (a.kind === 'string') return b.kind === 'string' && stringsHold(a, b);
    if (a.kind === 'object') {
      return b.kind === 'object' && objectFollows(this, conjunctsOf(a, this.inA), b, claims);
    }
    if (a.kind === 'array' || a.kind === 'tuple') {
      return (b.kind === 'array' || b.kind === 'tuple') && this.#listHolds(a, b, claims);
    }
    return false;
  }

  #memberHolds(a: SchemaNode, b: UnionNode, claims: Claims): boolean {
    return b.members.some(
      (member) =>
        this.holds(a, member, claims) &&
        (!b.exclusive ||
          b.members.every((other) => other === member || disjoint(a, this.inA, other, this.inB))),
    );
  }

  #atomsHold(a: SchemaNode, b: SchemaNode, claims: Claims): boolean {
    if (a.kind !== 'unknown' && a.kind !== 'others') return false;
    const excluded = a.kind === 'others' ? a.types : [];
    return ATOMS.every((atom) => excluded.some((type) => type === atom.kind) || this.holds(atom, b, claims));
  }

  #sameMembers(a: UnionNode, b: UnionNode): boolean {
    if (a.members.length !== b.members.length) return false;
    const left = new Set(b.members);
    return a.members.every((member) => {
      const same = [...left].find((other) => this.sameValues(member, other));
      return same !== undefined && left.delete(same);
    });
  }

  /** The value that tells is one that `b` knows, and what it stands for holds. */
  #tagHolds(a: SchemaNode, b: TaggedNode, claims: Claims): boolean {
    for (const { properties } of objectsIn(conjunctsOf(a, this.inA))) {
      const property = properties.find(({ name }) => name === b.property);
      if (property?.required !== true || property.node.kind !== 'literal') continue;
      return property.node.values.every((value) => {
        const member = b.members.find((each) => each.value === value);
        return member !== undefined && this.holds(a, member.node, claims);
      });
    }
    return false;
  }

  #listHolds(a: ArrayNode | TupleNode, b: ArrayNode | TupleNode, claims: Claims): boolean {
    const inside = claimsInside(claims, ITEMS);
    const [one, other] = [shapeOf(a), shapeOf(b)];
    if (one.min < other.min) return false;
    if (one.max > other.max) return false;
    const positions = Math.max(one.items.length, other.items.length);
    for (let i = 0; i < Math.min(positions, one.max); i += 1) {
      const [item, target] = [one.items[i] ?? one.rest, other.items[i] ?? other.rest];
      if (!this.holds(item, target, inside)) return false;
    }
    return one.max <= positions || this.holds(one.rest, other.rest, inside);
  }

  #claimsOf(a: SchemaNode): Claims {
    const known = this.#claims.get(a) ?? claimsOf(a, this.inA);
    this.#claims.set(a, known);
    return known;
  }

  #id(object: object): number {
    const { ids } = this.#notes;
    const known = ids.get(object) ?? ids.size;
    ids.set(object, known);
    return known;
  }
}

const NEVER: SchemaNode = { kind: 'never' };

/** An array is a tuple without positions. */
export function shapeOf(node: ArrayNode | TupleNode) {
  if (node.kind === 'array') {
    const { items: rest, minItems: min = 0, maxItems: max = Number.POSITIVE_INFINITY } = node;
    return { items: [], rest, min, max };
  }
  const { items, rest = NEVER, required: min } = node;
  return { items, rest, min, max: node.rest === undefined ? items.length : Number.POSITIVE_INFINITY };
}

/** The one type of a node that has one. */
function typeName({ kind }: SchemaNode): string {
  return kind === 'tuple' ? 'array' : kind;
}

function emptyNotes(): Notes {
  return { ids: new Map(), assumed: new Set(), log: [], refuted: new Set() };
}
