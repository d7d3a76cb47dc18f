import { FsError } from '../errors.js';
import { refuseRounded } from './exact.js';
import { decodeText } from './text.js';

const JSON_TYPE = 'application/json';
const TEXT_TYPE = 'text/plain';

export interface EncodedBody {
  /** Bytes, or text that is to be written as UTF-8. */
  readonly content: Uint8Array | string;
  /** `undefined`: the message says nothing about it. */
  readonly contentType: string | undefined;
}

/**
 * Turns a payload into its body: `undefined` into nothing, bytes and text into themselves, anything else
 * into JSON.
 *
 * @param declared the contract's content type. It stands in the message where readers would still get the
 * same value: on bytes unless it promises JSON or text, on JSON if it is JSON with parameters.
 * @throws FsError `FS_PUBLISH_INVALID` for what has no JSON: cycles, bigints, functions
 */
export function encodeBody(value: unknown, declared?: string): EncodedBody {
  if (value === undefined) return { content: '', contentType: undefined };
  if (typeof value === 'string') return { content: value, contentType: TEXT_TYPE };
  if (value instanceof Uint8Array) {
    const misleading = declared === undefined || isJson(declared) || declared === TEXT_TYPE;
    return { content: value, contentType: misleading ? undefined : declared };
  }
  const contentType = declared !== undefined && isJson(declared) ? declared : JSON_TYPE;
  return { content: stringify(value), contentType };
}

/**
 * Turns a body back into the payload, by its content type: JSON, text, or else bytes. Without one, JSON is
 * tried first. Bytes are a copy: what a handler does to them must not reach the frame, which may have to go to
 * the dead-letter stream as it came.
 *
 * @throws FsError `FS_FRAME_INVALID` when the body isn't what the content type says, `FS_MESSAGE_INVALID` when it holds
 * a whole number that would be rounded
 */
export function decodeBody(body: Buffer, contentType: string | undefined): unknown {
  if (contentType === undefined) {
    const text = decodeText(body);
    return text === undefined ? Buffer.from(body) : parseUnlabelled(text, () => Buffer.from(body));
  }
  if (isJson(contentType)) return parseLabelled(readText(body, contentType), contentType);
  return contentType === TEXT_TYPE ? readText(body, contentType) : Buffer.from(body);
}

/** Like `decodeBody`, for a body that came as text. */
export function decodeTextBody(text: string, contentType: string | undefined): unknown {
  if (contentType === undefined) return parseUnlabelled(text, () => Buffer.from(text));
  if (isJson(contentType)) return parseLabelled(text, contentType);
  return contentType === TEXT_TYPE ? text : Buffer.from(text);
}

/**
 * `JSON.parse`, but without keys called `__proto__`. As JSON.parse makes them they are harmless; they stop
 * being so when somebody copies the object key by key, and then its prototype is the sender's choice. And no whole
 * number is rounded.
 *
 * @throws SyntaxError
 * @throws FsError `FS_MESSAGE_INVALID` for a whole number that would be rounded
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  refuseRounded(text);
  // The second test is for the same key spelt with escapes, which no honest writer needs for ASCII letters.
  if (text.includes('__proto__') || (text.includes('\\u00') && /\\u00[567]/.test(text))) dropProtoKeys(value);
  return value;
}

function isJson(contentType: string): boolean {
  return contentType.startsWith(JSON_TYPE);
}

function readText(body: Buffer, contentType: string): string {
  const text = decodeText(body);
  if (text === undefined) {
    throw new FsError('FS_FRAME_INVALID', `The body's content type is ${contentType}, and it isn't UTF-8`);
  }
  return text;
}

function parseLabelled(text: string, contentType: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    if (cause instanceof FsError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new FsError(
      'FS_FRAME_INVALID',
      `The body's content type is ${contentType}, and it isn't JSON: ${why}`,
      {
        cause,
      },
    );
  }
}

function parseUnlabelled(text: string, otherwise: () => Buffer): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof FsError) throw error;
    return otherwise();
  }
}

function stringify(value: unknown): string {
  let text: string | undefined;
  let cause: unknown;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    cause = error;
  }
  if (text !== undefined) return text;
  const why = cause instanceof Error ? cause.message : `a ${typeof value} has no JSON`;
  throw new FsError('FS_PUBLISH_INVALID', `The payload can't be written as JSON: ${why}`, { cause });
}

/** Without recursion: the depth is the sender's choice too. */
function dropProtoKeys(root: unknown): void {
  const open: unknown[] = [root];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    if (Object.hasOwn(value, '__proto__')) Reflect.deleteProperty(value, '__proto__');
    for (const inner of Object.values(value)) open.push(inner);
  }
}
