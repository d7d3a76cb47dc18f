import type {
  LoadedChannel,
  LoadedDocument,
  LoadedOperation,
  LoadedReply,
  Origin,
} from '../document/types.js';
import { type ChannelNames, roleOf } from './channels.js';
import { docsOf } from './docs.js';
import { isMessageExpression } from './expression.js';
import { allocateNames, compare } from './naming/allocate.js';
import { isReservedName, RESERVED_FILES } from './naming/reserved.js';
import { camelCase, kebabCase, pascalCase, words } from './naming/words.js';
import { operationPolicy } from './policy.js';
import type { OperationModel, Perspective } from './types.js';

/** An operation seen from the side for which the SDK is made. */
interface Seen {
  readonly action: 'send' | 'receive';
  readonly channel: LoadedChannel;
  readonly messageIds: readonly string[];
  /** What the operation of the document says, where it is one that this side carries out as it stands. */
  readonly operation?: LoadedOperation;
  /** What the handler answers with. */
  readonly reply?: LoadedReply;
}

export function buildOperations(
  document: LoadedDocument,
  channels: ReadonlyMap<string, ChannelNames>,
  perspective: Perspective,
  note: (name: string, at: Origin) => void,
): readonly OperationModel[] {
  const seen = perspective === 'application' ? asWritten(document) : fromTheOtherSide(document);
  const names = nameOperations(seen);
  const files = fileNames([...names.values()]);
  const nameOf = (channelId: string | undefined) => channels.get(channelId ?? '')?.name;
  const sent = seen.filter(({ action }) => action === 'send').map(({ channel }) => nameOf(channel.id));
  return seen
    .map((each): OperationModel => {
      const { channel, operation, messageIds, reply, action } = each;
      const name = names.get(keyOf(each)) ?? '';
      const known = channels.get(channel.id);
      note(name, (operation ?? channel).origin);
      const targets = action === 'receive' ? [...sent, nameOf(reply?.channelId)] : [];
      return {
        kind: 'operation',
        name,
        typeName: pascalCase(name),
        fileName: files.get(name) ?? name,
        action,
        channel: known?.name ?? '',
        messages: unique(messageIds.map((id) => known?.messages.get(id))),
        publishes: unique(targets),
        ...replyOf(reply, channels),
        policy: operationPolicy(document, channel, operation ?? { extensions: {} }),
        docs: docsOf(operation ?? channel, name),
      };
    })
    .sort((a, b) => compare(a.name, b.name));
}

function asWritten(document: LoadedDocument): readonly Seen[] {
  const written = document.operations.flatMap((operation): readonly Seen[] => {
    const channel = channelOf(document, operation.channelId);
    if (channel === undefined) return [];
    const { action, messageIds, reply } = operation;
    return [
      {
        action,
        channel,
        messageIds,
        operation,
        ...(action === 'receive' && reply !== undefined && { reply }),
      },
    ];
  });
  const received = new Set(
    written.filter(({ action }) => action === 'receive').map(({ channel }) => channel.id),
  );
  return [...written, ...repliesTo(document).filter(({ channel }) => !received.has(channel.id))];
}

/** Replies that the application gets to what it sends, one operation for each channel whose address is known. */
function repliesTo(document: LoadedDocument): readonly Seen[] {
  const found = new Map<string, Seen>();
  for (const { action, reply } of document.operations) {
    const channel = action === 'send' ? channelOf(document, reply?.channelId ?? '') : undefined;
    if (channel === undefined || (channel.address === null && channel.redis?.channel === undefined)) continue;
    add(found, 'receive', channel, reply?.messageIds ?? []);
  }
  return [...found.values()];
}

/**
 * What the application sends is received here, one operation for each channel: the names and policies of its
 * operations are those of the application's own work. Replies come to whoever asked.
 */
function fromTheOtherSide(document: LoadedDocument): readonly Seen[] {
  const found = new Map<string, Seen>();
  for (const { action, channelId, messageIds, reply } of document.operations) {
    const channel = channelOf(document, channelId);
    const replies = channelOf(document, reply?.channelId ?? '');
    if (channel !== undefined && action === 'send') add(found, 'receive', channel, messageIds, reply);
    if (channel !== undefined && action === 'receive') add(found, 'send', channel, messageIds);
    if (replies !== undefined && action === 'receive')
      add(found, 'receive', replies, reply?.messageIds ?? []);
  }
  return [...found.values()];
}

