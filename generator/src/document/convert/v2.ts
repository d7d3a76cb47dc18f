import { child, type Place } from '../files.js';
import { idOf } from '../tree.js';
import type { LoadedChannel, LoadedOperation } from '../types.js';
import { fsExtensions, redisBinding } from './bindings.js';
import { type Context, originAt } from './context.js';
import { fieldsOf, text, texts } from './fields.js';
import { loadMessage } from './message.js';
import { type MessageUse, messageIds } from './names-v2.js';
import { parametersOf } from './parameters.js';
import { withTraits } from './traits.js';

/** 2.x: operations live in channels, and are named by what OTHERS do: what they publish, the application receives. */
const DIRECTIONS = { publish: 'receive', subscribe: 'send' } as const;

type Direction = keyof typeof DIRECTIONS;

interface Converted {
  readonly channel: LoadedChannel;
  readonly operations: readonly LoadedOperation[];
}

export function convertV2(
  context: Context,
): Pick<Converted, 'operations'> & { channels: readonly LoadedChannel[] } {
  const { tree } = context;
  const channels = tree.child(tree.root, 'channels');
  const converted = tree.keys(channels).flatMap((id) => {
    const place = channels && tree.child(channels, id);
    return place === undefined ? [] : [convertChannel(id, place, context)];
  });
  return {
    channels: converted.map(({ channel }) => channel),
    operations: converted.flatMap(({ operations }) => operations),
  };
}

function convertChannel(id: string, place: Place, context: Context): Converted {
  const fields = fieldsOf(context.tree.value(place));
  const { redis } = redisBinding(fields);
  const directions = (['publish', 'subscribe'] as const).filter(
    (direction) => fields[direction] !== undefined,
  );
  const uses = directions.flatMap((direction) => messagesOf(place, direction, context));
  const distinct = uses.filter((use, i) => uses.findIndex((other) => same(use, other, context)) === i);
  const ids = messageIds(distinct, context);
  const idOfUse = (use: MessageUse) => ids[distinct.findIndex((other) => same(use, other, context))] ?? '';
  const channel: LoadedChannel = {
    id,
    address: id,
    ...texts(fields, ['description']),
    parameters: parametersOf(redis?.channel ?? id, fieldsOf(fields.parameters)),
    messages: distinct.map((use, i) => loadMessage(use.place, ids[i] ?? '', context)),
    ...(redis && { redis }),
    extensions: fsExtensions(fields),
    origin: originAt(place, context),
  };
  const operations = directions.flatMap((direction) => {
    const at = context.tree.child(place, direction);
    const messageIds = uses.filter((use) => use.direction === direction).map(idOfUse);
    return at === undefined ? [] : [convertOperation(at, direction, id, messageIds, context)];
  });
  return { channel, operations };
}

function convertOperation(
  place: Place,
  direction: Direction,
  channelId: string,
  messageIds: readonly string[],
  context: Context,
): LoadedOperation {
  const fields = withTraits(context.tree.value(place), context.major);
  const id = text(fields.operationId);
  return {
    ...(id === undefined ? {} : { id }),
    action: DIRECTIONS[direction],
    channelId,
    messageIds,
    ...texts(fields, ['summary', 'description']),
    deprecated: fields.deprecated === true,
    ...redisBinding(fields),
    extensions: fsExtensions(fields),
    origin: originAt(place, context),
  };
}

function messagesOf(channel: Place, direction: Direction, { tree }: Context): readonly MessageUse[] {
  const message = tree.child(channel, direction, 'message');
  if (message === undefined) return [];
  const oneOf = child(tree.value(message), 'oneOf');
  if (!Array.isArray(oneOf)) return [{ place: message, direction, position: 1 }];
  return oneOf.flatMap((_, i) => {
    const place = tree.child(message, 'oneOf', String(i));
    return place === undefined ? [] : [{ place, direction, position: i + 1 }];
  });
}

function same(a: MessageUse, b: MessageUse, { tree }: Context): boolean {
  return idOf(tree.end(a.place) ?? a.place) === idOf(tree.end(b.place) ?? b.place);
}
