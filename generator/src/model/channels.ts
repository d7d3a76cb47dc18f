import type { LoadedChannel, LoadedDocument, LoadedMessage } from '../document/types.js';
import { docsOf } from './docs.js';
import { isMessageExpression } from './expression.js';
import { messageOf } from './messages.js';
import { allocateNames, compare, type NameRequest } from './naming/allocate.js';
import { isReservedName } from './naming/reserved.js';
import { camelCase, pascalCase } from './naming/words.js';
import { channelPolicy } from './policy.js';
import type { Schemas } from './schemas/index.js';
import type { ChannelModel, ParameterModel } from './types.js';

/** A channel's name, the stem of its types, and the names of its messages by id. */
export interface ChannelNames {
  readonly name: string;
  readonly typeName: string;
  readonly messages: ReadonlyMap<string, string>;
}

const PLACEHOLDER = /\{([^{}]+)\}/g;
const LISTS = new Set(['lpop', 'rpop', 'blpop', 'brpop', 'lpush', 'rpush']);
const PUBSUB = new Set(['subscribe', 'psubscribe', 'ssubscribe', 'publish', 'spublish']);

/** By id of the channel. */
export function nameChannels(channels: readonly LoadedChannel[]): ReadonlyMap<string, ChannelNames> {
  const names = allocateNames(channels.map(requestFor));
  return new Map(
    channels.map(({ id, messages }) => {
      const name = names.get(id) ?? id;
      return [id, { name, typeName: pascalCase(name), messages: nameMessages(id, messages) }];
    }),
  );
}

function requestFor(channel: LoadedChannel): NameRequest {
  const { id } = channel;
  const whole = safe(camelCase(id), 'channel');
  const role = roleOf(channel);
  // Who needs no change has the best right to a name.
  const rank = whole === id ? 0 : 1;
  if (role === undefined) return { key: id, candidates: [whole], rank };
  // FastStream writes one channel for each side of a key: the publisher has the better right to the key's name.
  return { key: id, candidates: [safe(camelCase(role.key), 'channel'), whole], rank: role.publisher ? 2 : 3 };
}

/** FastStream calls a channel `<key>:<function>`, and `<key>:Publisher` where something is published. */
export function roleOf({
  id,
  redis,
}: LoadedChannel): { key: string; role: string; publisher: boolean } | undefined {
  const key = redis?.channel;
  if (key === undefined || id.length < key.length + 2 || id[key.length] !== ':') return undefined;
  if (id.slice(0, key.length) !== key && id.slice(0, key.length) !== key.replaceAll('/', '.'))
    return undefined;
  const role = id.slice(key.length + 1);
  return { key, role, publisher: role === 'Publisher' };
}

/** What the channel says already is left out: FastStream repeats its id in those of its messages. */
function nameMessages(channelId: string, messages: readonly LoadedMessage[]): ReadonlyMap<string, string> {
  return allocateNames(
    messages.map(({ id }) => {
      const own = id.startsWith(`${channelId}:`) ? id.slice(channelId.length + 1) : id;
      const name = safe(camelCase(own), 'message');
      return { key: id, candidates: [name], rank: name === id ? 0 : 1 };
    }),
  );
}

/** Names that would not do as one get a word behind them that says what they are. */
function safe(name: string, word: string): string {
  if (name === '') return word;
  return isReservedName(name) ? name + pascalCase(word) : name;
}

export function buildChannels(
  document: LoadedDocument,
  names: ReadonlyMap<string, ChannelNames>,
  schemas: Schemas,
): readonly ChannelModel[] {
  return document.channels
    .flatMap((channel): readonly ChannelModel[] => {
      const own = names.get(channel.id);
      if (own === undefined) return [];
      const address = addressOf(channel);
      const model: ChannelModel = {
        kind: 'channel',
        id: channel.id,
        name: own.name,
        typeName: own.typeName,
        address,
        transport: transportOf(channel),
        parameters: parametersOf(channel, address),
        messages: channel.messages
          .map((message) => messageOf(message, own.messages.get(message.id) ?? message.id, schemas))
          .sort((a, b) => compare(a.name, b.name)),
        policy: channelPolicy(document, channel),
        docs: docsOf(channel, own.name),
      };
      return [model];
    })
    .sort((a, b) => compare(a.name, b.name));
}

/** A binding names the real key; FastStream's `address` does not always. */
function addressOf({ redis, address }: LoadedChannel): string | null {
  return redis?.channel ?? address;
}

/** Whether publishers and subscribers must fill something in. */
export function hasParameters(channel: LoadedChannel): boolean {
  return parametersOf(channel, addressOf(channel)).length > 0;
}

function transportOf({ redis }: LoadedChannel): ChannelModel['transport'] {
  const method = redis?.method?.toLowerCase() ?? '';
  if (LISTS.has(method)) return 'list';
  return PUBSUB.has(method) ? 'pubsub' : 'stream';
}

/** Those of the address, in its order, declared or not. */
function parametersOf(channel: LoadedChannel, address: string | null): readonly ParameterModel[] {
  const names = new Set([...(address ?? '').matchAll(PLACEHOLDER)].map(([, name = '']) => name));
  return [...names].map((name) => {
    const declared = channel.parameters.find((parameter) => parameter.name === name);
    const location = declared?.location;
    return {
      name,
      ...(declared?.values && declared.values.length > 0 && { values: declared.values }),
      ...(declared?.default !== undefined && { default: declared.default }),
      ...(location !== undefined && isMessageExpression(location) && { location }),
      docs: {
        ...docsOf(
          { ...(declared?.description !== undefined && { description: declared.description }) },
          name,
        ),
        tags:
          declared?.default === undefined
            ? []
            : [{ name: 'default', text: JSON.stringify(declared.default) }],
      },
    };
  });
}
