import { boundsOf, fewestWorkers } from './capacity.js';
import type { SimulationResult } from './measures.js';
import { type Setup, type SimulationOptions, setupOf } from './options.js';
import { simulateSetup } from './simulate.js';

/** What the waiting time must not be longer than. */
export interface Target {
  readonly of: 'mean' | 'p50' | 'p95' | 'p99' | 'max';
  readonly ms: number;
}

export interface ExploreOptions extends SimulationOptions {
  readonly target?: Target;
  /** No limit above this is tried. Default 1,000. */
  readonly most?: number;
  /** Told before each simulation, with the limit of one process; `undefined`: the policy's own. */
  readonly onSimulation?: (limit: number | undefined) => void;
}

/** The policy with another limit. */
export interface Trial {
  /** Handlers that run at once in one process. */
  readonly limit: number;
  readonly result: SimulationResult;
}

export interface Exploration {
  /** With the policy as it is. */
  readonly asIs: SimulationResult;
  /** Where the policy has one limit: what it is. `undefined`: it finds its limit itself. */
  readonly limit: number | undefined;
  /** The policy with one limit after the other, from the smallest up. */
  readonly curve: readonly Trial[];
  /** Only where there is a target. */
  readonly answer: Answer | undefined;
}

export type Answer =
  /** The smallest limit that meets the target. */
  | { readonly kind: 'limit'; readonly limit: number }
  /** No limit does, and the largest that was tried is this; why, where that is plain. */
  | { readonly kind: 'none'; readonly tried: number; readonly why: Why };

export type Why =
  /** More may run than ever do: something else holds messages back. */
  | 'unused'
  | 'rate limit'
  | 'hottest key'
  /** It wasn't looked any further. */
  | 'most';

const MOST = 1_000;
/** Points of the curve beyond those that the search has tried anyway. */
const POINTS = 9;

/**
 * What the policy does as it is, what it would do with other limits, and the smallest limit that meets the target. All
 * simulations see the same messages, so that they differ by the limit alone. Where the limit finds itself (`adaptive`),
 * it is compared with fixed ones.
 *
 * @throws FsError `FS_PLAN_INVALID`, `FS_POLICY_INVALID`, `FS_POLICY_UNSUPPORTED`
 */
export async function explore(options: ExploreOptions): Promise<Exploration> {
  const { target, most = MOST, onSimulation } = options;
  const setup = setupOf(options);
  onSimulation?.(undefined);
  const asIs = await simulateSetup(setup);
  const limit = limitOf(setup);
  const trials = new Map<number, SimulationResult>(limit === undefined ? [] : [[limit, asIs]]);
  const attempt = async (workers: number): Promise<SimulationResult> => {
    const known = trials.get(workers);
    if (known !== undefined) return known;
    onSimulation?.(workers);
    const result = await simulateSetup(withLimit(setup, workers));
    trials.set(workers, result);
    return result;
  };
  const answer = target && (await search(setup, target, most, attempt));
  for (const workers of pointsOf(setup, limit, answer, most)) await attempt(workers);
  const curve = [...trials].sort(([one], [other]) => one - other);
  return { asIs, limit, answer, curve: curve.map(([workers, result]) => ({ limit: workers, result })) };
}

type Attempt = (workers: number) => Promise<SimulationResult>;

/** Doubles until the target is met, then halves what is in between. */
async function search(setup: Setup, target: Target, most: number, attempt: Attempt): Promise<Answer> {
  const other = boundsOf(setup).find(({ by, perSecond }) => by !== 'workers' && perSecond <= setup.rate);
  const fewest = fewestWorkers(setup);
  // Below that the backlog grows without end.
  let [failed, tried] = [fewest - 1, Math.min(fewest, most)];
  if (fewest > most) return { kind: 'none', tried: most, why: 'most' };
  for (;;) {
    const result = await attempt(tried);
    if (meets(result, target)) break;
    if (other !== undefined && other.by !== 'workers') return { kind: 'none', tried, why: other.by };
    if (result.running.max < result.limit.max) return { kind: 'none', tried, why: 'unused' };
    if (tried === most) return { kind: 'none', tried, why: 'most' };
    failed = tried;
    tried = Math.min(most, Math.max(tried + 1, Math.ceil(tried * 1.5)));
  }
  while (tried - failed > 1) {
    const middle = (failed + tried) >> 1;
    if (meets(await attempt(middle), target)) tried = middle;
    else failed = middle;
  }
  return { kind: 'limit', limit: tried };
}

function meets({ waiting, overload }: SimulationResult, { of, ms }: Target): boolean {
  return overload === undefined && waiting[of] <= ms;
}

/** Limits that show where the curve bends: from just too few up to well beyond what is asked for. */
function pointsOf(
  setup: Setup,
  limit: number | undefined,
  answer: Answer | undefined,
  most: number,
): readonly number[] {
  const fewest = fewestWorkers(setup);
  const wanted = answer?.kind === 'limit' ? answer.limit : fewest;
  const last = Math.min(most, Math.max(fewest + 4, Math.ceil(1.4 * Math.max(wanted, limit ?? 0))));
  const first = Math.max(1, Math.min(fewest - 1, limit ?? fewest));
  if (first >= last) return [];
  const step = Math.max(1, (last - first) / (POINTS - 1));
  const points = new Set<number>();
  for (let at = first; at <= last; at += step) points.add(Math.round(at));
  return [...points];
}

/** `undefined` where the limit finds itself. */
function limitOf({ policy }: Setup): number | undefined {
  const { adaptive, maxWorkers = 1 } = policy.concurrency ?? {};
  return adaptive === undefined ? maxWorkers : undefined;
}

function withLimit(setup: Setup, maxWorkers: number): Setup {
  const { adaptive: _, ...concurrency } = setup.policy.concurrency ?? {};
  return { ...setup, policy: { ...setup.policy, concurrency: { ...concurrency, maxWorkers } } };
}
