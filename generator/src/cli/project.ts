/**
 * What commands need of the runtime. The generator never depends on it: it is loaded from the project whose document was
 * named. docs/decisions/0006 says why.
 */
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { GeneratorError } from '../errors.js';

interface RuntimeModule {
  /** `@fs-gen/runtime/…` */
  readonly name: string;
  /** Name of the export that says which version it is, and the version that fits. */
  readonly versionField: string;
  readonly version: number;
  /** What a runtime of another version does not have, for people. */
  readonly lacking: string;
}

/**
 * Loads a part of the runtime from the project that the document lies in, else from the one that the command runs in.
 *
 * @throws GeneratorError `FS_RUNTIME_MISSING`, `FS_RUNTIME_UNFIT`
 */
export async function loadFromProject<T>(module: RuntimeModule, document: string, cwd: string): Promise<T> {
  for (const folder of foldersOf(document, cwd)) {
    const file = find(module, folder);
    if (file === undefined) continue;
    const loaded = await load(file, folder);
    if (loaded[module.versionField] !== module.version) throw unfit(module, folder);
    return loaded as T;
  }
  throw new GeneratorError('FS_RUNTIME_MISSING', `@fs-gen/runtime is not installed for ${document}.`);
}

/** Where packages of the project are looked for: where the document lies, then where the command runs. */
export function foldersOf(document: string, cwd: string): readonly string[] {
  return [...new Set([dirname(resolve(cwd, document)), resolve(cwd)])];
}

function find(module: RuntimeModule, folder: string): string | undefined {
  try {
    return createRequire(join(folder, 'from-here.js')).resolve(module.name);
  } catch (cause) {
    // The package is there, and has nothing under that name.
    if (codeOf(cause) === 'ERR_PACKAGE_PATH_NOT_EXPORTED') throw unfit(module, folder);
    if (codeOf(cause) === 'MODULE_NOT_FOUND') return undefined;
    throw cause;
  }
}

async function load(file: string, folder: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await import(/* @vite-ignore */ pathToFileURL(file).href);
  } catch (cause) {
    const [, missing] =
      /^Cannot find package '([^']+)'/.exec(cause instanceof Error ? cause.message : '') ?? [];
    if (missing === undefined) throw cause;
    throw new GeneratorError(
      'FS_RUNTIME_MISSING',
      `@fs-gen/runtime in ${folder} lacks its peer ${missing}.`,
      { cause },
    );
  }
}

function unfit({ lacking }: RuntimeModule, folder: string): GeneratorError {
  return new GeneratorError(
    'FS_RUNTIME_UNFIT',
    `The @fs-gen/runtime that ${folder} uses is of another version than this fs-gen, and has ${lacking} for it.`,
  );
}

function codeOf(cause: unknown): unknown {
  return cause instanceof Error && 'code' in cause ? cause.code : undefined;
}
