import type { Location } from '../../document/types.js';

/** How a command says what it has found. */
export const FORMATS = ['text', 'json', 'github', 'sarif'] as const;
export type Format = (typeof FORMATS)[number];

/** Something that a command has found. A diagnostic of a document is one; so is a failure, which may have no place. */
export interface Problem {
  /** A note asks for nothing. */
  readonly severity: 'error' | 'warning' | 'note';
  readonly code: string;
  /** Plain words, one sentence. */
  readonly message: string;
  /** A file as the user would name it; without a line it is the whole file that is meant. */
  readonly location?: Location | { readonly file: string };
  /** What to do about it. */
  readonly hint?: string;
  /** The field concerned. */
  readonly path?: string;
}

/** What a command did to a file, or would do. */
export interface FileChange {
  readonly change: 'create' | 'update' | 'remove';
  readonly path: string;
}

/** What the process ends with: 0 done, 1 stale or differing, 2 the user's to mend, 3 a mistake of fs-gen. */
export type ExitCode = 0 | 1 | 2 | 3;

/** Everything that a command has to say, for a format that is read by a machine. */
export interface Report {
  readonly problems: readonly Problem[];
  /** Only from commands that write. */
  readonly files: readonly FileChange[];
  /** What else the command has found, beside what all commands report; only for JSON. */
  readonly findings: Readonly<Record<string, unknown>>;
  readonly exitCode: ExitCode;
}
