import type { Diagnostic, LoadedDocument, Origin } from '../document/types.js';
import { buildChannels, type ChannelNames, hasParameters, nameChannels } from './channels.js';
import { deepFreeze } from './freeze.js';
import { buildOperations } from './operations.js';
import { diagnosticsOf, type Finding } from './report.js';
import { buildSchemas, type WrittenSchema } from './schemas/index.js';
import { inOrderOfTrial, lintAlike } from './telling.js';
import type { ChannelModel, Docs, NamedSchema, Perspective, SdkModel } from './types.js';

export interface ModelOptions {
  /** For the application that the document describes, or for those that it talks to. */
  readonly perspective: Perspective;
}

/** Where in the document the model's parts come from, by their names. */
export interface ModelPlaces {
  readonly schemas: ReadonlyMap<string, WrittenSchema>;
  /** Of an operation that only the other side has, its channel. */
  readonly operations: ReadonlyMap<string, Origin>;
  /** Names of channels by their ids, and of their messages. */
  readonly channels: ReadonlyMap<string, ChannelNames>;
}

export interface BuiltModel {
  readonly model: SdkModel;
  readonly diagnostics: readonly Diagnostic[];
  readonly places: ModelPlaces;
}

/**
 * Turns a document into the SDK as data. The order in which the document lists channels, operations, messages
 * and schemas makes no difference; that of properties is kept, because authors put the important ones first.
 */
export function buildModel(document: LoadedDocument, { perspective }: ModelOptions): BuiltModel {
  const findings: Finding[] = [];
  const report = (finding: Finding) => findings.push(finding);
  const names = nameChannels(document.channels);
  const origins = new Map<string, Origin>();
  const operations = buildOperations(document, names, perspective, (name, at) => origins.set(name, at));
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
  return {
    model: deepFreeze(model),
    diagnostics: diagnosticsOf(document, findings),
    places: { schemas: schemas.written, operations: origins, channels: names },
  };
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
