import { child, type Files } from './files.js';
import { telling } from './json-schema/telling.js';
import { lint } from './lints/index.js';
import { describeBroken } from './references.js';
import { officialRules } from './rules/index.js';
import { structuralFailures } from './structure/breaches.js';
import { type Breach, describeBreach, gather } from './structure/describe.js';
import type { BrokenRef, Tree } from './tree.js';
import type { Diagnostic } from './types.js';

/** A mistake in the document's structure, and what there is to say about it. */
export interface Mistake {
  readonly cause: Breach | BrokenRef;
  readonly diagnostic: Diagnostic;
}

export interface Findings {
  /** References that lead nowhere, and departures from the official JSON Schema. */
  readonly mistakes: readonly Mistake[];
  /** What the official rules and our own say about a document, however well-formed it is. */
  readonly remarks: readonly Diagnostic[];
}

/** Everything in which a document departs from its specification. */
export function examine(tree: Tree, files: Files): Findings {
  const root = tree.value(tree.root);
  if (typeof root !== 'object' || root === null) return { mistakes: [], remarks: [] };
  const version = String(child(root, 'asyncapi'));
  const context = { tree, files, major: version.startsWith('2.') ? 2 : 3 } as const;
  const breaches = gather(telling(structuralFailures(root, version, tree)), tree);
  return {
    mistakes: [
      ...tree.broken.map((cause) => ({ cause, diagnostic: describeBroken(cause, files) })),
      ...breaches.map((cause) => ({ cause, diagnostic: describeBreach(cause, files) })),
    ],
    remarks: [...officialRules(context), ...lint(context)],
  };
}
