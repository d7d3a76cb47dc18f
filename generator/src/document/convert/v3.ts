import type { Place } from '../files.js';
import { idOf } from '../tree.js';
import type { LoadedChannel, LoadedOperation, LoadedReply } from '../types.js';
import { fsExtensions, redisBinding } from './bindings.js';
import { type Context, originAt } from './context.js';
import { fieldsOf, text, texts } from './fields.js';
import { loadMessage } from './message.js';
import { parametersOf } from './parameters.js';
import { withTraits } from './traits.js';

export function convertV3(context: Context): {
  readonly channels: readonly LoadedChannel[];
  readonly operations: readonly LoadedOperation[];
} {
  return {
    channels: members(['channels'], context).map(({ key, place }) => convertChannel(key, place, context)),
    operations: members(['operations'], context).flatMap(({ key, place }) => {
      const channel = channelAt(context.tree.child(place, 'channel'), context);
      // Of a channel that the document doesn't have, which only lenient reading lets through.
      return channel === undefined ? [] : [convertOperation(key, place, channel, context)];
    }),
  };
}

function convertChannel(id: string, place: Place, context: Context): LoadedChannel {
  const fields = fieldsOf(context.tree.value(place));
  const { redis } = redisBinding(fields);
  const address = text(fields.address) ?? null;
  return {
    id,
    address,
    ...texts(fields, ['title', 'summary', 'description']),
    parameters: parametersOf(redis?.channel ?? address, fieldsOf(fields.parameters)),
    messages: messagesOf(place, context).map((each) => loadMessage(each.place, each.key, context)),
    ...(redis && { redis }),
    extensions: fsExtensions(fields),
    origin: originAt(place, context),
  };
}

function convertOperation(id: string, place: Place, channel: Member, context: Context): LoadedOperation {
  const { tree, major } = context;
  const fields = withTraits(tree.value(place), major);
  const reply = fields.reply === undefined ? undefined : tree.child(place, 'reply');
  return {
    id,
    action: fields.action === 'send' ? 'send' : 'receive',
    channelId: channel.key,
    messageIds: messageIdsAt(place, channel, context),
    ...texts(fields, ['title', 'summary', 'description']),
    deprecated: fields.deprecated === true,
    ...(reply === undefined ? {} : { reply: convertReply(reply, context) }),
    ...redisBinding(fields),
    extensions: fsExtensions(fields),
    origin: originAt(place, context),
  };
}

function convertReply(place: Place, context: Context): LoadedReply {
  const channel = channelAt(context.tree.child(place, 'channel'), context);
  const messageIds = messageIdsAt(place, channel, context);
  const address = text(fieldsOf(fieldsOf(context.tree.value(place)).address).location);
  return {
    messageIds,
    ...(channel === undefined ? {} : { channelId: channel.key }),
    ...(address === undefined ? {} : { address }),
  };
}

/** A member of a mapping: its key there, and its place. */
interface Member {
  readonly key: string;
  readonly place: Place;
}

function members(path: readonly string[], { tree }: Context, from = tree.root): readonly Member[] {
  const parent = tree.child(from, ...path);
  return tree.keys(parent).flatMap((key) => {
    const place = parent && tree.child(parent, key);
    return place === undefined ? [] : [{ key, place }];
  });
}

function messagesOf(channel: Place, context: Context): readonly Member[] {
  return members(['messages'], context, channel);
}

/** The document's channels, found once for all operations. */
const channelsOf = new WeakMap<Context, Known>();

/** The channel that an operation or a reply names. */
function channelAt(reference: Place | undefined, context: Context): Member | undefined {
  const known = channelsOf.get(context) ?? indexed(members(['channels'], context), context);
  channelsOf.set(context, known);
  return reference && memberAt(reference, known, context);
}

/** Ids of the messages that an operation or a reply names; all of its channel's when it names none. */
function messageIdsAt(place: Place, channel: Member | undefined, context: Context): readonly string[] {
  const { tree } = context;
  if (channel === undefined) return [];
  const known = messagesOf(channel.place, context);
  const list = tree.child(place, 'messages');
  const value = list && tree.value(list);
  if (list === undefined || !Array.isArray(value)) return known.map(({ key }) => key);
  const index = indexed(known, context);
  return value.flatMap((_, i) => {
    const reference = tree.child(list, String(i));
    return (reference && memberAt(reference, index, context)?.key) ?? [];
  });
}

/** Members by their own places, and by the places of what they are in the end. */
interface Known {
  readonly entries: ReadonlyMap<string, Member>;
  readonly ends: ReadonlyMap<string, Member>;
}

function indexed(known: readonly Member[], { tree }: Context): Known {
  return {
    entries: new Map(known.map((member) => [idOf(member.place), member])),
    // The first of several that are the same in the end.
    ends: new Map(known.toReversed().map((member) => [idOf(tree.end(member.place) ?? member.place), member])),
  };
}

/**
 * The member that a reference means. The entry that it leads through tells two entries apart that are the
 * same object in the end; only a reference around the entries is judged by the object.
 */
function memberAt(reference: Place, { entries, ends }: Known, { tree }: Context): Member | undefined {
  const through = tree
    .chain(reference)
    .map((place) => entries.get(idOf(place)))
    .find((member) => member !== undefined);
  if (through !== undefined) return through;
  const end = tree.end(reference);
  return end && ends.get(idOf(end));
}
