import type { Files } from '../files.js';
import type { Formats } from '../formats/index.js';
import type { Tree } from '../tree.js';
import type { JsonSchema, JsonSchemaObject, LoadedDocument, Origin } from '../types.js';
import { fsExtensions } from './bindings.js';
import type { Context } from './context.js';
import { fieldsOf, text, texts } from './fields.js';
import { convertV2 } from './v2.js';
import { convertV3 } from './v3.js';

/** A checked document as the neutral data that the later stations know. */
export function convert(tree: Tree, files: Files, formats: Formats): LoadedDocument {
  const root = fieldsOf(tree.value(tree.root));
  const asyncapi = text(root.asyncapi) ?? '';
  const major = asyncapi.startsWith('2.') ? 2 : 3;
  const defaultContentType = text(root.defaultContentType) ?? 'application/json';
  const context: Context = { tree, files, major, formats, defaultContentType };
  const info = fieldsOf(root.info);
  const named = new Map<object, Origin>();
  return {
    file: files.main,
    asyncapi,
    title: text(info.title) ?? '',
    version: text(info.version) ?? '',
    ...texts(info, ['description']),
    ...(major === 2 ? convertV2(context) : convertV3(context)),
    schemas: componentSchemas(root, context, named),
    extensions: fsExtensions(root),
    originOf: (schema: JsonSchemaObject) =>
      named.get(schema) ??
      formats.originOf(schema) ??
      (tree.isReferenced(schema) ? tree.originOf(schema) : undefined),
    locate: (origin: Origin) => files.locate(origin),
  };
}

/** Schemas in JSON Schema's terms; `named` takes note of where each is written. */
function componentSchemas(
  root: Readonly<Record<string, unknown>>,
  { tree, files, formats }: Context,
  named: Map<object, Origin>,
): ReadonlyMap<string, JsonSchema> {
  const schemas = new Map<string, JsonSchema>();
  for (const [key, value] of Object.entries(fieldsOf(fieldsOf(root.components).schemas))) {
    const schema = formats.read(value, undefined, { file: files.main, path: ['components', 'schemas', key] });
    if (schema === undefined) continue;
    schemas.set(key, schema);
    const origin = typeof value === 'object' && value !== null ? tree.originOf(value) : undefined;
    if (typeof schema === 'object' && origin !== undefined) named.set(schema, origin);
  }
  return schemas;
}
