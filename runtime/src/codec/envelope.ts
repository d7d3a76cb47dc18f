import { asBuffer } from '../bytes.js';
import { FsError } from '../errors.js';
import type { Headers } from '../types.js';
import { parseJson } from './body.js';
import { HeaderMap } from './headers.js';
import { decodeText } from './text.js';

const OPENING_BRACE = 0x7b;

/** What bytes that are no binary frame turned out to be. */
export type Unframed =
  | { readonly kind: 'envelope'; readonly headers: Headers; readonly data: string }
  /** JSON without an envelope around it. */
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'other' };

/**
 * Looks for FastStream's legacy JSON envelope: an object whose `data` is a string and whose `headers` is an
 * object of strings. JSON that is something else is handed back parsed, so that nothing is parsed twice.
 */
export function readEnvelope(bytes: Buffer): Unframed {
  if (!beginsObject(bytes)) return { kind: 'other' };
  const text = decodeText(bytes);
  if (text === undefined) return { kind: 'other' };
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    if (error instanceof FsError) throw error;
    return { kind: 'other' };
  }
  const { data, headers } = value as { data?: unknown; headers?: unknown };
  if (typeof data !== 'string') return { kind: 'json', value };
  const strings = stringHeaders(headers);
  return strings === undefined ? { kind: 'json', value } : { kind: 'envelope', headers: strings, data };
}

/**
 * Writes the legacy JSON envelope.
 *
 * @param headers names and values in turn, in the order in which they are to stand
 * @throws FsError `FS_PUBLISH_INVALID` for bytes that aren't UTF-8: an envelope is text
 */
export function writeEnvelope(headers: readonly string[], body: Uint8Array | string): Buffer {
  const data = typeof body === 'string' ? body : decodeText(asBuffer(body));
  if (data === undefined) {
    throw new FsError('FS_PUBLISH_INVALID', 'Bytes that are not UTF-8 do not fit into a JSON envelope', {
      hint: 'Use `format: binary` in x-fs-stream; every FastStream since 0.6 reads it.',
    });
  }
  const object = new HeaderMap();
  for (let i = 0; i + 1 < headers.length; i += 2) object[headers[i] ?? ''] = headers[i + 1] ?? '';
  return Buffer.from(JSON.stringify({ data, headers: object }));
}

function beginsObject(bytes: Buffer): boolean {
  let at = 0;
  while (isBlank(bytes[at])) at += 1;
  return bytes[at] === OPENING_BRACE;
}

/** What JSON allows before a value: space, tab, line feed, carriage return. */
function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}

function stringHeaders(candidate: unknown): Headers | undefined {
  if (typeof candidate !== 'object' || candidate === null || Array.isArray(candidate)) return undefined;
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(candidate)) {
    if (typeof value !== 'string') return undefined;
    headers[name] = value;
  }
  return headers;
}
