import type { GenerateOptions } from './generate.js';
import { version } from './version.js';

/**
 * Everything that decides what comes out of a run and is in no file. Where the files go is not part of it: the
 * manifest knows that.
 */
export function runKey({
  document: _document,
  out: _out,
  handlers: _handlers,
  ...decisive
}: GenerateOptions): string {
  const options = Object.entries({ perspective: 'application', lenient: false, ...decisive })
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([version(), ...options]);
}
