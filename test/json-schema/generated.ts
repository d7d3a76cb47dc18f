import type { LoadedChannel, Origin } from '../../generator/src/document/types.js';
import type { Schema } from '../../runtime/src/codec/schema.js';
import { channelOf, documentOf, messageOf } from '../generator/model/document.js';
import { evaluate } from '../generator/render/evaluate.js';
import { render } from '../generator/render/render.js';
import { resolveReferences } from './references.js';

/**
 * The validators that are generated for schemas, each the payload of a message on a channel of its own, all in one
 * document. Undefined where a schema refers to another document.
 */
export function generatedValidators(schemas: readonly unknown[]): readonly (Schema<unknown> | undefined)[] {
  const origins = new Map<object, Origin>();
  const channels: LoadedChannel[] = [];
  const names = schemas.map((raw, index) => {
    const id = `c${index}`;
    const at = { file: 'suite.yaml', pointer: `/channels/${id}/messages/m` };
    const resolved = resolveReferences(raw, { ...at, pointer: `${at.pointer}/payload` });
    if (resolved === undefined) return undefined;
    for (const [schema, origin] of resolved.origins) origins.set(schema, origin);
    channels.push(channelOf(id, { messages: [messageOf('m', resolved.schema, { origin: at })] }));
    return id;
  });
  const document = documentOf({ channels, originOf: (schema) => origins.get(schema) });
  const contract = evaluate(render(document));
  return names.map((name) => (name === undefined ? undefined : contract.channels[name]?.messages.m?.payload));
}
