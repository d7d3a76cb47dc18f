import { resolve } from 'node:path';
import { unavailableTransports } from './availability.js';
import { collectFiles } from './collect.js';
import { convert } from './convert/index.js';
import { examine } from './examine.js';
import { checkExtensions } from './extensions/index.js';
import { orderKeys } from './extensions/order-keys.js';
import { Files } from './files.js';
import { Formats } from './formats/index.js';
import { identify, takeForSupported } from './identify.js';
import { asWarning, mendAll } from './lenient.js';
import { inOrder } from './order.js';
import { readText } from './read.js';
import { isHarmless, syntaxErrors } from './syntax.js';
import { Tree } from './tree.js';
import type { Diagnostic, LoadResult } from './types.js';

export interface LoadOptions {
  /**
   * Takes out what the specification refuses, and says so, instead of refusing the whole document. Default: false.
   */
  readonly lenient?: boolean;
}

/**
 * Reads an AsyncAPI document and everything that it refers to. There is a document when there is no error;
 * diagnostics come errors first, then in the order of the files. Rejects only for a mistake of our own.
 *
 * @param file path as the user gave it; diagnostics repeat it
 */
export async function loadDocument(file: string, { lenient = false }: LoadOptions = {}): Promise<LoadResult> {
  const read = await readText(file);
  const source = resolve(file);
  if ('problem' in read) return { diagnostics: [read.problem], sources: [{ path: source, text: '' }] };
  const files = new Files(file, source, await collectFiles(read.text, source));
  const { sources } = files;
  const first = lenient ? atFirstLeniently(files) : atFirst(files);
  if (hasError(first)) return { diagnostics: inOrder(first), sources };

  const { tree, found } = lenient ? examineLeniently(files) : examineStrictly(files);
  // What the extensions say can be checked as long as the structure that carries them can be walked.
  const extensions = await checkExtensions(tree, files);
  const checked = [...first, ...found, ...extensions, ...unavailableTransports(tree, files)];
  if (hasError(found)) return { diagnostics: inOrder(checked), sources };
  const formats = new Formats(tree, files);
  let document = convert(tree, files, formats);
  // Schemas of some languages are only there after a wait, and what they hold may lead to others.
  while (await formats.settle()) document = convert(tree, files, formats);
  const unread = lenient
    ? formats.diagnostics.map((each) => asWarning(each, 'any value is taken there'))
    : formats.diagnostics;
  const diagnostics = inOrder([...checked, ...unread, ...orderKeys(document, tree, files)]);
  return hasError(diagnostics) ? { diagnostics, sources } : { document, diagnostics, sources };
}

/** Problems that make it pointless to look any further. */
function atFirst(files: Files): readonly Diagnostic[] {
  const syntax = syntaxErrors(files);
  if (syntax.length > 0) return syntax;
  const problem = identify(files);
  return problem === undefined ? [] : [problem];
}

/** Of a key that is there twice the last one counts, and a version that is not known is taken for the nearest. */
function atFirstLeniently(files: Files): readonly Diagnostic[] {
  const syntax = syntaxErrors(files).map((each) =>
    isHarmless(each) ? asWarning(each, 'what was read last counts') : each,
  );
  const problem = identify(files);
  if (problem === undefined) return syntax;
  const taken = takeForSupported(files);
  return [...syntax, taken === undefined ? problem : asWarning(problem, `it is read as ${taken}`)];
}

interface Examined {
  readonly tree: Tree;
  readonly found: readonly Diagnostic[];
}

function examineStrictly(files: Files): Examined {
  const tree = new Tree(files);
  const { mistakes, remarks } = examine(tree, files);
  const errors = mistakes.map(({ diagnostic }) => diagnostic);
  return { tree, found: [...errors, ...remarks.filter((each) => !followsFrom(each, errors))] };
}

/** A warning about an object in which something is wrong: mostly, that is why. */
function followsFrom({ severity, location, path = '' }: Diagnostic, errors: readonly Diagnostic[]): boolean {
  return (
    severity === 'warning' &&
    errors.some((each) => each.location.file === location.file && each.path?.startsWith(`${path}.`))
  );
}

function examineLeniently(files: Files): Examined {
  const { tree, mistakes, remarks, warnings } = mendAll(files);
  return { tree, found: [...mistakes.map(({ diagnostic }) => diagnostic), ...warnings, ...remarks] };
}

function hasError(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === 'error');
}
