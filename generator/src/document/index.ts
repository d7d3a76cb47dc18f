import { resolve } from 'node:path';
import { unavailableTransports } from './availability.js';
import { error } from './codes.js';
import { convert } from './convert/index.js';
import { checkExtensions } from './extensions/index.js';
import { Files } from './files.js';
import { identify, identifyByText, startOf } from './identify.js';
import { inOrder } from './order.js';
import { type Examination, examine } from './parser.js';
import { readText } from './read.js';
import { brokenReferences } from './references.js';
import { syntaxErrors } from './syntax.js';
import { Tree } from './tree.js';
import type { Diagnostic, LoadResult, Source } from './types.js';
import { violations } from './violations.js';

/**
 * Reads an AsyncAPI document and everything that it refers to. There is a document when there is no error;
 * diagnostics come errors first, then in the order of the files. Rejects only for a mistake of our own.
 *
 * @param file path as the user gave it; diagnostics repeat it
 */
export async function loadDocument(file: string): Promise<LoadResult> {
  const read = await readText(file);
  const source = resolve(file);
  if ('problem' in read) return { diagnostics: [read.problem], sources: [{ path: source, text: '' }] };
  const examination = await examine(read.text, source);
  const sources = sourcesOf(examination, { path: source, text: read.text });
  const files = new Files(file, source, examination.files);
  const unreadable = whyUnreadable(read.text, examination, files);
  if (unreadable.length > 0) return { diagnostics: inOrder(unreadable), sources };

  const tree = new Tree(files);
  tree.value(tree.root);
  const wrong = [
    ...brokenReferences(tree, files, examination.findings),
    ...violations(examination.findings, files),
    ...crash(examination, file),
  ];
  // What the extensions say can be checked as long as the structure that carries them can be walked.
  const extensions = await checkExtensions(tree, files);
  const diagnostics = inOrder([...wrong, ...extensions, ...unavailableTransports(tree, files)]);
  if (diagnostics.some(({ severity }) => severity === 'error')) return { diagnostics, sources };
  return { document: convert(tree, files), diagnostics, sources };
}

function sourcesOf({ files }: Examination, document: Source): readonly Source[] {
  const others = [...files].filter(([path]) => path !== document.path);
  return [document, ...others.map(([path, { text }]) => ({ path, text }))];
}

/** Problems that make it pointless to look any further. */
function whyUnreadable(text: string, examination: Examination, files: Files): readonly Diagnostic[] {
  const syntax = syntaxErrors(examination.findings, (source) => files.shownName(source));
  if (syntax.length > 0) return syntax;
  const root = examination.files.get(files.source);
  if (root !== undefined) return list(identify(root.data, files));
  const version = identifyByText(text, files.main);
  return version === undefined ? crash(examination, files.main) : [version];
}

/** An exception inside the parser becomes a problem of the document: it was the document that led there. */
function crash({ findings }: Examination, file: string): readonly Diagnostic[] {
  return findings
    .filter(({ code }) => code === 'uncaught-error')
    .map(({ message }) => {
      const reason = /message: (.*?)(?:, stack:|$)/s.exec(message)?.[1] ?? message;
      const said = `The AsyncAPI parser fails on this document: ${reason.split('\n', 1)[0]}.`;
      return error('FS_PARSER_FAILED', said, startOf(file));
    });
}

function list<T>(value: T | undefined): readonly T[] {
  return value === undefined ? [] : [value];
}
