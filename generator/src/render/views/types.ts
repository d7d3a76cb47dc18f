import type { NamedSchema, SchemaNode, SdkModel } from '../../model/types.js';
import { docComment } from '../code/comment.js';
import { type Doc, TAB_WIDTH } from '../code/layout.js';
import { aliasDoc, interfaceDoc } from '../code/type-doc.js';
import { declaration } from './declaration.js';
import { inputTypeOf, membersOf, typeOf } from './type-of.js';

export interface TypesView {
  readonly declarations: readonly string[];
}

/** Alphabetically: types may use each other in any order, and people look for names. */
export function typesView({ schemas }: SdkModel): TypesView {
  const sorted = [...schemas].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { declarations: sorted.flatMap(typeDeclarations) };
}

function typeDeclarations({ name, node, docs, input }: NamedSchema): readonly string[] {
  const filled = declaration(docComment(docs), typeDoc(name, node, 'filled'));
  if (input === undefined) return [filled];
  const comment = `/** {@link ${name}} as it may be published: what has a default may be left out. */`;
  return [filled, declaration([comment], typeDoc(input, node, 'input'))];
}

function typeDoc(name: string, node: SchemaNode, side: 'filled' | 'input'): Doc {
  const object = node.kind === 'refined' ? node.base : node;
  if (object.kind === 'object') return interfaceDoc(name, membersOf(object, side, TAB_WIDTH));
  return aliasDoc(name, side === 'filled' ? typeOf(node, '') : inputTypeOf(node, ''));
}
