import type { Place } from '../files.js';
import { isBinary } from '../formats/content-type.js';
import type { JsonSchema, LoadedMessage } from '../types.js';
import { type Context, originAt } from './context.js';
import { type Fields, fieldsOf, text, texts } from './fields.js';
import { withTraits } from './traits.js';

/** The message at a place, under the id that its channel knows it by. */
export function loadMessage(place: Place, id: string, context: Context): LoadedMessage {
  const fields = messageFields(place, context);
  const contentType = text(fields.contentType) ?? context.defaultContentType;
  const { file, path } = context.tree.end(place) ?? place;
  const binary = isBinary(contentType);
  if (binary) context.formats.warnOfBytes(contentType, fields.payload, { file, path });
  const payload = binary ? undefined : read('payload', text(fields.schemaFormat));
  const headers = read('headers', undefined);
  const correlationId = text(fieldsOf(fields.correlationId).location);
  return {
    id,
    ...texts(fields, ['name', 'title', 'summary', 'description']),
    deprecated: fields.deprecated === true,
    contentType,
    ...(binary && { binary }),
    ...(payload === undefined ? {} : { payload }),
    ...(headers === undefined ? {} : { headers }),
    ...(correlationId === undefined ? {} : { correlationId }),
    origin: originAt(place, context),
  };

  function read(field: 'payload' | 'headers', format: string | undefined): JsonSchema | undefined {
    if (fields[field] === undefined) return undefined;
    return context.formats.read(fields[field], format, { file, path: [...path, field] });
  }
}

export function messageFields(place: Place, { tree, major }: Pick<Context, 'tree' | 'major'>): Fields {
  return withTraits(tree.value(place), major);
}
