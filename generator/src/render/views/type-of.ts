import type {
  JsonValue,
  ObjectNode,
  PropertyModel,
  SchemaNode,
  TupleNode,
  UnionNode,
} from '../../model/types.js';
import { docComment } from '../code/comment.js';
import { numberLiteral, propertyKey, quote } from '../code/quote.js';
import { type Member, plain, type TypeExpr } from '../code/type-doc.js';

/** Beyond so many different types an index signature says `unknown`. */
const MOST_INDEX_TYPES = 4;

/** Where a type stands, and of which side of the validation it speaks. */
interface Place {
  /** Goes before names: `types.` outside the file that declares them. */
  readonly prefix: '' | 'types.';
  /** Before defaults are filled in, what has one may be missing. */
  readonly filled: boolean;
}

/**
 * The TypeScript type of what a node's schema gives: what a handler gets.
 *
 * @param prefix goes before names: `types.` outside the file that declares them
 */
export function typeOf(node: SchemaNode, prefix: '' | 'types.'): TypeExpr {
  return typeAt(node, { prefix, filled: true });
}

/** The TypeScript type of what a node's schema takes: what a publisher gets. Defaults may be left out. */
export function inputTypeOf(node: SchemaNode, prefix: '' | 'types.'): TypeExpr {
  return typeAt(node, { prefix, filled: false });
}

function typeAt(node: SchemaNode, place: Place): TypeExpr {
  switch (node.kind) {
    case 'ref':
      return plain(place.prefix + (place.filled ? node.name : (node.input ?? node.name)));
    case 'bytes':
      return plain('Uint8Array');
    case 'others':
      return plain('unknown');
    case 'literal':
      return unionType(node.values.map(literalType));
    case 'array':
      return { kind: 'array', items: typeAt(node.items, place) };
    case 'tuple':
      return tupleType(node, place);
    case 'object':
      return { kind: 'object', members: membersAt(node, place, 0) };
    case 'union':
      return unionType(typedMembers(node).map((member) => typeAt(member, place)));
    case 'tagged':
      return unionType(
        node.members.map((member) => ({
          kind: 'intersection',
          members: [
            typeAt(member.node, place),
            { kind: 'object', members: [tagMember(node.property, quote(member.value))] },
          ],
        })),
      );
    case 'intersection':
      // Each of the members checks the value; none of them gives it.
      return intersectionType(node.members.map((member) => typeAt(member, { ...place, filled: false })));
    case 'refined':
      return typeAt(node.base, place);
    default:
      return plain(node.kind);
  }
}

/** Properties and index signature of an object, as a declaration of its own has them. */
export function membersOf(node: ObjectNode, side: 'filled' | 'input', indent: number): readonly Member[] {
  return membersAt(node, { prefix: '', filled: side === 'filled' }, indent);
}

/** Comments are laid out for `indent` columns. */
function membersAt(node: ObjectNode, place: Place, indent: number): readonly Member[] {
  const properties = node.properties.map((property) => propertyMember(property, place, indent));
  return node.index === undefined ? properties : [...properties, indexMember(node, node.index, place)];
}

function propertyMember(property: PropertyModel, place: Place, indent: number): Member {
  const { name, node, docs, inherited } = property;
  return {
    key: propertyKey(name) + (isThere(property, place) ? '' : '?'),
    // What every object inherits is only checked.
    type: typeAt(node, inherited ? { ...place, filled: false } : place),
    comment: docComment(docs, [], indent),
  };
}

function isThere(property: PropertyModel, { filled }: Place): boolean {
  return property.required || (filled && property.default !== undefined);
}

/** TypeScript wants an index signature to admit every property, and what an absent one reads as. */
function indexMember(node: ObjectNode, index: readonly SchemaNode[], place: Place): Member {
  const own = node.properties.map((property) => property.node);
  const optional = node.properties.some((property) => !isThere(property, place));
  // Beside patterns it is checks that look at further properties.
  const further = typeof node.additional === 'string' ? { ...place, filled: false } : place;
  const type = unionType([
    ...index.map((each) => typeAt(each, further)),
    ...own.map((each) => typeAt(each, place)),
    ...(optional ? [plain('undefined')] : []),
  ]);
  const tooMany = type.kind === 'union' && own.length > 0 && type.members.length > MOST_INDEX_TYPES;
  return { key: '[key: string]', type: tooMany ? plain('unknown') : type, comment: [] };
}

function tagMember(name: string, text: string): Member {
  return { key: propertyKey(name), type: plain(text), comment: [] };
}

/** What a keyword without `type` lets pass besides is no part of the type. */
function typedMembers({ members }: UnionNode): readonly SchemaNode[] {
  const typed = members.filter(({ kind }) => kind !== 'others');
  return typed.length === 0 ? members : typed;
}

/** Without repetitions; `unknown` takes in everything, and `never` adds nothing. */
function unionType(members: readonly TypeExpr[]): TypeExpr {
  const flat = members.flatMap((member) => (member.kind === 'union' ? member.members : [member]));
  const unique = distinct(flat).filter((member) => !isPlain(member, 'never'));
  if (unique.some((member) => isPlain(member, 'unknown'))) return plain('unknown');
  const [only] = unique;
  if (only === undefined) return plain('never');
  return unique.length === 1 ? only : { kind: 'union', members: unique };
}

function intersectionType(members: readonly TypeExpr[]): TypeExpr {
  const flat = members.flatMap((member) => (member.kind === 'intersection' ? member.members : [member]));
  const unique = distinct(flat).filter((member) => !isPlain(member, 'unknown'));
  const [only] = unique;
  if (only === undefined) return plain('unknown');
  return unique.length === 1 ? only : { kind: 'intersection', members: unique };
}

function distinct(types: readonly TypeExpr[]): readonly TypeExpr[] {
  return [...new Map(types.map((type) => [JSON.stringify(type), type])).values()];
}

function isPlain(type: TypeExpr, text: string): boolean {
  return type.kind === 'plain' && type.text === text;
}

function tupleType({ items, required, rest }: TupleNode, place: Place): TypeExpr {
  return {
    kind: 'tuple',
    items: [
      ...items.map((item, index) => ({
        mark: index < required ? ('' as const) : ('?' as const),
        type: typeAt(item, place),
      })),
      ...(rest === undefined ? [] : [{ mark: '...' as const, type: typeAt(rest, place) }]),
    ],
  };
}

function literalType(value: JsonValue): TypeExpr {
  if (typeof value === 'string') return plain(quote(value));
  if (typeof value === 'number') return plain(numberLiteral(value));
  if (typeof value !== 'object' || value === null) return plain(String(value));
  if (Array.isArray(value)) {
    return { kind: 'tuple', items: value.map((item: JsonValue) => ({ mark: '', type: literalType(item) })) };
  }
  const members = Object.entries(value).map(([key, part]) => ({
    key: propertyKey(key),
    type: literalType(part),
    comment: [],
  }));
  return { kind: 'object', members };
}