function add(
  found: Map<string, Seen>,
  action: Seen['action'],
  channel: LoadedChannel,
  messageIds: readonly string[],
  reply?: LoadedReply,
): void {
  const key = `${action} ${channel.id}`;
  const known = found.get(key);
  const answer = known?.reply ?? reply;
  found.set(key, {
    action,
    channel,
    messageIds: [...new Set([...(known?.messageIds ?? []), ...messageIds])],
    ...(answer !== undefined && { reply: answer }),
  });
}

function replyOf(
  reply: LoadedReply | undefined,
  channels: ReadonlyMap<string, ChannelNames>,
): Pick<OperationModel, 'reply'> {
  const channel = channels.get(reply?.channelId ?? '');
  if (reply === undefined || channel === undefined) return {};
  const { address, messageIds } = reply;
  return {
    reply: {
      channel: channel.name,
      messages: unique(messageIds.map((id) => channel.messages.get(id))),
      ...(address !== undefined && isMessageExpression(address) && { address }),
    },
  };
}

function channelOf(document: LoadedDocument, id: string): LoadedChannel | undefined {
  return document.channels.find((channel) => channel.id === id);
}

/** Never depends on the order of the document. */
function keyOf({ action, channel, operation }: Seen): string {
  return `${action} ${operation?.origin.file ?? ''}#${operation?.origin.pointer ?? ''} ${channel.id}`;
}

function nameOperations(seen: readonly Seen[]): ReadonlyMap<string, string> {
  return allocateNames(
    seen.map((each) => ({
      key: keyOf(each),
      candidates: candidatesFor(each),
      rank: rankOf(each),
    })),
  );
}

/** A handler's name is written down by people, who first of all want the one that the document gives it. */
function rankOf({ action, operation }: Seen): number {
  const { id } = operation ?? {};
  return (action === 'receive' ? 0 : 2) + (id !== undefined && camelCase(id) === id ? 0 : 1);
}

function candidatesFor({ action, channel, operation }: Seen): [string, ...string[]] {
  const role = roleOf(channel);
  const verb = action === 'receive' ? 'on' : 'send';
  const derived = camelCase(`${verb} ${role?.key ?? channel.id}`);
  const fallback = camelCase(`${verb} ${channel.id}`);
  if (operation !== undefined && role !== undefined && action === 'receive') {
    return [safe(functionName(role.role, role.key)), fallback];
  }
  const own = camelCase(operation?.id ?? '');
  return own === '' ? [derived, fallback] : [safe(own), fallback];
}

/**
 * FastStream's `<key>:<function>`: a function's name of several words tells enough, one of a single word
 * gets the key behind it, `Handle` on `orders.created` becoming `handleOrdersCreated`.
 */
function functionName(role: string, key: string): string {
  const spoken = words(role).map((word) => word.toLowerCase());
  const keyWords = words(key).map((word) => word.toLowerCase());
  const [only] = spoken;
  if (spoken.length !== 1 || only === undefined) return camelCase(role) || camelCase(`on ${key}`);
  return keyWords.includes(only) ? camelCase(`on ${key}`) : camelCase(`${role} ${key}`);
}

/** `delete` can't be the name of a constant: `onDelete`. */
function safe(name: string): string {
  return isReservedName(name) ? `on${pascalCase(name)}` : name;
}

/** By name of the operation. On some systems the case of a file's name doesn't count, so none has any. */
function fileNames(names: readonly string[]): ReadonlyMap<string, string> {
  return allocateNames(
    names.map((name) => {
      const file = kebabCase(name) || 'handler';
      return { key: name, candidates: [file, `${file}-handler`], rank: 0 };
    }),
    RESERVED_FILES,
  );
}

function unique(names: readonly (string | undefined)[]): readonly string[] {
  return [...new Set(names.filter((name) => name !== undefined))].sort(compare);
}
