import type { Place } from '../files.js';
import type { JsonSchema, LoadedMessage } from '../types.js';
import { type Context, originAt } from './context.js';
import { type Fields, fieldsOf, text, texts } from './fields.js';
import { withTraits } from './traits.js';

/** AsyncAPI's own dialect of JSON Schema, whatever version it names. */
const OWN_DIALECT = /^application\/vnd\.aai\.asyncapi(\+json|\+yaml)?;version=/;

/** The message at a place, under the id that its channel knows it by. */
export function loadMessage(place: Place, id: string, context: Context): LoadedMessage {
  const fields = messageFields(place, context);
  const payload = schemaOf(fields.payload);
  const headers = schemaOf(fields.headers);
  const schemaFormat = payload.format ?? text(fields.schemaFormat);
  const correlationId = text(fieldsOf(fields.correlationId).location);
  return {
    id,
    ...texts(fields, ['name', 'title', 'summary', 'description']),
    deprecated: fields.deprecated === true,
    contentType: text(fields.contentType) ?? context.defaultContentType,
    ...(schemaFormat === undefined || OWN_DIALECT.test(schemaFormat) ? {} : { schemaFormat }),
    ...(payload.schema === undefined ? {} : { payload: payload.schema }),
    ...(headers.schema === undefined ? {} : { headers: headers.schema }),
    ...(correlationId === undefined ? {} : { correlationId }),
    origin: originAt(place, context),
  };
}

export function messageFields(place: Place, { tree, major }: Pick<Context, 'tree' | 'major'>): Fields {
  return withTraits(tree.value(place), major);
}

interface Formatted {
  readonly schema?: JsonSchema;
  readonly format?: string;
}

/** A schema as it is, or unpacked from 3.x's `{schemaFormat, schema}`. */
export function schemaOf(value: unknown): Formatted {
  if (typeof value === 'boolean') return { schema: value };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  const { schemaFormat, schema } = value as Fields;
  if (typeof schemaFormat !== 'string' || schema === undefined) return { schema: value as Fields };
  return { ...schemaOf(schema), format: schemaFormat };
}
