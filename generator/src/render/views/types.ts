import type { NamedSchema, SdkModel } from '../../model/types.js';
import { docComment } from '../code/comment.js';
import { TAB_WIDTH } from '../code/layout.js';
import { aliasDoc, interfaceDoc } from '../code/type-doc.js';
import { declaration } from './declaration.js';
import { membersOf, typeOf } from './type-of.js';

export interface TypesView {
  readonly declarations: readonly string[];
}

/** Alphabetically: types may use each other in any order, and people look for names. */
export function typesView({ schemas }: SdkModel): TypesView {
  const sorted = [...schemas].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { declarations: sorted.map(typeDeclaration) };
}

function typeDeclaration({ name, node, docs }: NamedSchema): string {
  const object = node.kind === 'refined' ? node.base : node;
  const doc =
    object.kind === 'object'
      ? interfaceDoc(name, membersOf(object, '', TAB_WIDTH))
      : aliasDoc(name, typeOf(node, ''));
  return declaration(docComment(docs), doc);
}
