import { error } from './codes.js';
import { child, type Files } from './files.js';
import { nearest } from './near.js';
import type { Diagnostic, Location } from './types.js';

const SUPPORTED = /^(2\.[0-6]\.0|3\.[01]\.0)$/;

/** Other kinds of documents, by the key that tells them. */
const OTHERS = {
  openapi: 'an OpenAPI document',
  swagger: 'a Swagger (OpenAPI 2) document',
  $schema: 'a JSON Schema',
  arazzo: 'an Arazzo document',
  apiVersion: 'a Kubernetes manifest',
} as const;

/** Says what keeps a file from being an AsyncAPI document of a version that can be read; nothing when it is one. */
export function identify(files: Files): Diagnostic | undefined {
  const file = files.main;
  const data = files.raw({ file, path: [] });
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    const what = Array.isArray(data) ? 'a list' : data == null ? 'nothing but comments' : 'plain text';
    return error('FS_NOT_ASYNCAPI', `This is not an AsyncAPI document: it holds ${what}.`, startOf(file));
  }
  const version = child(data, 'asyncapi');
  if (version === undefined) return notAsyncApi(data, files);
  if (typeof version === 'string' && SUPPORTED.test(version)) return undefined;
  const place = { file, path: ['asyncapi'] };
  return unsupported(files.written(place) || JSON.stringify(version), files.valueOf(place));
}

function notAsyncApi(data: object, files: Files): Diagnostic {
  const file = files.main;
  for (const [key, kind] of Object.entries(OTHERS)) {
    if (!Object.hasOwn(data, key)) continue;
    const message = `This is not an AsyncAPI document, but ${kind}.`;
    return error('FS_NOT_ASYNCAPI', message, files.keyOf({ file, path: [key] }));
  }
  const near = nearest('asyncapi', Object.keys(data));
  const hint = near === undefined ? undefined : `Is \`${near}\` meant to be \`asyncapi\`?`;
  const message = `This is not an AsyncAPI document: it has no \`asyncapi\` field.`;
  return error('FS_NOT_ASYNCAPI', message, startOf(file), { hint });
}

function unsupported(written: string, location: Location): Diagnostic {
  const closest = completed(written);
  const hint = closest === undefined ? undefined : `Write the whole version: \`asyncapi: ${closest}\`.`;
  return error('FS_VERSION_UNSUPPORTED', `AsyncAPI ${written} is not supported.`, location, {
    hint,
    path: ['asyncapi'],
  });
}

const NEWEST = { 2: '2.6.0', 3: '3.1.0' } as const;

/** Reads a version of 2 or 3 that is not known as one that is, and gives that; `undefined` for any other. */
export function takeForSupported(files: Files): string | undefined {
  const place = { file: files.main, path: ['asyncapi'] };
  const written = files.written(place);
  const [, major] = /^([23])(\.\d+)*(-\S*)?$/.exec(written) ?? [];
  const taken = completed(written) ?? (major === '2' || major === '3' ? NEWEST[major] : undefined);
  return taken !== undefined && files.replace(place, taken) ? taken : undefined;
}

/** The supported version that `3`, `3.0` or `2.6` was short for. */
function completed(written: string): string | undefined {
  const parts = written.split('.');
  const whole = [...parts, '0', '0'].slice(0, 3).join('.');
  return parts.length < 3 && SUPPORTED.test(whole) ? whole : undefined;
}

function startOf(file: string): Location {
  return { file, line: 1, column: 1 };
}
