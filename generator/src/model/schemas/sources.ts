import type {
  JsonSchema,
  LoadedChannel,
  LoadedDocument,
  LoadedMessage,
  Origin,
} from '../../document/types.js';
import { compare } from '../naming/allocate.js';
import { below, placeKey } from '../report.js';

/** A place where the contract begins to talk of schemas. */
export interface Source {
  readonly kind: 'component' | 'payload' | 'headers';
  readonly schema: JsonSchema;
  readonly at: Origin;
  /** Key of the component; undefined for the parts of a message. */
  readonly key?: string;
  readonly message?: LoadedMessage;
  readonly channel?: LoadedChannel;
}

/** All of them, in an order that does not depend on the document's. */
export function sourcesOf(document: LoadedDocument): readonly Source[] {
  const components = [...document.schemas].map(
    ([key, schema]): Source => ({
      kind: 'component',
      schema,
      at: below({ file: document.file, pointer: '' }, 'components', 'schemas', key),
      key,
    }),
  );
  const parts = document.channels.flatMap((channel) =>
    channel.messages.flatMap((message) => partsOf(channel, message)),
  );
  return [...components, ...parts].sort((a, b) => compare(a.kind, b.kind) || compare(sortKey(a), sortKey(b)));
}

function partsOf(channel: LoadedChannel, message: LoadedMessage): readonly Source[] {
  const part = (kind: 'payload' | 'headers', schema: JsonSchema | undefined): readonly Source[] =>
    schema === undefined ? [] : [{ kind, schema, at: below(message.origin, kind), message, channel }];
  return [...part('payload', message.payload), ...part('headers', message.headers)];
}

/** The same message may stand on several channels. */
function sortKey({ at, channel }: Source): string {
  return `${placeKey(at)} ${channel?.id ?? ''}`;
}
