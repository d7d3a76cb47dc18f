import { warning } from './codes.js';
import { extensionsOf } from './extensions/fields.js';
import type { Site } from './extensions/sites.js';
import { child, type Files, type Place } from './files.js';
import type { Tree } from './tree.js';
import type { Diagnostic } from './types.js';

/** Fields that the vocabulary has and the present runtime refuses; apart from the one value that changes nothing. */
const UNAVAILABLE: readonly { readonly path: readonly string[]; readonly except?: unknown }[] = [
  { path: ['x-fs-batch'] },
  { path: ['x-fs-concurrency', 'orderBy'] },
  { path: ['x-fs-concurrency', 'adaptive'] },
  { path: ['x-fs-concurrency', 'rateLimit'] },
  { path: ['x-fs-stream', 'shards'], except: 1 },
];

/** What the present runtime can't work, by the method of a channel's Redis binding. */
const TRANSPORTS = new Map([
  ['publish', 'Pub/Sub'],
  ['subscribe', 'Pub/Sub'],
  ['psubscribe', 'Pub/Sub'],
  ['lpop', 'a list'],
  ['rpush', 'a list'],
]);

/** Warns of extensions that are right, and that the runtime of this version does not honour. */
export function unavailable(site: Site, tree: Tree, files: Files): readonly Diagnostic[] {
  const written = extensionsOf(site.place, tree);
  return UNAVAILABLE.flatMap(({ path, except }) => {
    const value = path.reduce<unknown>(child, written);
    if (value === undefined || (except !== undefined && value === except)) return [];
    const place = tree.child(site.place, ...path) ?? site.place;
    const message = `${path.join('.')} is not available in this version: createWorker refuses to start.`;
    return warning('FS_EXTENSION_UNAVAILABLE', message, files.keyOf(place), {
      path: [...site.name, ...path],
    });
  });
}

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
