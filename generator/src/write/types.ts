import type { RenderedFile } from '../render/types.js';

/** Where the two kinds of files go; paths as the user gave them. */
export interface OutputFolders {
  readonly outDir: string;
  readonly handlersDir: string;
}

/** A warning about the document, which is said again when nothing has changed. */
export interface RunWarning {
  readonly code: string;
  readonly message: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly hint?: string;
  readonly path?: string;
}

/** What a run depends on; with it, the next run sees whether anything has changed. */
export interface RunInputs {
  /** Version and options: whatever decides what comes out, and is in no file. */
  readonly key: string;
  /** Every file that was read, as it was then; the document first. */
  readonly sources: readonly { readonly path: string; readonly text: string }[];
  readonly warnings: readonly RunWarning[];
}

interface Target {
  /** Path as it is shown: the user's folder and the file in it. */
  readonly path: string;
}

/** What becomes of one file. */
export type WriteAction =
  | (Target & {
      readonly kind: 'create' | 'update';
      readonly text: string;
      readonly owner: RenderedFile['owner'];
    })
  | (Target & { readonly kind: 'unchanged' })
  /** The tool wrote it once, and the document no longer asks for it. */
  | (Target & { readonly kind: 'remove' })
  /** It is the user's: there already, or written once and taken away since. */
  | (Target & { readonly kind: 'keep'; readonly present: boolean });

/** Everything that a run will do to the disk, before it does any of it. */
export interface WritePlan extends OutputFolders {
  /** Sorted by path; the manifest is not among them. */
  readonly actions: readonly WriteAction[];
  readonly manifest: PlannedManifest;
}

export interface PlannedManifest {
  /** `refresh`: only what it remembers of the run differs. */
  readonly kind: 'create' | 'update' | 'refresh' | 'unchanged';
  readonly path: string;
  /** As it stands when everything is done. */
  readonly text: string;
  /** As it stands while files are written and removed: it names the old ones and the new. */
  readonly interimText: string;
}
