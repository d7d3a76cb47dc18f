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

/**
 * The TypeScript type of a node.
 *
 * @param prefix goes before names: `types.` outside the file that declares them
 */
export function typeOf(node: SchemaNode, prefix: '' | 'types.'): TypeExpr {
  switch (node.kind) {
    case 'ref':
      return plain(prefix + node.name);
    case 'bytes':
      return plain('Uint8Array');
    case 'others':
      return plain('unknown');
    case 'literal':
      return unionType(node.values.map(literalType));
    case 'array':
      return { kind: 'array', items: typeOf(node.items, prefix) };
    case 'tuple':
      return tupleType(node, prefix);
    case 'object':
      return { kind: 'object', members: membersOf(node, prefix, 0) };
    case 'union':
      return unionType(typedMembers(node).map((member) => typeOf(member, prefix)));
    case 'tagged':
      return unionType(
        node.members.map((member) => ({
          kind: 'intersection',
          members: [
            typeOf(member.node, prefix),
            { kind: 'object', members: [tagMember(node.property, quote(member.value))] },
          ],
        })),
      );
    case 'intersection':
      return intersectionType(node.members.map((member) => typeOf(member, prefix)));
    case 'refined':
      return typeOf(node.base, prefix);
    default:
      return plain(node.kind);
  }
}

/** Properties and index signature of an object; comments are laid out for `indent` columns. */
export function membersOf(node: ObjectNode, prefix: '' | 'types.', indent: number): readonly Member[] {
  const properties = node.properties.map((property) => propertyMember(property, prefix, indent));
  return node.index === undefined ? properties : [...properties, indexMember(node, node.index, prefix)];
}

function propertyMember(
  { name, node, required, docs }: PropertyModel,
  prefix: '' | 'types.',
  indent: number,
): Member {
  return {
    key: propertyKey(name) + (required ? '' : '?'),
    type: typeOf(node, prefix),
    comment: docComment(docs, [], indent),
  };
}

/** TypeScript wants an index signature to admit every property, and what an absent one reads as. */
function indexMember(node: ObjectNode, index: readonly SchemaNode[], prefix: '' | 'types.'): Member {
  const own = node.properties.map((property) => property.node);
  const optional = node.properties.some(({ required }) => !required);
  const type = unionType([
    ...[...index, ...own].map((each) => typeOf(each, prefix)),
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

function tupleType({ items, required, rest }: TupleNode, prefix: '' | 'types.'): TypeExpr {
  return {
    kind: 'tuple',
    items: [
      ...items.map((item, index) => ({
        mark: index < required ? ('' as const) : ('?' as const),
        type: typeOf(item, prefix),
      })),
      ...(rest === undefined ? [] : [{ mark: '...' as const, type: typeOf(rest, prefix) }]),
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
