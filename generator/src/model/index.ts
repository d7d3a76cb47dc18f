import type { Diagnostic, LoadedDocument } from '../document/types.js';
import { buildChannels, hasParameters, nameChannels } from './channels.js';
import { deepFreeze } from './freeze.js';
import { buildOperations } from './operations.js';
import { diagnosticsOf, type Finding } from './report.js';
import { buildSchemas } from './schemas/index.js';
import { inOrderOfTrial, lintAlike } from './telling.js';
import type { ChannelModel, Docs, NamedSchema, Perspective, SdkModel } from './types.js';

export interface ModelOptions {
  /** For the application that the document describes, or for those that it talks to. */
  readonly perspective: Perspective;
}

/**
 * Turns a document into the SDK as data. The order in which the document lists channels, operations, messages
 * and schemas makes no difference; that of properties is kept, because authors put the important ones first.
 */
export function buildModel(
  document: LoadedDocument,
  { perspective }: ModelOptions,
): { readonly model: SdkModel; readonly diagnostics: readonly Diagnostic[] } {
  const findings: Finding[] = [];
  const report = (finding: Finding) => findings.push(finding);
  const names = nameChannels(document.channels);
  const operations = buildOperations(document, names, perspective);
  const reserved = [
    ...operations.flatMap(({ action, typeName }) => (action === 'receive' ? [`${typeName}Context`] : [])),
    ...document.channels.filter(hasParameters).map(({ id }) => `${names.get(id)?.typeName}Parameters`),
  ];
  const schemas = buildSchemas(document, reserved, report);
  const channels = buildChannels(document, names, schemas);
  const tried = inOrderOfTrial(operations, channels, schemas);
  lintAlike(document, names, tried, channels, schemas, report);
  const used = channels.flatMap(({ messages }) =>
    messages.flatMap(({ payload, headers }) => (headers === undefined ? [payload] : [payload, headers.node])),
  );
  const model: SdkModel = {
    kind: 'sdk',
    title: document.title,
    version: document.version,
    ...(document.description !== undefined && { description: document.description }),
    source: document.file.split(/[\\/]/).at(-1) ?? document.file,
    perspective,
    channels,
    operations: tried,
    schemas: describedByMessages(schemas.named(used), channels),
  };
  return { model: deepFreeze(model), diagnostics: diagnosticsOf(document, findings) };
}

/** A payload that nobody has described is described by its message, if there is only one. */
function describedByMessages(
  schemas: readonly NamedSchema[],
  channels: readonly ChannelModel[],
): readonly NamedSchema[] {
  const words = new Map<string, Map<string, Docs>>();
  for (const { payload, docs } of channels.flatMap(({ messages }) => messages)) {
    if (payload.kind !== 'ref') continue;
    const found = words.get(payload.name) ?? new Map();
    words.set(payload.name, found.set(JSON.stringify([docs.summary, docs.description]), docs));
  }
  return schemas.map((schema) => {
    const [only, ...others] = words.get(schema.name)?.values() ?? [];
    const { summary, description, deprecated, tags } = schema.docs;
    const silent = summary === undefined && description === undefined;
    if (!silent || only === undefined || others.length > 0) return schema;
    return { ...schema, docs: { ...only, deprecated, tags } };
  });
}
