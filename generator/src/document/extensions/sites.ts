import type { Place } from '../files.js';
import { idOf, type Tree } from '../tree.js';

/** A place that may carry extensions, and its name for people. */
export interface Site {
  readonly place: Place;
  readonly name: readonly string[];
}

/** Sites whose extensions are merged for one channel or operation, the strongest last. */
export interface Lineage {
  readonly sites: readonly Site[];
  /** Nothing is merged on top any more. */
  readonly complete: boolean;
  readonly channel?: Site;
  readonly operation?: Site;
}

/** Every site of the document once, and the lineages that come of them. */
export interface Sites {
  readonly all: readonly Site[];
  readonly lineages: readonly Lineage[];
}

export function findSites(tree: Tree): Sites {
  const root: Site = { place: tree.root, name: [] };
  const channels = members(tree, 'channels');
  const operations: Lineage[] = [];
  for (const channel of channels) {
    for (const operation of directions(tree, channel)) {
      operations.push({
        sites: [root, channel, operation, ...traits(tree, operation)],
        complete: true,
        channel,
        operation,
      });
    }
  }
  for (const operation of members(tree, 'operations')) {
    const at = below(tree, operation, 'channel');
    const channel = at && channels.find(({ place }) => sameEnd(tree, place, at.place));
    const above = channel === undefined ? [root] : [root, channel];
    const sites = [...above, ...traits(tree, operation), operation];
    operations.push({ sites, complete: true, operation, ...(channel && { channel }) });
  }
  const lineages: readonly Lineage[] = [
    { sites: [root], complete: false },
    ...channels.map((channel) => ({ sites: [root, channel], complete: false, channel })),
    ...operations,
  ];
  const spare = [
    ...members(tree, 'components', 'channels').flatMap((channel) => [channel, ...directions(tree, channel)]),
    ...members(tree, 'components', 'operations'),
    ...members(tree, 'components', 'operationTraits'),
  ];
  return { all: unique(tree, [...lineages.flatMap(({ sites }) => sites), ...spare]), lineages };
}

function members(tree: Tree, ...path: readonly string[]): readonly Site[] {
  const place = tree.child(tree.root, ...path);
  const parent: Site | undefined = place && { place, name: path };
  return tree.keys(place).flatMap((key) => (parent && below(tree, parent, key)) ?? []);
}

/** The operations of a 2.x channel. */
function directions(tree: Tree, channel: Site): readonly Site[] {
  return ['publish', 'subscribe'].flatMap((direction) => below(tree, channel, direction) ?? []);
}

function traits(tree: Tree, operation: Site): readonly Site[] {
  const list = tree.child(operation.place, 'traits');
  const value = list && tree.value(list);
  if (!Array.isArray(value)) return [];
  return value.flatMap((_, i) => below(tree, operation, 'traits', String(i)) ?? []);
}

function below(tree: Tree, site: Site, ...keys: readonly string[]): Site | undefined {
  const place = tree.child(site.place, ...keys);
  return place && { place, name: [...site.name, ...keys] };
}

function unique(tree: Tree, sites: readonly Site[]): readonly Site[] {
  const known = new Map<string, Site>();
  for (const site of sites) {
    const end = tree.end(site.place);
    if (end !== undefined && !known.has(idOf(end))) known.set(idOf(end), site);
  }
  return [...known.values()];
}

function sameEnd(tree: Tree, a: Place, b: Place): boolean {
  const [endA, endB] = [tree.end(a), tree.end(b)];
  return endA !== undefined && endB !== undefined && idOf(endA) === idOf(endB);
}
