import { dirname, join } from 'node:path';
import type { GenerateOptions } from './generate.js';
import type { OutputFolders } from './write/index.js';

/** Where the files go: `generated`, and `handlers` beside it, if nobody says otherwise. */
export function foldersOf({ out: outDir = 'generated', handlers }: GenerateOptions): OutputFolders {
  return { outDir, handlersDir: handlers ?? join(dirname(outDir), 'handlers') };
}
