/**
 * What would a policy do? For those who set policies: `fs-gen plan` loads this from the project whose document it is
 * given. The service itself never imports it.
 */
export type { Bound } from './capacity.js';
export {
  type Answer,
  type Exploration,
  type ExploreOptions,
  explore,
  type Target,
  type Trial,
  type Why,
} from './explore.js';
export type { Distribution } from './level.js';
export type { Overload, SimulationResult, Span } from './measures.js';
export type { Arrivals, Keys, SimulationOptions } from './options.js';
export { simulate } from './simulate.js';
export type { HandlerTime } from './times.js';

/** Raised when what stands above changes so that an older `fs-gen` would not fit any more. */
export const planVersion = 1;
