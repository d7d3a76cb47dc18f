import type { Tree } from '../tree.js';
import { type Conflict, type Field, type Merged, merge } from './merged.js';
import type { Lineage } from './sites.js';

/** Order that is asked for in one place, and can't be kept because of how the channel is spread over shards. */
export function orderOverShards(get: Merged, lineage: Lineage, tree: Tree): readonly Conflict[] {
  const shards = get('x-fs-stream', 'shards');
  return [
    ...besideTheChannel(get, lineage, tree),
    ...(lineage.complete && shards !== undefined && isSpread(shards) ? serialWithoutKey(get, shards) : []),
  ];
}

/** Publishers choose the shard by the key of root and channel: of an operation's they never hear. */
function besideTheChannel(get: Merged, { sites, channel }: Lineage, tree: Tree): readonly Conflict[] {
  const level = channel === undefined ? -1 : sites.indexOf(channel);
  if (level < 0 || level === sites.length - 1) return [];
  const published = merge(sites.slice(0, level + 1), tree);
  const shards = get('x-fs-stream', 'shards');
  const [key, theirKey] = [get('x-fs-concurrency', 'orderBy'), published('x-fs-concurrency', 'orderBy')];
  if (key === undefined || key.value === theirKey?.value || shards === undefined || !isSpread(shards))
    return [];
  const spread = theirKey === undefined ? 'without a key' : `by another key, ${theirKey.value}`;
  const message = `x-fs-concurrency.orderBy asks for an order that can't be kept: the channel is spread over ${shards.value} shards ${spread}.`;
  const hint = 'Write it on the channel: publishers choose the shard, and go by the channel.';
  return [{ message, between: [key], hint }];
}

/** One at a time, written down, sounds like order; over shards there is none without a key. */
function serialWithoutKey(get: Merged, shards: Field): readonly Conflict[] {
  const workers = get('x-fs-concurrency', 'maxWorkers');
  const ordered = get('x-fs-concurrency', 'orderBy') ?? get('x-fs-concurrency', 'adaptive');
  if (workers?.value !== 1 || ordered !== undefined) return [];
  return [
    {
      message: `x-fs-concurrency.maxWorkers is 1, but the channel is spread over ${shards.value} shards without a key: one message at a time, in no order.`,
      between: [workers],
      code: 'FS_ORDER_KEY_UNNAMED',
      severity: 'warning',
    },
  ];
}

/** A `missingKey` that no channel or operation with an `orderBy` hears of. */
export function idleMissingKeys(lineages: readonly Lineage[], tree: Tree): readonly Conflict[] {
  const heard = new Map<string, { readonly field: Field; readonly isUsed: boolean }>();
  for (const { sites } of lineages) {
    const get = merge(sites, tree);
    const field = get('x-fs-concurrency', 'missingKey');
    if (field?.value !== 'shared' && field?.value !== 'deadLetter') continue;
    const key = JSON.stringify(field.site.name);
    const isUsed = get('x-fs-concurrency', 'orderBy') !== undefined || heard.get(key)?.isUsed === true;
    heard.set(key, { field, isUsed });
  }
  return [...heard.values()].flatMap(({ field, isUsed }): readonly Conflict[] => {
    if (isUsed) return [];
    const message = 'x-fs-concurrency.missingKey needs orderBy beside it, which names the key.';
    return [{ message, between: [field], code: 'FS_EXTENSION_FIELD_MISSING' }];
  });
}

function isSpread({ value }: Field): boolean {
  return typeof value === 'number' && value > 1;
}
