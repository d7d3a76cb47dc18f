import { type DiagnosticCode, error } from '../codes.js';
import { parseDuration } from '../duration.js';
import { child, type Files, type Place } from '../files.js';
import type { Tree } from '../tree.js';
import type { Diagnostic } from '../types.js';
import { extensionsOf } from './fields.js';
import type { Lineage, Site } from './sites.js';

/** Shortest lease: heartbeats go out every third of it. */
const MIN_LEASE = 100;

/** A field as it stands after root, channel and operation were merged, and where it comes from. */
interface Field {
  readonly value: unknown;
  readonly site: Site;
  readonly rank: number;
  readonly path: readonly [extension: string, ...fields: string[]];
}

type Merged = (extension: string, field: string) => Field | undefined;

interface Conflict {
  readonly message: string;
  /** The strongest of them is where it shows. */
  readonly between: readonly Field[];
  readonly code?: DiagnosticCode;
  readonly hint?: string;
}

/** Fields that are right each for itself, and can't hold together. */
export function contradictions(
  lineages: readonly Lineage[],
  tree: Tree,
  files: Files,
): readonly Diagnostic[] {
  const found = new Map<string, Diagnostic>();
  for (const lineage of lineages) {
    const merged = merge(lineage.sites, tree);
    for (const conflict of conflicts(merged, lineage, tree)) {
      const diagnostic = report(conflict, tree, files);
      found.set(JSON.stringify([diagnostic.location, diagnostic.message]), diagnostic);
    }
  }
  return [...found.values()];
}

function conflicts(get: Merged, lineage: Lineage, tree: Tree): readonly Conflict[] {
  return [
    ...adaptiveBounds(get),
    ...retryDelays(get),
    ...leaseTooShort(get),
    ...deadLetterIntoItself(get, lineage, tree),
    ...(lineage.complete ? halfABatch(get) : []),
  ];
}

function adaptiveBounds(get: Merged): readonly Conflict[] {
  const adaptive = get('x-fs-concurrency', 'adaptive');
  const [min, max] = [child(adaptive?.value, 'min'), child(adaptive?.value, 'max')];
  if (adaptive === undefined || typeof min !== 'number' || typeof max !== 'number') return [];
  if (min > max) {
    const at: Field = { ...adaptive, path: [...adaptive.path, 'min'] };
    return [{ message: `x-fs-concurrency.adaptive.min (${min}) is above its max (${max}).`, between: [at] }];
  }
  const workers = get('x-fs-concurrency', 'maxWorkers');
  if (typeof workers?.value !== 'number' || (workers.value >= min && workers.value <= max)) return [];
  const range = `${min} to ${max}`;
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

function merge(sites: readonly Site[], tree: Tree): Merged {
  const fields = new Map<string, Field>();
  for (const [rank, site] of sites.entries()) {
    for (const [extension, value] of Object.entries(extensionsOf(site.place, tree))) {
      if (typeof value !== 'object' || value === null) continue;
      for (const [field, each] of Object.entries(value)) {
        fields.set(`${extension}.${field}`, { value: each, site, rank, path: [extension, field] });
      }
    }
  }
  return (extension, field) => fields.get(`${extension}.${field}`);
}

function report({ message, between, code, hint }: Conflict, tree: Tree, files: Files): Diagnostic {
  const strongest = between.reduce((best, each) => (each.rank >= best.rank ? each : best));
  const place = tree.child(strongest.site.place, ...strongest.path) ?? strongest.site.place;
  const end: Place = tree.end(place) ?? place;
  return error(code ?? 'FS_EXTENSION_CONTRADICTION', message, files.valueOf(end), {
    hint,
    path: [...strongest.site.name, ...strongest.path],
  });
}

/** The key of the channel's stream, as the document gives it. */
function keyOf({ place, name }: Site, tree: Tree): unknown {
  const channel = tree.value(place);
  const bound = child(child(child(channel, 'bindings'), 'redis'), 'channel');
  return bound ?? child(channel, 'address') ?? name.at(-1);
}
