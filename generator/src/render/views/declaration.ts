import { type Doc, layOut } from '../code/layout.js';

/** A declaration with its comment above it. */
export function declaration(comment: readonly string[], doc: Doc): string {
  return [...comment, layOut(doc)].join('\n');
}
