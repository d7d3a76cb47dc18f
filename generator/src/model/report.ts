import type { Diagnostic, LoadedDocument, Origin } from '../document/types.js';

/** What the model station may have to say about a document, with what to do about it. All are warnings. */
const CODES = {
  FS_SCHEMA_REFERENCE_OPEN: 'Correct the reference, or write down what it points to.',
  FS_SCHEMA_PATTERN_INVALID:
    'Write it without features of other languages, such as possessive quantifiers or inline flags.',
  FS_SCHEMA_TYPE_MISSING: 'Add a `type`; JSON Schema lets values of every other type pass without.',
  FS_MESSAGES_ALIKE: 'Give each a required property with a `const` of its own, such as `type`.',
  FS_SCHEMA_IMPOSSIBLE: 'Look at `type`, `enum`, `const` and `allOf` here.',
} as const;

export type ModelCode = keyof typeof CODES;

/** All codes with their hints, for documentation and tests. */
export const modelHints: Readonly<Record<ModelCode, string>> = CODES;

export interface Finding {
  readonly code: ModelCode;
  readonly at: Origin;
  readonly message: string;
}

/** Takes findings as they come up. */
export type Report = (finding: Finding) => void;

/** Findings as diagnostics: each once, in the order of the document. */
export function diagnosticsOf(document: LoadedDocument, findings: readonly Finding[]): readonly Diagnostic[] {
  const unique = new Map<string, Diagnostic>();
  for (const { code, at, message } of findings) {
    const location = document.locate(at);
    const path = at.pointer.slice(1).replaceAll('/', '.').replaceAll('~1', '/').replaceAll('~0', '~');
    unique.set(`${code} ${at.file}#${at.pointer}`, {
      severity: 'warning',
      code,
      message,
      hint: CODES[code],
      location,
      path,
    });
  }
  return [...unique.values()].sort(
    (a, b) =>
      (a.location.file < b.location.file ? -1 : a.location.file > b.location.file ? 1 : 0) ||
      a.location.line - b.location.line ||
      a.location.column - b.location.column,
  );
}

/** A place inside a place. */
export function below(at: Origin, ...segments: readonly (string | number)[]): Origin {
  const escaped = segments.map(
    (segment) => `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`,
  );
  return { file: at.file, pointer: at.pointer + escaped.join('') };
}

/** Tells places apart, and sorts them. */
export function placeKey(at: Origin): string {
  return `${at.file}#${at.pointer}`;
}
