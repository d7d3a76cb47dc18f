import { FsError } from '../errors.js';
import type { Headers } from '../types.js';
import { readHeaders } from './frame-headers.js';

/** FastStream's binary frame, version 1: fixed part, header table, body; numbers are big-endian. */
const MAGIC = Buffer.from('8942494e0d0a1a0a', 'hex');
const MAGIC_HIGH = MAGIC.readUInt32BE(0);
const MAGIC_LOW = MAGIC.readUInt32BE(4);
const VERSION = 1;
const VERSION_AT = 8;
const HEADERS_OFFSET_AT = 10;
const DATA_OFFSET_AT = 14;
/** Where the fixed part ends, and a writer's header table begins. */
const FIXED = 18;
const COUNT_SIZE = 2;
const LENGTH_SIZE = 2;
const MAX_U16 = 0xffff;

export interface Frame {
  readonly headers: Headers;
  /** A view of the frame's own bytes. */
  readonly body: Buffer;
}

/** Whether the bytes begin as a binary frame of any version. */
export function isFrame(bytes: Buffer): boolean {
  return (
    bytes.length >= MAGIC.length &&
    bytes.readUInt32BE(0) === MAGIC_HIGH &&
    bytes.readUInt32BE(4) === MAGIC_LOW
  );
}

/**
 * Reads a binary frame. Damaged header tables are read as far as that is possible; the body is always whole.
 *
 * @throws FsError `FS_FRAME_INVALID` for another version and for offsets that point nowhere
 */
export function readFrame(bytes: Buffer): Frame {
  if (!isFrame(bytes)) throw invalid('it does not begin with the magic bytes');
  if (bytes.length < FIXED + COUNT_SIZE) throw invalid(`it ends after ${bytes.length} bytes`);
  const version = bytes.readUInt16BE(VERSION_AT);
  if (version !== VERSION) throw invalid(`its version is ${version}, and only ${VERSION} is known`);
  const headersOffset = bytes.readUInt32BE(HEADERS_OFFSET_AT);
  const dataOffset = bytes.readUInt32BE(DATA_OFFSET_AT);
  if (dataOffset > bytes.length) throw invalid(`its body begins at ${dataOffset} of ${bytes.length} bytes`);
  if (headersOffset < FIXED || headersOffset + COUNT_SIZE > dataOffset) {
    throw invalid(`its headers begin at ${headersOffset} and its body at ${dataOffset}`);
  }
  const count = bytes.readUInt16BE(headersOffset);
  return {
    headers: readHeaders(bytes, headersOffset + COUNT_SIZE, dataOffset, count),
    body: bytes.subarray(dataOffset),
  };
}

/**
 * Writes a binary frame.
 *
 * @param headers names and values in turn, in the order in which they are to stand
 * @param body bytes, or text to be written as UTF-8
 * @throws FsError `FS_HEADER_INVALID` for a name or value that is no string or longer than 65,535 bytes
 */
export function writeFrame(headers: readonly string[], body: Uint8Array | string): Buffer {
  const dataOffset = FIXED + COUNT_SIZE + tableSize(headers);
  const bodySize = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  const frame = Buffer.allocUnsafe(dataOffset + bodySize);
  frame.set(MAGIC, 0);
  frame.writeUInt16BE(VERSION, VERSION_AT);
  frame.writeUInt32BE(FIXED, HEADERS_OFFSET_AT);
  frame.writeUInt32BE(dataOffset, DATA_OFFSET_AT);
  frame.writeUInt16BE(headers.length / 2, FIXED);
  let at = FIXED + COUNT_SIZE;
  for (const text of headers) {
    const size = frame.write(text, at + LENGTH_SIZE);
    frame.writeUInt16BE(size, at);
    at += LENGTH_SIZE + size;
  }
  if (typeof body === 'string') frame.write(body, dataOffset);
  else frame.set(body, dataOffset);
  return frame;
}

function tableSize(headers: readonly string[]): number {
  if (headers.length / 2 > MAX_U16) {
    throw new FsError('FS_HEADER_INVALID', `A frame holds ${MAX_U16} headers, not ${headers.length / 2}`);
  }
  let size = 0;
  for (const text of headers) size += LENGTH_SIZE + Buffer.byteLength(text);
  return size;
}

function invalid(why: string): FsError {
  return new FsError('FS_FRAME_INVALID', `The binary frame can't be read: ${why}`);
}
