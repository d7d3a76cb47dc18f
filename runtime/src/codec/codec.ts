import { asBuffer } from '../bytes.js';
import { FsError } from '../errors.js';
import type { Headers } from '../types.js';
import { decodeBody, decodeTextBody, encodeBody } from './body.js';
import { readEnvelope, writeEnvelope } from './envelope.js';
import { isFrame, readFrame, writeFrame } from './frame.js';
import {
  CONTENT_TYPE,
  CORRELATION_ID,
  checkHeader,
  isReservedHeader,
  MESSAGE_ID,
  MESSAGE_NAME,
  NO_HEADERS,
  REPLY_TO,
} from './headers.js';
import { decodeText } from './text.js';

/** The field of an entry that holds the frame. */
const DATA_FIELD = Buffer.from('__data__');

export interface DecodedMessage {
  /** All of them, the frame's own included. Without a prototype, so that no name has a meaning. */
  readonly headers: Headers;
  /** The payload, not validated yet. */
  readonly body: unknown;
  /** `undefined` when the message has none, or an empty one. */
  readonly correlationId: string | undefined;
  readonly messageId: string | undefined;
}

export interface OutgoingMessage {
  /** The payload; `undefined` sends an empty body. */
  readonly value: unknown;
  /** The application's own. Those that the frame sets itself are left out of them. */
  readonly headers?: Headers | undefined;
  readonly correlationId: string;
  readonly messageId: string;
  readonly replyTo?: string | undefined;
  /** Which message of the contract it is, where that is not plain. */
  readonly messageName?: string | undefined;
  /** The contract's, which can make the one that follows from the value more exact. */
  readonly contentType?: string | undefined;
  /** `json`: FastStream's legacy envelope. */
  readonly format: 'binary' | 'json';
}

/**
 * Reads an entry: a binary frame, a legacy envelope, bare bytes, or the fields of an entry that another tool
 * wrote, in this order.
 *
 * @param fields names and values in turn
 * @throws FsError `FS_FRAME_INVALID`, `FS_MESSAGE_INVALID`
 */
export function decodeEntry(fields: readonly Uint8Array[]): DecodedMessage {
  const data = dataField(fields);
  if (data === undefined) return message(NO_HEADERS, fieldObject(fields));
  const bytes = asBuffer(data);
  if (isFrame(bytes)) {
    const { headers, body } = readFrame(bytes);
    return message(headers, decodeBody(body, headers[CONTENT_TYPE]));
  }
  const unframed = readEnvelope(bytes);
  switch (unframed.kind) {
    case 'envelope':
      return message(unframed.headers, decodeTextBody(unframed.data, unframed.headers[CONTENT_TYPE]));
    case 'json':
      return message(NO_HEADERS, unframed.value);
    case 'other':
      return message(NO_HEADERS, decodeBody(bytes, undefined));
    default:
      throw unframed satisfies never;
  }
}

/**
 * Writes an entry, and gives its fields, names and values in turn.
 *
 * @throws FsError `FS_HEADER_INVALID`, `FS_PUBLISH_INVALID`
 */
export function encodeMessage(outgoing: OutgoingMessage): Uint8Array[] {
  const { content, contentType } = encodeBody(outgoing.value, outgoing.contentType);
  const headers = headerList(outgoing, contentType);
  const frame = outgoing.format === 'json' ? writeEnvelope(headers, content) : writeFrame(headers, content);
  return [DATA_FIELD, frame];
}

/** Names and values in turn, in the order that FastStream writes. */
function headerList(outgoing: OutgoingMessage, contentType: string | undefined): string[] {
  const { correlationId, messageId, messageName, replyTo, headers } = outgoing;
  if (correlationId === '' || messageId === '') {
    const name = messageId === '' ? MESSAGE_ID : CORRELATION_ID;
    throw new FsError('FS_HEADER_INVALID', `Header "${name}" is empty`, {
      hint: 'Leave the id out, and the message gets a new one.',
    });
  }
  const list: string[] = [];
  const add = (name: string, value: string) => {
    checkHeader(name, value);
    list.push(name, value);
  };
  add(CORRELATION_ID, correlationId);
  if (contentType !== undefined) add(CONTENT_TYPE, contentType);
  if (replyTo !== undefined) add(REPLY_TO, replyTo);
  add(MESSAGE_ID, messageId);
  if (messageName !== undefined) add(MESSAGE_NAME, messageName);
  if (headers !== undefined) {
    for (const [name, value] of Object.entries(headers)) if (!isReservedHeader(name)) add(name, value);
  }
  return list;
}

function message(headers: Headers, body: unknown): DecodedMessage {
  return {
    headers,
    body,
    correlationId: headers[CORRELATION_ID] || undefined,
    messageId: headers[MESSAGE_ID] || undefined,
  };
}

function dataField(fields: readonly Uint8Array[]): Uint8Array | undefined {
  for (let i = 0; i + 1 < fields.length; i += 2) {
    if (isDataField(fields[i])) return fields[i + 1];
  }
  return undefined;
}

function isDataField(name: Uint8Array | undefined): boolean {
  return name !== undefined && name.length === DATA_FIELD.length && DATA_FIELD.equals(name);
}

/** A field called `__proto__` is left out, as in JSON. */
function fieldObject(fields: readonly Uint8Array[]): Record<string, string> {
  const object: Record<string, string> = {};
  for (let i = 0; i + 1 < fields.length; i += 2) {
    const name = fieldText(fields[i]);
    if (name !== '__proto__') object[name] = fieldText(fields[i + 1]);
  }
  return object;
}

function fieldText(bytes: Uint8Array | undefined): string {
  const text = bytes === undefined ? '' : decodeText(asBuffer(bytes));
  if (text === undefined) {
    throw new FsError(
      'FS_FRAME_INVALID',
      'The entry has no __data__ field, and its own fields are not UTF-8',
    );
  }
  return text;
}
