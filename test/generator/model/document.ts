import type {
  JsonSchema,
  JsonSchemaObject,
  LoadedChannel,
  LoadedDocument,
  LoadedMessage,
  LoadedOperation,
  Origin,
} from '../../../generator/src/document/types.js';

/** A document as the first station would hand it on, written down by hand. */
export function documentOf(parts: Partial<LoadedDocument>): LoadedDocument {
  return {
    file: 'specs/shop.yaml',
    asyncapi: '3.0.0',
    title: 'Shop',
    version: '1.0.0',
    channels: [],
    operations: [],
    schemas: new Map(),
    extensions: {},
    originOf: () => undefined,
    locate: ({ file }) => ({ file, line: 1, column: 1 }),
    ...parts,
  };
}

export function channelOf(id: string, parts: Partial<LoadedChannel> = {}): LoadedChannel {
  return {
    id,
    address: id,
    parameters: [],
    messages: [],
    extensions: {},
    origin: at(`/channels/${id}`),
    ...parts,
  };
}

export function messageOf(
  id: string,
  payload?: JsonSchema,
  parts: Partial<LoadedMessage> = {},
): LoadedMessage {
  return {
    id,
    deprecated: false,
    contentType: 'application/json',
    ...(payload !== undefined && { payload }),
    origin: at(`/components/messages/${id}`),
    ...parts,
  };
}

export function operationOf(
  id: string,
  action: 'send' | 'receive',
  channelId: string,
  parts: Partial<LoadedOperation> = {},
): LoadedOperation {
  return {
    id,
    action,
    channelId,
    messageIds: [],
    deprecated: false,
    extensions: {},
    origin: at(`/operations/${id}`),
    ...parts,
  };
}

/**
 * A document of one message, `m` on the channel `c`. References of the form `#/components/schemas/X` are
 * resolved the way the first station does it: what is written once is one object, and cycles are real.
 */
export function documentOfSchema(
  payload: JsonSchema,
  components: Readonly<Record<string, JsonSchema>> = {},
): LoadedDocument {
  const resolve = resolver(components);
  const origins = new Map<object, Origin>();
  const schemas = new Map(Object.keys(components).map((name) => [name, resolve.component(name)]));
  for (const [name, schema] of schemas)
    if (typeof schema === 'object') origins.set(schema, at(`/components/schemas/${name}`));
  return documentOf({
    schemas,
    channels: [channelOf('c', { messages: [messageOf('m', resolve.schema(payload) as JsonSchema)] })],
    originOf: (schema: JsonSchemaObject) => origins.get(schema),
  });
}

export function at(pointer: string): Origin {
  return { file: 'specs/shop.yaml', pointer };
}

function resolver(components: Readonly<Record<string, JsonSchema>>) {
  const made = new Map<string, unknown>();
  return {
    component: (name: string) => component(name) as JsonSchema,
    schema: (value: unknown) => resolved(value),
  };

  function component(name: string): unknown {
    const raw = components[name];
    const reference = referenceOf(raw);
    if (reference !== undefined) return component(reference);
    if (typeof raw !== 'object') return raw;
    const known = made.get(name);
    if (known !== undefined) return known;
    const object: Record<string, unknown> = {};
    made.set(name, object);
    fill(object, raw);
    return object;
  }

  function resolved(raw: unknown): unknown {
    const reference = referenceOf(raw);
    if (reference !== undefined) return component(reference);
    if (Array.isArray(raw)) return raw.map(resolved);
    if (typeof raw !== 'object' || raw === null) return raw;
    const object: Record<string, unknown> = {};
    fill(object, raw);
    return object;
  }

  function fill(object: object, raw: object): void {
    for (const [key, part] of Object.entries(raw)) {
      Object.defineProperty(object, key, {
        value: resolved(part),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
  }
}

function referenceOf(raw: unknown): string | undefined {
  const ref = typeof raw === 'object' && raw !== null && '$ref' in raw ? raw.$ref : undefined;
  return typeof ref === 'string' ? ref.replace('#/components/schemas/', '') : undefined;
}
