import { resolve } from 'node:path';
import { unavailableTransports } from './availability.js';
import { collectFiles } from './collect.js';
import { convert } from './convert/index.js';
import { checkExtensions } from './extensions/index.js';
import { child, Files } from './files.js';
import { identify } from './identify.js';
import { telling } from './json-schema/telling.js';
import { inOrder } from './order.js';
import { readText } from './read.js';
import { brokenReferences } from './references.js';
import { officialRules } from './rules/index.js';
import { structuralFailures } from './structure/breaches.js';
import { describeBreach, gather } from './structure/describe.js';
import { syntaxErrors } from './syntax.js';
import { Tree } from './tree.js';
import type { Diagnostic, LoadResult } from './types.js';

/**
 * Reads an AsyncAPI document and everything that it refers to. There is a document when there is no error;
 * diagnostics come errors first, then in the order of the files. Rejects only for a mistake of our own.
 *
 * @param file path as the user gave it; diagnostics repeat it
 */
export async function loadDocument(file: string): Promise<LoadResult> {
  const read = await readText(file);
  if ('problem' in read) return { diagnostics: [read.problem] };
  const source = resolve(file);
  const files = new Files(file, source, await collectFiles(read.text, source));
  const unreadable = whyUnreadable(files);
  if (unreadable.length > 0) return { diagnostics: inOrder(unreadable) };

  const tree = new Tree(files);
  const wrong = breaches(tree, files);
  // What the extensions say can be checked as long as the structure that carries them can be walked.
  const extensions = await checkExtensions(tree, files);
  const diagnostics = inOrder([...wrong, ...extensions, ...unavailableTransports(tree, files)]);
  if (diagnostics.some(({ severity }) => severity === 'error')) return { diagnostics };
  return { document: convert(tree, files), diagnostics };
}

/** Problems that make it pointless to look any further. */
function whyUnreadable(files: Files): readonly Diagnostic[] {
  const syntax = syntaxErrors(files);
  if (syntax.length > 0) return syntax;
  const problem = identify(files.raw({ file: files.main, path: [] }), files);
  return problem === undefined ? [] : [problem];
}

/** Departures from the specification. */
function breaches(tree: Tree, files: Files): readonly Diagnostic[] {
  const root = tree.value(tree.root);
  if (typeof root !== 'object' || root === null) return [];
  const version = String(child(root, 'asyncapi'));
  const structural = gather(telling(structuralFailures(root, version, tree)), tree);
  return [
    ...brokenReferences(tree, files),
    ...structural.map((breach) => describeBreach(breach, files)),
    ...officialRules({ tree, files, major: version.startsWith('2.') ? 2 : 3 }),
  ];
}
