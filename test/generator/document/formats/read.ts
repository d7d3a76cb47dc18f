/** Schemas of other languages, read the way a document's are. */
import { Ajv } from 'ajv';
import type { JsonSchema } from '../../../../generator/src/document/types.js';
import { HEAD_V3, type Loaded, load } from '../workspace.js';

/** A document of one message, `m` on the channel `a`, whose payload is written in a format. */
export function documentOf(schemaFormat: string, schema: unknown, message: object = {}): string {
  const m = { ...message, payload: { schemaFormat, schema } };
  return `${HEAD_V3}channels:\n  a: {address: a, messages: {m: ${JSON.stringify(m)}}}\n`;
}

export function payloadOf({ document, diagnostics }: Loaded): JsonSchema | undefined {
  if (document === undefined) throw new Error(`Not loaded: ${JSON.stringify(diagnostics, null, 2)}`);
  return document.channels[0]?.messages[0]?.payload;
}

export async function read(schemaFormat: string, schema: unknown): Promise<JsonSchema | undefined> {
  return payloadOf(await load(documentOf(schemaFormat, schema)));
}

/** Whether a value is valid. Recursive schemas are objects that hold themselves, which ajv is given as references. */
export function validator(schema: JsonSchema | undefined): (value: unknown) => boolean {
  const ids = new Map<object, string>();
  const definitions: Record<string, unknown> = {};
  const rewrite = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((item) => rewrite(item));
    const id = ids.get(value);
    if (id !== undefined) return { $ref: `#/definitions/${id}` };
    if ('title' in value) {
      const own = `d${ids.size}`;
      ids.set(value, own);
      definitions[own] = inner(value);
      return { $ref: `#/definitions/${own}` };
    }
    return inner(value);
  };
  const inner = (value: object) =>
    Object.fromEntries(Object.entries(value).map(([key, part]) => [key, rewrite(part)]));
  const root = rewrite(schema);
  const compiled = new Ajv({ strict: false, validateFormats: false }).compile({ allOf: [root], definitions });
  return (value) => compiled(value);
}
