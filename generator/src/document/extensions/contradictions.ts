import { parseDuration } from '../duration.js';
import { child, type Files } from '../files.js';
import type { Tree } from '../tree.js';
import type { Diagnostic } from '../types.js';
import { type Conflict, type Field, type Merged, merge, reportAll } from './merged.js';
import { idleMissingKeys, orderOverShards } from './order.js';
import type { Lineage, Site } from './sites.js';

/** Shortest lease: heartbeats go out every third of it. */
const MIN_LEASE = 100;

/** Fields that are right each for itself, and can't hold together. */
export function contradictions(
  lineages: readonly Lineage[],
  tree: Tree,
  files: Files,
): readonly Diagnostic[] {
  const found = lineages.flatMap((lineage) => conflicts(merge(lineage.sites, tree), lineage, tree));
  return reportAll([...found, ...idleMissingKeys(lineages, tree)], tree, files);
}

function conflicts(get: Merged, lineage: Lineage, tree: Tree): readonly Conflict[] {
  return [
    ...adaptiveBounds(get),
    ...retryDelays(get),
    ...leaseTooShort(get),
    ...deadLetterIntoItself(get, lineage, tree),
    ...orderOverShards(get, lineage, tree),
    ...(lineage.complete ? halfABatch(get) : []),
  ];
}

function adaptiveBounds(get: Merged): readonly Conflict[] {
  const adaptive = get('x-fs-concurrency', 'adaptive');
  if (adaptive === undefined) return [];
  const [min, max, groupMax] = ['min', 'max', 'groupMax'].map((key) => child(adaptive.value, key));
  if (typeof min !== 'number' || typeof max !== 'number') return [];
  const at = (key: string): Field => ({ ...adaptive, path: [...adaptive.path, key] });
  if (min > max) {
    const message = `x-fs-concurrency.adaptive.min (${min}) is above its max (${max}).`;
    return [{ message, between: [at('min')] }];
  }
  if (typeof groupMax === 'number' && groupMax > 0 && groupMax < min) {
    const message = `x-fs-concurrency.adaptive.groupMax (${groupMax}) is below its min (${min}).`;
    const hint = 'The processes share groupMax: not even one of them alone could work min at once.';
    return [{ message, between: [at('groupMax')], hint }];
  }
  const most = typeof groupMax === 'number' ? Math.min(max, groupMax) : max;
  const workers = get('x-fs-concurrency', 'maxWorkers');
  if (typeof workers?.value !== 'number' || (workers.value >= min && workers.value <= most)) return [];
  const range = `${min} to ${most}`;
  return [
    {
      message: `x-fs-concurrency.maxWorkers (${workers.value}) is outside of adaptive, ${range}.`,
      between: [adaptive, workers],
      hint: `With \`adaptive\`, maxWorkers is where the limit starts: it must be within ${range}.`,
    },
  ];
}

function retryDelays(get: Merged): readonly Conflict[] {
  const [delay, longest] = [get('x-fs-retry', 'delay'), get('x-fs-retry', 'maxDelay')];
  const [ms, most] = [parseDuration(delay?.value), parseDuration(longest?.value)];
  if (delay === undefined || longest === undefined || ms === undefined || most === undefined || ms <= most)
    return [];
  const message = `x-fs-retry.delay (${delay.value}) is longer than maxDelay (${longest.value}).`;
  return [{ message, between: [longest, delay] }];
}

function leaseTooShort(get: Merged): readonly Conflict[] {
  const lease = get('x-fs-timeout', 'lease');
  const ms = parseDuration(lease?.value);
  if (lease === undefined || ms === undefined || ms === 0 || ms >= MIN_LEASE) return [];
  return [
    {
      message: `x-fs-timeout.lease is ${lease.value}, but takes at least ${MIN_LEASE}ms.`,
      between: [lease],
      code: 'FS_EXTENSION_VALUE',
      hint: 'A process shows life every third of the lease; seconds are usual.',
    },
  ];
}

function deadLetterIntoItself(get: Merged, { channel }: Lineage, tree: Tree): readonly Conflict[] {
  const deadLetter = get('x-fs-retry', 'deadLetter');
  if (channel === undefined || deadLetter === undefined || deadLetter.value !== keyOf(channel, tree))
    return [];
  return [
    {
      message: `x-fs-retry.deadLetter is the channel itself, ${deadLetter.value}: what failed would come back for ever.`,
      between: [deadLetter],
      hint: 'Name another stream, or leave it out.',
    },
  ];
}

function halfABatch(get: Merged): readonly Conflict[] {
  const [size, wait] = [get('x-fs-batch', 'maxSize'), get('x-fs-batch', 'maxWait')];
  const [half, missing] = size === undefined ? [wait, 'maxSize'] : [size, 'maxWait'];
  if (half === undefined || (size !== undefined && wait !== undefined)) return [];
  const message = `x-fs-batch.${half.path[1]} needs ${missing} beside it.`;
  return [{ message, between: [half], code: 'FS_EXTENSION_FIELD_MISSING' }];
}

/** The key of the channel's stream, as the document gives it. */
function keyOf({ place, name }: Site, tree: Tree): unknown {
  const channel = tree.value(place);
  const bound = child(child(child(channel, 'bindings'), 'redis'), 'channel');
  return bound ?? child(channel, 'address') ?? name.at(-1);
}
