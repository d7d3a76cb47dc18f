import { builders } from 'prettier/doc';
import { commentDoc, type Doc, layOut } from './layout.js';

const { align, group, ifBreak, indent, indentIfBreak, join, line, softline, hardline } = builders;

/** A TypeScript type on its way to be printed. */
export type TypeExpr =
  | { readonly kind: 'plain'; readonly text: string }
  | { readonly kind: 'array'; readonly items: TypeExpr; readonly readonly?: boolean }
  | { readonly kind: 'tuple'; readonly items: readonly TupleItem[] }
  | { readonly kind: 'union'; readonly members: readonly TypeExpr[] }
  | { readonly kind: 'intersection'; readonly members: readonly TypeExpr[] }
  | { readonly kind: 'object'; readonly members: readonly Member[]; readonly expanded?: boolean }
  | { readonly kind: 'generic'; readonly name: string; readonly args: readonly TypeExpr[] };

export interface TupleItem {
  readonly mark: '' | '?' | '...';
  readonly type: TypeExpr;
}

/** A property, or an index signature. */
export interface Member {
  /** With modifiers, quotes and `?`. */
  readonly key: string;
  readonly type: TypeExpr;
  readonly comment: readonly string[];
}

export function plain(text: string): TypeExpr {
  return { kind: 'plain', text };
}

/** `export interface Name { … }`, always one member a line. */
export function interfaceDoc(name: string, members: readonly Member[]): Doc {
  if (members.length === 0) return `export interface ${name} {}`;
  return [
    `export interface ${name} {`,
    indent([hardline, join(hardline, members.map(memberDoc))]),
    hardline,
    '}',
  ];
}

/** `export type Name = …;` */
export function aliasDoc(name: string, type: TypeExpr): Doc {
  return group([`export type ${name} =`, afterEquals(type), ';']);
}

/** A union breaks before its first member; anything else begins on the line of the name. */
function afterEquals(type: TypeExpr): Doc {
  if (type.kind === 'union' && !hugs(type)) return group(indent([line, group(unionDoc(type.members))]));
  const id = Symbol('alias');
  return [group(indent(line), { id }), indentIfBreak(typeDoc(type), { groupId: id })];
}

function unionDoc(members: readonly TypeExpr[]): Doc {
  return [
    ifBreak('| '),
    join(
      [line, '| '],
      members.map((member) => align(2, unionMember(member))),
    ),
  ];
}

/** A member of an interface that is written by other hands, indented like one. */
export function memberText(member: Member): string {
  return layOut(['{', indent([hardline, memberDoc(member)]), hardline, '}'])
    .split('\n')
    .slice(1, -1)
    .join('\n');
}

function memberDoc({ key, type, comment }: Member): Doc {
  return [commentDoc(comment), key, ': ', propertyType(type), ';'];
}

function propertyType(type: TypeExpr): Doc {
  if (type.kind !== 'union' || hugs(type)) return typeDoc(type);
  return group(indent([softline, group(unionDoc(type.members))]));
}

function typeDoc(type: TypeExpr): Doc {
  switch (type.kind) {
    case 'plain':
      return type.text;
    case 'array':
      return [...(type.readonly ? ['readonly '] : []), elementDoc(type.items), '[]'];
    case 'tuple':
      return tupleDoc(type.items);
    case 'union':
      return hugs(type) ? join(' | ', type.members.map(typeDoc)) : group(unionDoc(type.members));
    case 'intersection':
      return intersectionDoc(type.members);
    case 'object':
      return objectDoc(type.members, type.expanded ?? false);
    case 'generic':
      return genericDoc(type.name, type.args);
  }
}

/** An object, or a name, that may be `null` besides stays on one line with it. */
function hugs({ members }: { readonly members: readonly TypeExpr[] }): boolean {
  const isNull = (type: TypeExpr) => type.kind === 'plain' && type.text === 'null';
  const others = members.filter((member) => !isNull(member));
  const [only] = others;
  if (others.length !== 1 || only === undefined || members.length === 1) return false;
  return only.kind === 'object' || only.kind === 'generic' || (only.kind === 'plain' && NAME.test(only.text));
}

/** A name of a type, not a keyword or a literal. */
const NAME = /^(types\.|[A-Z_$])/;

function unionMember(type: TypeExpr): Doc {
  return type.kind === 'union' || type.kind === 'intersection' ? inParens(type) : typeDoc(type);
}

function elementDoc(type: TypeExpr): Doc {
  const bare =
    type.kind !== 'union' && type.kind !== 'intersection' && !(type.kind === 'array' && type.readonly);
  return bare ? typeDoc(type) : inParens(type);
}

function inParens(type: TypeExpr): Doc {
  if (type.kind === 'union' && !hugs(type)) {
    return group(['(', indent([softline, group(unionDoc(type.members))]), softline, ')']);
  }
  return ['(', typeDoc(type), ')'];
}

function tupleDoc(items: readonly TupleItem[]): Doc {
  if (items.length === 0) return '[]';
  const docs = items.map(({ mark, type }): Doc => {
    if (mark === '...') return ['...', elementDoc(type), '[]'];
    return mark === '?' ? [optionalDoc(type), '?'] : items.length > 1 ? inOwnParens(type) : typeDoc(type);
  });
  return group(['[', indent([softline, join([',', line], docs), ifBreak(',')]), softline, ']']);
}

/** A union that needs several lines gets parentheses among others, and none where it is alone. */
function inOwnParens(type: TypeExpr): Doc {
  if (type.kind !== 'union' || hugs(type)) return typeDoc(type);
  return group([indent([ifBreak(['(', softline]), unionDoc(type.members)]), softline, ifBreak(')')]);
}

function optionalDoc(type: TypeExpr): Doc {
  return type.kind === 'union' || type.kind === 'intersection' ? inParens(type) : typeDoc(type);
}

function objectDoc(members: readonly Member[], expanded: boolean): Doc {
  if (members.length === 0) return '{}';
  const shouldBreak = expanded || members.some(({ comment }) => comment.length > 0);
  const docs = members.map(({ key, type, comment }) => [commentDoc(comment), key, ': ', propertyType(type)]);
  return group(['{', indent([line, join([';', line], docs)]), ifBreak(';'), line, '}'], { shouldBreak });
}

function intersectionDoc(members: readonly TypeExpr[]): Doc {
  const docs: Doc[] = [];
  let indented = false;
  members.forEach((member, index) => {
    const doc = member.kind === 'union' ? inParens(member) : typeDoc(member);
    const before = members[index - 1];
    if (before === undefined) {
      docs.push(doc);
    } else if (before.kind === 'object' && member.kind === 'object') {
      docs.push([' & ', indented ? indent(doc) : doc]);
    } else if (before.kind !== 'object' && member.kind !== 'object') {
      docs.push(indent([' &', line, doc]));
    } else {
      if (index > 1) indented = true;
      docs.push(' & ', index > 1 ? indent(doc) : doc);
    }
  });
  return group(docs);
}

function isHuggable(type: TypeExpr): boolean {
  return type.kind === 'plain' || type.kind === 'object' || (type.kind === 'union' && hugs(type));
}

function genericDoc(name: string, args: readonly TypeExpr[]): Doc {
  const [only] = args;
  if (args.length === 1 && only !== undefined && isHuggable(only)) {
    return [name, '<', typeDoc(only), '>'];
  }
  return group([name, '<', indent([softline, join([',', line], args.map(typeDoc))]), softline, '>']);
}
