import { promises as fs } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { type DiagnosticCode, error } from './codes.js';
import { nearest } from './near.js';
import type { Diagnostic } from './types.js';

/** The text of a file, or what keeps us from having it. */
export type ReadResult = { readonly text: string } | { readonly problem: Diagnostic };

export async function readText(file: string): Promise<ReadResult> {
  const fail = (code: DiagnosticCode, message: string, hint?: string): ReadResult => ({
    problem: error(code, message, { file, line: 1, column: 1 }, { hint }),
  });
  try {
    const text = await fs.readFile(file, 'utf8');
    if (text.trim() === '') return fail('FS_FILE_EMPTY', `${file} is empty.`);
    return { text };
  } catch (cause) {
    switch ((cause as NodeJS.ErrnoException).code) {
      case 'ENOENT':
      case 'ENOTDIR':
        return fail('FS_FILE_MISSING', `There is no file ${file}.`, await suggestName(file));
      case 'EISDIR':
        return fail('FS_FILE_IS_FOLDER', `${file} is a folder.`, await suggestDocument(file));
      default:
        return fail('FS_FILE_UNREADABLE', `${file} can't be read: ${(cause as Error).message}.`);
    }
  }
}

/** A file beside the missing one whose name is nearly the same, or one that might be meant. */
async function suggestName(file: string): Promise<string | undefined> {
  const folder = dirname(file);
  const names = await namesIn(folder);
  if (names === undefined) return `There is no folder ${folder} either.`;
  const stem = (name: string) => basename(name, extname(name));
  const documents = names.filter(isDocument);
  const meant = nearest(stem(file), documents.map(stem));
  const near = documents.find((name) => stem(name) === meant);
  return near === undefined ? undefined : `Did you mean ${join(folder, near)}?`;
}

async function suggestDocument(folder: string): Promise<string | undefined> {
  const names = (await namesIn(folder)) ?? [];
  const likely = names.find((name) => /async/i.test(name) && isDocument(name)) ?? names.find(isDocument);
  return likely === undefined ? undefined : `Did you mean ${join(folder, likely)}?`;
}

async function namesIn(folder: string): Promise<readonly string[] | undefined> {
  try {
    return (await fs.readdir(folder)).sort();
  } catch {
    return undefined;
  }
}

function isDocument(name: string): boolean {
  return /\.(ya?ml|json)$/.test(name);
}
