import { warning } from './codes.js';
import type { Files, Place } from './files.js';
import type { Tree } from './tree.js';
import type { Diagnostic } from './types.js';

/** What the present runtime can't work, by the method of a channel's Redis binding. */
const TRANSPORTS = new Map([
  ['publish', 'Pub/Sub'],
  ['subscribe', 'Pub/Sub'],
  ['psubscribe', 'Pub/Sub'],
  ['lpop', 'a list'],
  ['rpush', 'a list'],
]);

/** Warns of channels that are no streams. */
export function unavailableTransports(tree: Tree, files: Files): readonly Diagnostic[] {
  const channels = tree.child(tree.root, 'channels');
  return tree.keys(channels).flatMap((id) => {
    const place = channels && tree.child(channels, id, 'bindings', 'redis', 'method');
    const transport = TRANSPORTS.get(String(place && tree.value(place)));
    if (place === undefined || transport === undefined) return [];
    const message = `Channel ${id} is ${transport}, which is not available in this version: the runtime refuses to work it.`;
    const path = ['channels', id, 'bindings', 'redis', 'method'];
    return warning('FS_TRANSPORT_UNAVAILABLE', message, files.valueOf(endOf(place, tree)), { path });
  });
}

function endOf(place: Place, tree: Tree): Place {
  return tree.end(place) ?? place;
}
