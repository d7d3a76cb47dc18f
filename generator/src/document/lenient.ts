import { examine, type Findings, type Mistake } from './examine.js';
import { child, type Files } from './files.js';
import { intendedRef } from './intended.js';
import type { Breach } from './structure/describe.js';
import { type BrokenRef, Tree } from './tree.js';
import type { Diagnostic } from './types.js';

/** A field that the rest can't do without, and what stands in for it. */
const STAND_INS: readonly { readonly path: string; readonly value: () => unknown }[] = [
  { path: 'info', value: () => ({ title: 'Untitled', version: '0.0.0' }) },
  { path: 'info.title', value: () => 'Untitled' },
  { path: 'info.version', value: () => '0.0.0' },
  { path: 'channels', value: () => ({}) },
];

/** Where a schema is, whatever it holds, there is a schema again when it is emptied. */
const IN_MESSAGES = /(^|\.)message\.oneOf\.\d+$/;
const SCHEMA =
  /(^|\.)(payload|headers|schema|schemas|properties|items|allOf|anyOf|oneOf|not|additionalProperties)(\.|$)/;

/** As many layers of mistakes as one mistake may have around it; beyond that something is out of hand. */
const MOST_ROUNDS = 30;

/** A document with its mistakes taken out. */
export interface Mended extends Findings {
  readonly tree: Tree;
  /** What was mended, and what became of it. */
  readonly warnings: readonly Diagnostic[];
}

/**
 * Takes out of a document what its specification refuses, as little as will do, until nothing is left to refuse: an
 * object that lacks a field goes when the field was taken out for its value.
 */
export function mendAll(files: Files): Mended {
  const warnings: Diagnostic[] = [];
  const tolerated = new Set<string>();
  for (let round = 1; ; round += 1) {
    const tree = new Tree(files);
    const { mistakes, remarks } = examine(tree, files);
    const open = mistakes.filter(({ diagnostic }) => !tolerated.has(JSON.stringify(diagnostic)));
    const mended = round > MOST_ROUNDS ? new Map<Mistake, string>() : mend(open, files);
    for (const [{ diagnostic }, what] of mended) {
      tolerated.add(JSON.stringify(diagnostic));
      warnings.push(asWarning(diagnostic, what));
    }
    if (mended.size === 0)
      return {
        tree,
        warnings,
        mistakes: open,
        remarks: remarks.map((each) => asWarning(each, fateOf(each))),
      };
  }
}

/** What the rules refuse hurts nobody, except for an operation without a channel. */
function fateOf({ path = '' }: Diagnostic): string {
  return /^operations\.[^.]+\.channel(\.\$ref)?$/.test(path)
    ? 'the operation is left out'
    : 'it is generated all the same';
}

/** A warning in the place of an error; what was a warning stays as it is. */
export function asWarning(diagnostic: Diagnostic, what: string): Diagnostic {
  if (diagnostic.severity === 'warning') return diagnostic;
  return {
    ...diagnostic,
    severity: 'warning',
    message: `${diagnostic.message.replace(/\.$/, '')}; ${what}.`,
  };
}

/** Mends what can be mended, from the inside out: what goes with its parent needs no thought of its own. */
function mend(mistakes: readonly Mistake[], files: Files): ReadonlyMap<Mistake, string> {
  const done = new Map<Mistake, string>();
  const deepestFirst = mistakes.toSorted((a, b) => b.cause.place.path.length - a.cause.place.path.length);
  for (const mistake of deepestFirst) {
    const { cause } = mistake;
    const what = 'ref' in cause ? mendReference(cause, files) : mendBreach(cause, files);
    if (what !== undefined) done.set(mistake, what);
  }
  return done;
}

function mendReference(broken: BrokenRef, files: Files): string | undefined {
  const { place } = broken;
  const intended = intendedRef(broken, files);
  if (intended !== undefined && files.replace({ ...place, path: [...place.path, '$ref'] }, intended))
    return `it is read as \`${intended}\``;
  const name = place.path.join('.');
  if (SCHEMA.test(name) && !IN_MESSAGES.test(name) && files.replace(place, {}))
    return 'any value is taken there';
  return files.remove(place) ? `${name} is left out` : undefined;
}

function mendBreach({ failures, place }: Breach, files: Files): string | undefined {
  const [{ keyword, field = '' }] = failures;
  if (keyword === '$ref') return 'it is followed all the same';
  if (keyword === 'propertyNames') return 'it is kept all the same';
  if (keyword === 'required') {
    const name = [...place.path, field].join('.');
    const standIn = STAND_INS.find(({ path }) => path === name);
    if (standIn !== undefined && place.file === files.main) {
      files.replace({ ...place, path: [...place.path, field] }, standIn.value());
      return `\`${field}\` is made up`;
    }
  }
  if (place.path.length === 0) return undefined;
  if (child(files.raw({ ...place, path: place.path.slice(0, -1) }), place.path.at(-1) ?? '') === undefined)
    return 'it is left out';
  return files.remove(place) ? `${place.path.join('.')} is left out` : undefined;
}
