import { GeneratorError } from '../errors.js';
import { type Content, digest, type RunRecord, runRecord, seenFrom } from './run.js';
import type { OutputFolders } from './types.js';

export const MANIFEST_NAME = '.fs-gen.json';

/** What the tool remembers of its last run. Nothing in it depends on the machine or the time. */
export interface Manifest {
  /** Files in the output folder that the tool may write over and remove; sorted, with `/`. */
  readonly files: readonly string[];
  readonly handlers: {
    /** The handlers' folder as seen from the output folder. */
    readonly folder: string;
    /** Stubs that have been written once; sorted. */
    readonly files: readonly string[];
  };
  /** Missing while files are being written, and when not all that was read lies on the disk. */
  readonly run?: RunRecord | undefined;
}

const FORMAT = 1;

export function writeManifest({ files, handlers, run }: Manifest): string {
  const content = {
    about: 'Written by fs-gen, which removes a stale file only if it is listed here.',
    format: FORMAT,
    files: [...files].sort(),
    handlers: { folder: handlers.folder, files: [...handlers.files].sort() },
    run,
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

/** @throws GeneratorError `FS_MANIFEST_INVALID` */
export function readManifest(text: string, path: string): Manifest {
  const manifest = parse(text);
  if (!isObject(manifest)) throw invalid(path, 'it is not JSON');
  if (manifest.format !== FORMAT) throw invalid(path, 'another version of fs-gen has written it');
  const { files, handlers } = manifest;
  if (
    !isPaths(files) ||
    !isObject(handlers) ||
    !isPaths(handlers.files) ||
    typeof handlers.folder !== 'string'
  )
    throw invalid(path, 'it has been changed by hand');
  return {
    files,
    handlers: { folder: handlers.folder, files: handlers.files },
    run: runRecord(manifest.run),
  };
}

/** Digest of what was written; `contents` are the manifest's `files`. */
export function outputDigest({ handlers }: Manifest, contents: readonly Content[]): string {
  const sorted = [...contents].sort(([a], [b]) => (a < b ? -1 : 1));
  return digest([handlers.folder, [...handlers.files].sort()], sorted);
}

/** The handlers' folder as the manifest names it. */
export function handlersFolder({ outDir, handlersDir }: OutputFolders): string {
  return seenFrom(outDir, handlersDir);
}

/** A file's path inside its folder, which nothing may lead out of. */
export function isInside(path: string): boolean {
  return (
    path !== '' && !/^\/|\\|^[a-z]:/i.test(path) && !path.split('/').some((part) => /^\.{0,2}$/.test(part))
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isPaths(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((path) => typeof path === 'string' && isInside(path));
}

function invalid(path: string, why: string): GeneratorError {
  return new GeneratorError('FS_MANIFEST_INVALID', `${path} can't be read: ${why}.`);
}
