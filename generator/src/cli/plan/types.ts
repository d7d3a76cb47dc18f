import type { Perspective } from '../../model/types.js';
import type { Arrivals, HandlerTime, Keys, Target } from './runtime.js';

/** What was typed; every value still has to be read. */
export interface PlanCommand {
  readonly document: string;
  readonly perspective: Perspective;
  readonly operation?: string;
  readonly rate?: string;
  readonly arrivals: 'poisson' | 'constant';
  readonly time?: string;
  readonly samples?: string;
  readonly processes?: string;
  readonly for?: string;
  readonly target?: string;
  readonly keys?: string;
  readonly zipf?: string;
  readonly failures?: string;
  readonly roundTrip?: string;
  readonly seed?: string;
  readonly chart?: string;
  readonly json: boolean;
}

/** What was asked for. */
export interface PlanRequest {
  readonly arrivals: Arrivals;
  /** From a file: by operation, and under `''` those that name none. */
  readonly time: HandlerTime | ReadonlyMap<string, readonly number[]>;
  readonly processes: number;
  readonly duration: number | undefined;
  readonly target: Target | undefined;
  readonly keys: Keys | undefined;
  readonly failures: number;
  readonly roundTrip: number | undefined;
  readonly seed: number | undefined;
  readonly chart: ChartFile | undefined;
}

export interface ChartFile {
  readonly path: string;
  readonly kind: 'svg' | 'png';
}
