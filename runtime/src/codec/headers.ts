import { FsError } from '../errors.js';
import type { Headers } from '../types.js';

/** Names of the headers that the frame itself uses, in FastStream's spelling. */
export const CORRELATION_ID = 'correlation_id';
export const CONTENT_TYPE = 'content-type';
export const REPLY_TO = 'reply_to';
export const MESSAGE_ID = 'message_id';
/** Ours: which message of the contract it is, where its channel has several. */
export const MESSAGE_NAME = 'fs-message';

const RESERVED: ReadonlySet<string> = new Set([
  CORRELATION_ID,
  CONTENT_TYPE,
  REPLY_TO,
  MESSAGE_ID,
  MESSAGE_NAME,
]);

/** Whether the frame gives this header its value, whatever the application asks for. */
export function isReservedHeader(name: string): boolean {
  return RESERVED.has(name);
}

/** Headers while they are being read. */
export type MutableHeaders = Record<string, string>;

/**
 * Makes an empty set of headers without a prototype, so that a header called `__proto__` is a header like
 * any other. A constructor, because V8 keeps objects made by `Object.create(null)` as slow dictionaries.
 */
export const HeaderMap = function HeaderMap() {} as unknown as { new (): MutableHeaders };
HeaderMap.prototype = Object.freeze(Object.create(null));

/** What a message without headers has. */
export const NO_HEADERS: Headers = Object.freeze(new HeaderMap());

const MAX_BYTES = 0xffff;
/** No UTF-16 unit takes more bytes of UTF-8. */
const MAX_BYTES_PER_UNIT = 3;

/**
 * @throws FsError `FS_HEADER_INVALID` unless both are strings of at most 65,535 bytes
 */
export function checkHeader(name: unknown, value: unknown): void {
  if (typeof name !== 'string' || tooLong(name)) {
    throw new FsError('FS_HEADER_INVALID', `A header's name is ${describe(name)}`);
  }
  if (typeof value !== 'string' || tooLong(value)) {
    throw new FsError(
      'FS_HEADER_INVALID',
      `The value of header ${JSON.stringify(name)} is ${describe(value)}`,
    );
  }
}

function tooLong(text: string): boolean {
  return text.length * MAX_BYTES_PER_UNIT > MAX_BYTES && Buffer.byteLength(text) > MAX_BYTES;
}

function describe(value: unknown): string {
  if (typeof value === 'string') return `${Buffer.byteLength(value)} bytes long`;
  return value === null ? 'null' : `of type ${typeof value}`;
}
