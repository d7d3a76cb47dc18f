/** What a run came from and what it gave, so that the next one sees whether anything has changed. */
import { createHash } from 'node:crypto';
import { relative, sep } from 'node:path';
import type { RunWarning } from './types.js';

/** Nothing in it depends on the machine or the time: paths are relative, line ends don't count. */
export interface RunRecord {
  /** Files that were read, as seen from the output folder; the document first. */
  readonly sources: readonly string[];
  /** Digest of these files, and of whatever else decides what comes out. */
  readonly input: string;
  /** Digest of the generated files. */
  readonly output: string;
  /** What there was to say about the document; `file` is seen from its folder. */
  readonly warnings: readonly RunWarning[];
}

/** A file's path, and what is in it. */
export type Content = readonly [path: string, text: string];

/** @param decisive everything but the files that decides what comes out */
export function digest(decisive: unknown, files: readonly Content[]): string {
  // Lengths and quotes tell where one text ends: no two lists of files look the same.
  const hash = createHash('sha256').update(JSON.stringify(decisive));
  for (const [path, text] of files) {
    const written = text.replaceAll('\r\n', '\n');
    hash.update(JSON.stringify([path, written.length])).update(written);
  }
  return hash.digest('hex');
}

/** A path as seen from a folder, the same on every machine. */
export function seenFrom(folder: string, path: string): string {
  return relative(folder, path).split(sep).join('/');
}

/** The record in a manifest; `undefined` for anything else, which costs a full run and no more. */
export function runRecord(value: unknown): RunRecord | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { sources, input, output, warnings } = value as Readonly<Record<string, unknown>>;
  const fits =
    Array.isArray(sources) &&
    sources.every((source) => typeof source === 'string') &&
    typeof input === 'string' &&
    typeof output === 'string' &&
    Array.isArray(warnings) &&
    warnings.every(isWarning);
  return fits ? { sources, input, output, warnings } : undefined;
}

function isWarning(value: unknown): value is RunWarning {
  if (typeof value !== 'object' || value === null) return false;
  const { code, message, file, line, column, hint, path } = value as Readonly<Record<string, unknown>>;
  return (
    [code, message, file].every((text) => typeof text === 'string') &&
    [line, column].every((number) => typeof number === 'number') &&
    [hint, path].every((text) => text === undefined || typeof text === 'string')
  );
}
