import { warning } from '../codes.js';
import { isRecord } from '../json-schema/types.js';
import { visitSchemas } from '../json-schema/visit.js';
import { allMessages, type Context, partsOf, type Rule, rootMembers, valueAt } from '../rules/sites.js';
import { placeOf } from '../structure/describe.js';
import type { Diagnostic } from '../types.js';

/** A `discriminator` names a property that the schema, or each of its alternatives, has. */
export const discriminators: Rule = (context) => {
  const { tree, files } = context;
  const found: Diagnostic[] = [];
  visitSchemas(roots(context), new Set(), (schema) => {
    const { discriminator } = schema;
    if (typeof discriminator !== 'string' || declares(schema, discriminator, new Set())) return;
    const place = placeOf({ value: discriminator, parent: { value: schema }, key: 'discriminator' }, tree);
    const message = `The discriminator \`${discriminator}\` is a property of none of these schemas.`;
    found.push(warning('FS_DISCRIMINATOR_BROKEN', message, files.valueOf(place), { path: place.path }));
  });
  return found;
};

function roots(context: Context): readonly unknown[] {
  return [
    ...allMessages(context).flatMap((place) =>
      partsOf(place, context).flatMap(({ payload, headers }) => [payload, headers]),
    ),
    ...rootMembers(['components', 'schemas'], context).map(({ place }) => valueAt(place, [], context)),
  ];
}

function declares(schema: unknown, name: string, seen: Set<unknown>): boolean {
  if (!isRecord(schema) || seen.has(schema)) return false;
  seen.add(schema);
  if (isRecord(schema.properties) && Object.hasOwn(schema.properties, name)) return true;
  return ['allOf', 'anyOf', 'oneOf']
    .flatMap((key) => schema[key] ?? [])
    .some((part) => declares(part, name, seen));
}
