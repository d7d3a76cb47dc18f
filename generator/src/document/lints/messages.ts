import { warning } from '../codes.js';
import { text } from '../convert/fields.js';
import { messageFields } from '../convert/message.js';
import { child, type Place } from '../files.js';
import { isWrapper } from '../formats/dialects.js';
import { isRecord } from '../json-schema/types.js';
import { parsePointer } from '../pointer.js';
import { allMessages, type Context, endOf, membersAt, type Rule, valueAt } from '../rules/sites.js';
import type { Diagnostic } from '../types.js';

/** What is allowed in a message, and hardly meant. */
export const messages: Rule = (context) =>
  allMessages(context).flatMap((place) => [
    ...missingPayload(place, context),
    ...brokenCorrelation(place, context),
    ...lostRequired(place, context),
  ]);

function missingPayload(place: Place, context: Context): readonly Diagnostic[] {
  const fields = messageFields(place, context);
  if (fields.payload !== undefined || 'oneOf' in fields) return [];
  const end = endOf(place, context);
  const name = text(fields.title) ?? text(fields.name) ?? end.path.at(-1);
  return [
    warning('FS_PAYLOAD_MISSING', `The message ${name} has no payload.`, context.files.keyOf(end), {
      path: end.path,
    }),
  ];
}

/** `$message.header#/a/b` must be a place that the schema of the headers knows. */
function brokenCorrelation(place: Place, context: Context): readonly Diagnostic[] {
  const { tree, files } = context;
  const fields = messageFields(place, context);
  const location = text(child(fields.correlationId, 'location'));
  const match = /^\$message\.(header|payload)#(.*)$/.exec(location ?? '');
  const schema = match?.[1] === 'header' ? fields.headers : fields.payload;
  const path = parsePointer(match?.[2] ?? '') ?? [];
  if (location === undefined || match === null || schema === undefined || isWrapper(schema)) return [];
  if (fields.schemaFormat !== undefined || path.length === 0 || reaches(schema, path, new Set())) return [];
  const written = tree.child(place, 'correlationId', 'location') ?? place;
  const end = endOf(written, context);
  return [
    warning('FS_CORRELATION_BROKEN', `\`${location}\` leads to no field of the schema.`, files.valueOf(end), {
      path: end.path,
    }),
  ];
}

/** Some part of the schema has the property, or may have any. */
function reaches(schema: unknown, path: readonly string[], seen: Set<unknown>): boolean {
  const [key, ...rest] = path;
  if (key === undefined || schema === true) return true;
  if (!isRecord(schema) || seen.has(schema)) return false;
  seen.add(schema);
  const { properties, patternProperties, additionalProperties, items } = schema;
  if (isRecord(properties) && Object.hasOwn(properties, key))
    return reaches(properties[key], rest, new Set());
  if (patternProperties !== undefined || isRecord(additionalProperties)) return true;
  if (/^\d+$/.test(key) && items !== undefined) return true;
  const parts = ['allOf', 'anyOf', 'oneOf'].flatMap((each) => schema[each] ?? []);
  const others = [schema.if, schema.then, schema.else];
  return [...parts, ...others].some((part) => reaches(part, path, seen));
}

/** Traits are merged by merge patch, in which a list takes the place of a list. */
function lostRequired(place: Place, context: Context): readonly Diagnostic[] {
  if (context.major !== 3) return [];
  const own = valueAt(place, ['headers', 'required'], context);
  const traits = membersAt(place, ['traits'], context);
  return traits.flatMap(({ place: trait }) => {
    const required = valueAt(trait, ['headers', 'required'], context);
    if (!Array.isArray(own) || !Array.isArray(required)) return [];
    const lost = required.filter((field) => !own.includes(field));
    const at = endOf(context.tree.child(place, 'headers', 'required') ?? place, context);
    if (lost.length === 0) return [];
    const message = `This list replaces that of a trait, and ${lost.join(', ')} is no longer required.`;
    return warning('FS_TRAIT_REQUIRED_LOST', message, context.files.keyOf(at), { path: at.path });
  });
}
