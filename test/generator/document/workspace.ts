/** Documents in a folder of their own, loaded as a user would. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { loadDocument } from '../../../generator/src/document/index.js';
import type { Diagnostic, LoadedDocument } from '../../../generator/src/document/types.js';

/** A folder with the files, gone after the test. */
export async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fs-gen-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

export interface Loaded {
  readonly document: LoadedDocument | undefined;
  readonly diagnostics: readonly Diagnostic[];
  /** `api.yaml:3:5 error FS_SYNTAX`, one for each diagnostic. */
  readonly found: readonly string[];
}

/** Loads `api.yaml`, which is the text, or one of several files. */
export async function load(
  document: string | Readonly<Record<string, string>>,
  main = 'api.yaml',
): Promise<Loaded> {
  const folder = await folderWith(typeof document === 'string' ? { [main]: document } : document);
  const result = await loadDocument(join(folder, main));
  const found = result.diagnostics.map(({ location: { file, line, column }, severity, code }) => {
    return `${file.replace(`${folder}/`, '')}:${line}:${column} ${severity} ${code}`;
  });
  return { document: result.document, diagnostics: result.diagnostics, found };
}

/** The document, of which the test is sure that there is one. */
export async function loaded(
  document: string | Readonly<Record<string, string>>,
  main?: string,
): Promise<LoadedDocument> {
  const result = await load(document, main);
  if (result.document === undefined)
    throw new Error(`Not loaded: ${JSON.stringify(result.diagnostics, null, 2)}`);
  return result.document;
}

export const HEAD_V3 = `asyncapi: 3.0.0
info:
  title: Test
  version: 1.0.0
`;

export const HEAD_V2 = `asyncapi: 2.6.0
info:
  title: Test
  version: 1.0.0
`;
