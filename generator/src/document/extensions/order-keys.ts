import { decode } from '../collect.js';
import type { Files } from '../files.js';
import { type JsonType, namesAt, reach } from '../json-schema/reach.js';
import { nearest } from '../near.js';
import { toPointer } from '../pointer.js';
import { idOf, type Tree } from '../tree.js';
import type { Diagnostic, JsonSchema, LoadedChannel, LoadedDocument, LoadedMessage } from '../types.js';
import { type Conflict, type Field, type Merged, merge, reportAll } from './merged.js';
import { findSites, type Lineage, type Site } from './sites.js';

/** Holds what `orderBy` points to against the messages that are to be worked in that order. */
export function orderKeys(document: LoadedDocument, tree: Tree, files: Files): readonly Diagnostic[] {
  if (!files.mention('orderBy')) return [];
  const conflicts = findSites(tree).lineages.flatMap((lineage) => {
    const get = merge(lineage.sites, tree);
    const ordered = workOf(lineage, document, tree);
    const field = get('x-fs-concurrency', 'orderBy');
    const place = field && placeOf(field.value);
    if (ordered === undefined || field === undefined || place === undefined) return [];
    return complaints({ ...ordered, get, field, place });
  });
  return reportAll(conflicts, tree, files);
}

/** What makes a text, and so a key. */
const TEXT: readonly JsonType[] = ['string', 'number', 'boolean'];
/** Headers that the frame sets itself, whatever a contract says of them. */
const FRAME_HEADERS: readonly string[] = ['correlation_id', 'content-type', 'reply_to', 'message_id'];

/** Where an expression looks. */
interface KeyPlace {
  readonly source: 'payload' | 'header';
  readonly path: readonly string[];
}

interface Work {
  readonly channel: LoadedChannel;
  readonly messages: readonly LoadedMessage[];
}

interface Ordered extends Work {
  readonly get: Merged;
  readonly field: Field;
  readonly place: KeyPlace;
}

/** Keys of a pointer in a URI fragment, as the runtime reads them. */
function placeOf(expression: unknown): KeyPlace | undefined {
  const [, source, pointer] = /^\$message\.(payload|header)#\/(.*)$/s.exec(String(expression)) ?? [];
  if (source === undefined || pointer === undefined) return undefined;
  const path = pointer.split('/').map((key) => decode(key).replaceAll('~1', '/').replaceAll('~0', '~'));
  return { source: source as KeyPlace['source'], path };
}

/** The messages of a lineage: those that an operation receives; of a channel, all, unless its own operations tell. */
function workOf({ channel, operation }: Lineage, document: LoadedDocument, tree: Tree): Work | undefined {
  const known = channel && document.channels.find(({ origin }) => isAt(channel, origin, tree));
  if (known === undefined) return undefined;
  const received = document.operations.filter(
    ({ action, channelId }) => action === 'receive' && channelId === known.id,
  );
  if (operation === undefined)
    return received.length > 0 ? undefined : { channel: known, messages: known.messages };
  const own = received.find(({ origin }) => isAt(operation, origin, tree));
  return own && { channel: known, messages: known.messages.filter(({ id }) => own.messageIds.includes(id)) };
}

function isAt({ place }: Site, origin: LoadedChannel['origin'], tree: Tree): boolean {
  return idOf(tree.end(place) ?? place) === `${origin.file}#${origin.pointer}`;
}

function complaints(ordered: Ordered): readonly Conflict[] {
  const { channel, messages, place } = ordered;
  const isHopeless = channel.messages.every((message) => keyOf(message, place) === 'never');
  return messages.flatMap((message): readonly Conflict[] => {
    switch (keyOf(message, place)) {
      case 'never':
        return withoutKey(message, isHopeless, ordered);
      case 'undescribed':
        return [undescribed(message, ordered)];
      default:
        return [];
    }
  });
}

