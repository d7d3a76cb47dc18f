import { promises as fs } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { filesBelow } from './disk.js';
import { handlersFolder, MANIFEST_NAME, type Manifest, outputDigest, readManifest } from './manifest.js';
import { type Content, digest, seenFrom } from './run.js';
import type { OutputFolders, RunWarning } from './types.js';

export interface RecalledRun {
  /** Generated files that are as they should be. */
  readonly files: number;
  /** Files that were read, by path, and what is in them. */
  readonly sources: ReadonlyMap<string, string>;
  /** What there was to say about the document, as if it had just been read. */
  readonly warnings: readonly RunWarning[];
}

/**
 * The last run, if a run now would change nothing: the same version and options, every file that was read, and every
 * file that was written, are as they were. Reads these files, parses none. What can't be read is left to a full run.
 *
 * @param key as in `RunInputs`
 */
export async function recallRun(
  document: string,
  key: string,
  folders: OutputFolders,
): Promise<RecalledRun | undefined> {
  const manifest = await manifestOf(folders.outDir);
  if (manifest?.run === undefined) return undefined;
  const { sources, input, output, warnings } = manifest.run;
  const { folder, files: stubs } = manifest.handlers;
  if (sources[0] !== seenFrom(folders.outDir, document) || folder !== handlersFolder(folders))
    return undefined;
  // Stubs that were deleted stay deleted, but for when all of them went.
  if (stubs.length > 0 && (await isEmpty(folders.handlersDir))) return undefined;
  const read = await contents(sources, folders.outDir);
  if (read === undefined || digest(key, read) !== input) return undefined;
  const written = await contents(manifest.files, folders.outDir);
  if (written === undefined || outputDigest(manifest, written) !== output) return undefined;
  return {
    files: written.length,
    sources: new Map(read.map(([path, text]) => [resolve(folders.outDir, path), text])),
    warnings: warnings.map((warning) => ({ ...warning, file: shownName(warning.file, document) })),
  };
}

async function manifestOf(outDir: string): Promise<Manifest | undefined> {
  const path = join(outDir, MANIFEST_NAME);
  try {
    return readManifest(await fs.readFile(path, 'utf8'), path);
  } catch {
    return undefined;
  }
}

async function contents(paths: readonly string[], outDir: string): Promise<readonly Content[] | undefined> {
  try {
    return await Promise.all(
      paths.map(async (path) => [path, await fs.readFile(join(outDir, path), 'utf8')] as const),
    );
  } catch {
    return undefined;
  }
}

async function isEmpty(folder: string): Promise<boolean> {
  const { done } = await filesBelow(folder).next();
  return done === true;
}

/** As the document is named now, and other files relative to that. */
function shownName(file: string, document: string): string {
  return file === basename(document) ? document : join(dirname(document), file);
}
