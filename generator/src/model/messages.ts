import type { LoadedMessage } from '../document/types.js';
import { docsOf } from './docs.js';
import { isMessageExpression } from './expression.js';
import { below } from './report.js';
import type { Schemas } from './schemas/index.js';
import type { HeadersModel, MessageModel, SchemaNode } from './types.js';

/** Headers that the frame sets itself; the runtime knows them by the same names. */
const FRAME_HEADERS = ['correlation_id', 'content-type', 'reply_to', 'message_id'];
const FRAME_CORRELATION = '$message.header#/correlation_id';

export function messageOf(message: LoadedMessage, name: string, schemas: Schemas): MessageModel {
  const { payload, correlationId } = message;
  const undeclared: SchemaNode = { kind: message.binary ? 'bytes' : 'unknown' };
  const headers = headersOf(message, schemas);
  const located =
    correlationId !== undefined && correlationId !== FRAME_CORRELATION && isMessageExpression(correlationId);
  return {
    kind: 'message',
    name,
    contentType: message.contentType,
    payload: payload === undefined ? undeclared : schemas.use(payload, below(message.origin, 'payload')),
    ...(headers !== undefined && { headers }),
    ...(located && { correlationId }),
    docs: docsOf(message, name),
  };
}

/** Undefined where the contract says nothing of them that could be checked. */
function headersOf({ headers, origin }: LoadedMessage, schemas: Schemas): HeadersModel | undefined {
  if (headers === undefined) return undefined;
  const node = schemas.use(headers, below(origin, 'headers'));
  if (node.kind === 'unknown') return undefined;
  const declared = schemas.propertyNames(node);
  return { node, frame: FRAME_HEADERS.filter((name) => declared.has(name)) };
}
