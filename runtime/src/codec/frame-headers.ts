import type { Headers } from '../types.js';
import { HeaderMap, type MutableHeaders } from './headers.js';
import { decodeText } from './text.js';

const LENGTH_SIZE = 2;

/** A header table that was walked to its end. */
interface Walk {
  readonly headers: Headers;
  /** The table ends where the body begins, as it must when its lengths mean what we took them for. */
  readonly exact: boolean;
}

/** Where a string ends that begins at `start` and has this declared length; `undefined`: beyond `end`. */
type Measure = (bytes: Buffer, start: number, length: number, end: number) => number | undefined;

/**
 * Reads a header table: for each header two strings, each preceded by its length in bytes.
 *
 * FastStream's own writer puts lengths in characters, which differ from the first non-ASCII string on. Such a
 * table doesn't end at the body when it is read by bytes, and does when it is read by characters. Where neither
 * fits, the headers before the first non-ASCII one are right in any case, and are kept.
 */
export function readHeaders(bytes: Buffer, start: number, end: number, count: number): Headers {
  const ascii = walkAscii(bytes, start, end, count);
  if (ascii !== undefined) return ascii;
  const byBytes = walk(bytes, start, end, count, endByBytes);
  if (byBytes?.exact) return byBytes.headers;
  const byCharacters = walk(bytes, start, end, count, endByCharacters);
  if (byCharacters?.exact) return byCharacters.headers;
  return byBytes?.headers ?? leadingAscii(bytes, start, end, count);
}

/** The usual case, at a third of the cost: the whole table is decoded at once and cut up. */
function walkAscii(bytes: Buffer, start: number, end: number, count: number): Headers | undefined {
  const table = bytes.toString('utf8', start, end);
  // As many characters as bytes, and none of them replaced: all are ASCII, the length fields too.
  if (table.length !== end - start || table.includes('\uFFFD')) return undefined;
  const headers = new HeaderMap();
  let at = 0;
  for (let i = 0; i < count; i++) {
    const nameEnd = at + LENGTH_SIZE + lengthAt(bytes, start + at);
    const valueStart = nameEnd + LENGTH_SIZE;
    if (valueStart > table.length) return undefined;
    const valueEnd = valueStart + lengthAt(bytes, start + nameEnd);
    if (valueEnd > table.length) return undefined;
    headers[table.slice(at + LENGTH_SIZE, nameEnd)] = table.slice(valueStart, valueEnd);
    at = valueEnd;
  }
  return headers;
}

function walk(bytes: Buffer, start: number, end: number, count: number, measure: Measure): Walk | undefined {
  const headers = new HeaderMap();
  let at = start;
  for (let i = 0; i < count; i++) {
    const next = readHeader(bytes, at, end, measure, headers);
    if (next === undefined) return undefined;
    at = next;
  }
  return { headers, exact: at === end };
}

function leadingAscii(bytes: Buffer, start: number, end: number, count: number): Headers {
  const headers = new HeaderMap();
  let at = start;
  for (let i = 0; i < count; i++) {
    const next = readHeader(bytes, at, end, endOfAscii, headers);
    if (next === undefined) break;
    at = next;
  }
  return headers;
}

/** Adds the header that begins at `at`, and gives where the next one begins. */
function readHeader(
  bytes: Buffer,
  at: number,
  end: number,
  measure: Measure,
  headers: MutableHeaders,
): number | undefined {
  const nameEnd = stringEnd(bytes, at, end, measure);
  if (nameEnd === undefined) return undefined;
  const valueEnd = stringEnd(bytes, nameEnd, end, measure);
  if (valueEnd === undefined) return undefined;
  const name = decodeText(bytes, at + LENGTH_SIZE, nameEnd);
  const value = decodeText(bytes, nameEnd + LENGTH_SIZE, valueEnd);
  if (name === undefined || value === undefined) return undefined;
  headers[name] = value;
  return valueEnd;
}

function stringEnd(bytes: Buffer, at: number, end: number, measure: Measure): number | undefined {
  const start = at + LENGTH_SIZE;
  return start > end ? undefined : measure(bytes, start, lengthAt(bytes, at), end);
}

/** The caller has made sure that both bytes are inside the frame, or looks at the result no further. */
function lengthAt(bytes: Buffer, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

function endByBytes(_bytes: Buffer, start: number, length: number, end: number): number | undefined {
  return start + length > end ? undefined : start + length;
}

/** Python counts code points: every byte that doesn't continue a UTF-8 sequence begins one. */
function endByCharacters(bytes: Buffer, start: number, length: number, end: number): number | undefined {
  let at = start;
  for (let i = 0; i < length; i++) {
    if (at >= end) return undefined;
    at += 1;
    while (at < end && isContinuation(bytes[at])) at += 1;
  }
  return at;
}

function endOfAscii(bytes: Buffer, start: number, length: number, end: number): number | undefined {
  const stop = start + length;
  if (stop > end) return undefined;
  for (let at = start; at < stop; at++) {
    if ((bytes[at] ?? 0) >= 0x80) return undefined;
  }
  return stop;
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
