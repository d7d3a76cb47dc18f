import { resolvePolicy } from '../core/policy.js';
import { hottestShare } from './load.js';
import type { Setup } from './options.js';

/** Something that lets no more than so many messages a second through. */
export interface Bound {
  readonly by: 'workers' | 'rate limit' | 'hottest key';
  readonly perSecond: number;
}

/** What can be said without a simulation, the tightest first. */
export function boundsOf(setup: Setup): readonly Bound[] {
  const { policy, processes, source, keys } = setup;
  const { concurrency = {}, batch } = policy;
  const starts = startsPerMessage(setup);
  // Of full batches; emptier ones make it less.
  const perCall = batch?.maxSize ?? 1;
  const perWorker = (1_000 / source.mean / starts) * perCall;
  const bounds: Bound[] = [{ by: 'workers', perSecond: workersOf(setup) * perWorker }];
  const { rateLimit, orderBy } = concurrency;
  if (rateLimit !== undefined) {
    const { max, per, scope = 'group' } = rateLimit;
    const times = scope === 'process' ? processes : 1;
    bounds.push({ by: 'rate limit', perSecond: ((times * max * 1_000) / per / starts) * perCall });
  }
  if (orderBy !== undefined && keys !== undefined)
    bounds.push({ by: 'hottest key', perSecond: perWorker / hottestShare(keys) });
  return bounds.sort((one, other) => one.perSecond - other.perSecond);
}

/** Handlers that may run at once, in all processes together. */
function workersOf({ policy, processes, operation }: Setup): number {
  const { adaptive } = policy.concurrency ?? {};
  if (adaptive === undefined) return processes * resolvePolicy(policy, `Operation ${operation}`).maxWorkers;
  return Math.min(processes * adaptive.max, adaptive.groupMax ?? Number.POSITIVE_INFINITY);
}

/** Workers of one process below which not even the mean of what arrives gets done. */
export function fewestWorkers(setup: Setup): number {
  const { rate, source, processes, policy } = setup;
  const calls = rate / (policy.batch?.maxSize ?? 1);
  const busy = (calls * source.mean * startsPerMessage(setup)) / 1_000;
  return Math.floor(busy / processes) + 1;
}

/** Handler starts that a message takes on average. */
function startsPerMessage({ failures, policy, operation }: Setup): number {
  const { maxAttempts } = resolvePolicy(policy, `Operation ${operation}`).retry;
  return failures === 0 ? 1 : (1 - failures ** maxAttempts) / (1 - failures);
}
