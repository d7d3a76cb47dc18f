/** The part of the runtime that simulates policies, as far as it is used here. */
import type { PolicyModel } from '../../model/types.js';
import { loadFromProject } from '../project.js';

/** `@fs-gen/runtime/plan`; a test holds the two together. */
export interface Plan {
  readonly planVersion: number;
  readonly explore: (options: ExploreOptions) => Promise<Exploration>;
}

export type Arrivals = { readonly kind: 'poisson' | 'constant'; readonly perSecond: number };

export type HandlerTime =
  | { readonly kind: 'fixed'; readonly ms: number }
  | { readonly kind: 'exponential'; readonly mean: number }
  | ({ readonly kind: 'lognormal' } & { readonly [Known in TimeName]?: number })
  | { readonly kind: 'samples'; readonly ms: readonly number[] };

export type TimeName = 'mean' | 'p50' | 'p95' | 'p99';

export interface Keys {
  readonly count: number;
  readonly zipf?: number;
}

export interface Target {
  readonly of: 'mean' | 'p50' | 'p95' | 'p99' | 'max';
  readonly ms: number;
}

export interface ExploreOptions {
  readonly operation: string;
  readonly policy: PolicyModel;
  readonly arrivals: Arrivals;
  readonly time: HandlerTime;
  readonly processes?: number;
  readonly duration?: number;
  readonly keys?: Keys;
  readonly failures?: number;
  readonly roundTrip?: number;
  readonly seed?: number;
  readonly target?: Target;
  readonly onSimulation?: (limit: number | undefined) => void;
}

export interface Exploration {
  readonly asIs: Result;
  readonly limit: number | undefined;
  readonly curve: readonly Trial[];
  readonly answer:
    | { readonly kind: 'limit'; readonly limit: number }
    | {
        readonly kind: 'none';
        readonly tried: number;
        readonly why: 'unused' | 'rate limit' | 'hottest key' | 'most';
      }
    | undefined;
}

export interface Trial {
  readonly limit: number;
  readonly result: Result;
}

/** Times in milliseconds, rates in messages a second. */
export interface Result {
  readonly operation: string;
  readonly processes: number;
  readonly working: number;
  readonly duration: number;
  readonly warmUp: number;
  readonly arrived: number;
  readonly offered: number;
  readonly throughput: number;
  readonly waiting: Readonly<Record<'mean' | 'p50' | 'p95' | 'p99' | 'max', number>>;
  readonly utilisation: number;
  readonly running: Span;
  readonly limit: Span;
  readonly held: Span;
  readonly inSystem: Span;
  readonly retries: number;
  readonly deadLettered: number;
  readonly refused: number;
  readonly overload:
    | { readonly growth: number; readonly by: 'workers' | 'rate limit' | 'hottest key' | undefined }
    | undefined;
}

interface Span {
  readonly mean: number;
  readonly max: number;
}

const MODULE = {
  name: '@fs-gen/runtime/plan',
  versionField: 'planVersion',
  version: 1,
  lacking: 'no simulation',
} as const;

/**
 * Loads it from the project that the document lies in, else from the one that the command runs in.
 *
 * @throws GeneratorError `FS_RUNTIME_MISSING`, `FS_RUNTIME_UNFIT`
 */
export function loadPlan(document: string, cwd: string): Promise<Plan> {
  return loadFromProject<Plan>(MODULE, document, cwd);
}
