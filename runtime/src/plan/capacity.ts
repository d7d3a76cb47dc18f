import { resolvePolicy } from '../core/policy.js';
import { hottestShare } from './load.js';
import type { Setup } from './options.js';
import { Random } from './random.js';

/** Something that lets no more than so many messages a second through. */
export interface Bound {
  readonly by: 'workers' | 'rate limit' | 'hottest key';
  readonly perSecond: number;
}

/** What can be said without a simulation, the tightest first. */
export function boundsOf(setup: Setup): readonly Bound[] {
  const { policy, processes, keys } = setup;
  const { concurrency = {}, batch } = policy;
  const { mean, starts } = callsOf(setup);
  // Of full batches; emptier ones make it less.
  const perCall = batch?.maxSize ?? 1;
  const perWorker = (1_000 / mean / starts) * perCall;
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

/** Processes that have work: of an ordered channel each shard has one, and the others stand by. */
export function workingProcesses({ policy, processes, operation }: Setup): number {
  const { orderBy, shards } = resolvePolicy(policy, `Operation ${operation}`);
  return orderBy === undefined ? processes : Math.min(processes, shards);
}

/** Handlers that may run at once, in all processes together. */
function workersOf(setup: Setup): number {
  const { adaptive, maxWorkers } = resolvePolicy(setup.policy, `Operation ${setup.operation}`);
  const working = workingProcesses(setup);
  if (adaptive === undefined) return working * maxWorkers;
  return Math.min(working * adaptive.max, adaptive.groupMax ?? Number.POSITIVE_INFINITY);
}

/** Workers of one process below which not even the mean of what arrives gets done. */
export function fewestWorkers(setup: Setup): number {
  const { rate, policy } = setup;
  const { mean, starts } = callsOf(setup);
  const busy = ((rate / (policy.batch?.maxSize ?? 1)) * mean * starts) / 1_000;
  return Math.floor(busy / workingProcesses(setup)) + 1;
}

/** Draws that tell what a timeout makes of the times. */
const DRAWS = 10_000;

/** Milliseconds of a handler call on average, and calls that a message takes. */
function callsOf({ failures, policy, operation, source, seed }: Setup) {
  const { retry, handlerTimeout } = resolvePolicy(policy, `Operation ${operation}`);
  let [mean, failing] = [source.mean, failures];
  if (handlerTimeout !== undefined) {
    const random = new Random(seed);
    const times = Array.from({ length: DRAWS }, () => source.draw(random));
    const late = times.filter((ms) => ms > handlerTimeout).length / DRAWS;
    mean = times.reduce((sum, ms) => sum + Math.min(ms, handlerTimeout), 0) / DRAWS;
    failing = 1 - (1 - failures) * (1 - late);
  }
  const { maxAttempts } = retry;
  return { mean, starts: failing === 1 ? maxAttempts : (1 - failing ** maxAttempts) / (1 - failing) };
}