/** How a message stands to the key. `unknown`: its contract doesn't say enough to tell. */
function keyOf(message: LoadedMessage, place: KeyPlace): 'never' | 'undescribed' | 'possible' | 'unknown' {
  if (place.source === 'payload' && message.binary) return 'never';
  if (place.source === 'header' && FRAME_HEADERS.includes(place.path[0] ?? '')) return 'unknown';
  const schema = schemaOf(message, place);
  if (schema === undefined) return 'unknown';
  const { types, described } = reach(schema, place.path);
  if (!TEXT.some((type) => types.has(type))) return 'never';
  return described ? 'possible' : 'undescribed';
}

function schemaOf({ payload, headers }: LoadedMessage, { source }: KeyPlace): JsonSchema | undefined {
  return source === 'payload' ? payload : headers;
}

/** A message that can't have the key: wrong, unless others can and the document says what becomes of this one. */
function withoutKey(message: LoadedMessage, isHopeless: boolean, ordered: Ordered): readonly Conflict[] {
  const { get, field, place, channel } = ordered;
  const missingKey = get('x-fs-concurrency', 'missingKey')?.value;
  if (missingKey === 'shared' && !isHopeless) return [];
  const text = `x-fs-concurrency.orderBy: message ${message.id} of channel ${channel.id} can't have the key ${field.value}: ${why(message, place)}.`;
  const hint =
    didYouMean(message, place) ??
    (isHopeless
      ? undefined
      : missingKey === 'deadLetter'
        ? 'With `missingKey: deadLetter`, every such message would be a dead letter: take it out, or write `shared`.'
        : CHOICE);
  return [{ message: text, between: [field], code: 'FS_ORDER_KEY_MISSING', hint }];
}

const CHOICE =
  'Give the message the key, or write `missingKey: shared`: then all messages without it share one lane.';

function why(message: LoadedMessage, place: KeyPlace): string {
  if (place.source === 'payload' && message.binary) return `its payload is bytes (${message.contentType})`;
  const { types } = reach(schemaOf(message, place), place.path);
  if (types.size > 0) return `what stands there is ${[...types].map((type) => WORDS[type]).join(' or ')}`;
  return place.source === 'payload' ? 'its payload has no such place' : 'its headers have no such place';
}

const WORDS: Readonly<Record<JsonType, string>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'a boolean',
  null: '`null`',
  array: 'a list',
  object: 'an object',
};

/**
 * An open schema lets the key pass, and does not speak of it: hardly meant. A channel that is spread by such a key may
 * well be spread over nothing, so that there the document has to say that it is meant.
 */
function undescribed(message: LoadedMessage, { get, field, channel, place }: Ordered): Conflict {
  const shards = get('x-fs-stream', 'shards')?.value;
  const missingKey = get('x-fs-concurrency', 'missingKey')?.value;
  const isSpread = typeof shards === 'number' && shards > 1 && missingKey === undefined;
  const otherwise = isSpread
    ? `goes to one of the ${shards} shards, and is worked one after the other`
    : missingKey === 'deadLetter'
      ? 'is a dead letter'
      : 'is worked one after the other';
  const text = `x-fs-concurrency.orderBy: the schema of message ${message.id} of channel ${channel.id} says nothing of ${field.value}; what comes without it ${otherwise}.`;
  return {
    message: text,
    between: [field],
    code: 'FS_ORDER_KEY_UNDESCRIBED',
    severity: isSpread ? 'error' : 'warning',
    hint: didYouMean(message, place) ?? (isSpread ? MEANT : undefined),
  };
}

const MEANT =
  'Correct `orderBy`, describe the place in the schema, or say what becomes of messages without it: `missingKey`.';

/** The expression with its first key that is not described put right, if there is one like it. */
function didYouMean(message: LoadedMessage, place: KeyPlace): string | undefined {
  const { source, path } = place;
  const schema = schemaOf(message, place);
  const wrong = path.findIndex((key, i) => !namesAt(schema, path.slice(0, i)).includes(key));
  const near = nearest(path[wrong] ?? '', namesAt(schema, path.slice(0, wrong)));
  if (wrong < 0 || near === undefined) return undefined;
  const right = { source, path: path.with(wrong, near) };
  if (keyOf(message, right) !== 'possible') return undefined;
  return `Did you mean \`$message.${source}#${toPointer(right.path)}\`?`;
}
