import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { GeneratorError } from '../errors.js';

/** Names of files that are being written; what a killed run leaves behind is recognised by them. */
export const TEMPORARY = /^\.fs-gen-[\w-]+\.tmp$/;

/** What stands at a path. */
export type Found =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'file'; readonly text: string }
  | { readonly kind: 'folder' };

/** @throws GeneratorError `FS_OUTPUT_BLOCKED` when it can't be read, or a file is where a folder should be */
export async function look(path: string): Promise<Found> {
  try {
    return { kind: 'file', text: await fs.readFile(path, 'utf8') };
  } catch (cause) {
    switch (codeOf(cause)) {
      case 'ENOENT':
        return { kind: 'nothing' };
      case 'EISDIR':
        return { kind: 'folder' };
      case 'ENOTDIR':
        throw new GeneratorError(
          'FS_OUTPUT_BLOCKED',
          `${path} can't be written: a file stands where its folder should be.`,
          {
            cause,
          },
        );
      default:
        throw new GeneratorError('FS_OUTPUT_BLOCKED', `${path} can't be read: ${messageOf(cause)}.`, {
          cause,
        });
    }
  }
}

/** Paths of the files below a folder, one by one, relative to it, with `/`; none when there is no such folder. */
export async function* filesBelow(folder: string): AsyncGenerator<string> {
  const entries = await fs.readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    if (codeOf(cause) === 'ENOENT') return [];
    throw new GeneratorError('FS_OUTPUT_BLOCKED', `${folder} can't be read: ${messageOf(cause)}.`, { cause });
  });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (!entry.isDirectory()) yield entry.name;
    else for await (const path of filesBelow(join(folder, entry.name))) yield `${entry.name}/${path}`;
  }
}

export function codeOf(cause: unknown): string | undefined {
  return (cause as NodeJS.ErrnoException).code;
}

/** `permission denied`, without the path that Node adds to it. */
export function messageOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  return message.replace(/^[A-Z]+: /, '').replace(/, \w+( '.*)?$/, '');
}
