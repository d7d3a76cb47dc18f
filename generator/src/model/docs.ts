import type { JsonSchema } from '../document/types.js';
import { words } from './naming/words.js';
import { canonical, isSchemaObject, stringAt } from './schemas/keywords.js';
import type { Docs, DocTag } from './types.js';

interface Described {
  readonly title?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly deprecated?: boolean;
}

/** Words of a channel, an operation or a message. A title that only says the name again is left out. */
export function docsOf(described: Described, name: string): Docs {
  const { title, summary, description, deprecated = false } = described;
  const heading = summary ?? (title !== undefined && !says(title, name) ? title : undefined);
  return {
    ...(heading !== undefined && heading !== description && { summary: heading }),
    ...(description !== undefined && { description }),
    deprecated,
    tags: [],
  };
}

/** Words of a schema that has a name. */
export function docsOfSchema(name: string, schema: JsonSchema): Docs {
  if (!isSchemaObject(schema)) return { deprecated: false, tags: [] };
  const docs = docsOf(texts(schema), name);
  return { ...docs, tags: tagsOf(schema) };
}

function texts(schema: Readonly<Record<string, unknown>>): Described {
  const title = stringAt(schema, 'title');
  const description = stringAt(schema, 'description');
  return {
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    deprecated: schema.deprecated === true,
  };
}

function tagsOf(schema: Readonly<Record<string, unknown>>): readonly DocTag[] {
  const tags: DocTag[] = [];
  const format = stringAt(schema, 'format');
  if (format !== undefined) tags.push({ name: 'format', text: format });
  if (schema.default !== undefined) tags.push({ name: 'default', text: canonical(schema.default) });
  const examples = Array.isArray(schema.examples) ? schema.examples : [];
  for (const example of examples.slice(0, 3)) tags.push({ name: 'example', text: JSON.stringify(example) });
  if (schema.readOnly === true) tags.push({ name: 'readonly', text: '' });
  if (schema.writeOnly === true) tags.push({ name: 'remarks', text: 'Write-only.' });
  return tags;
}

/** `User Id` says no more than `user_id`, nor does `Voucher` beside `PaymentVoucher`. */
function says(title: string, name: string): boolean {
  return plain(name).endsWith(plain(title));
}

function plain(text: string): string {
  return words(text).join('').toLowerCase();
}
