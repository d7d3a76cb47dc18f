/**
 * `fs-gen plan` loads `@fs-gen/runtime/plan` from the user's project, and describes it in its own words. The compiler sees
 * here that both mean the same; policies come from the model, which mirrors the runtime's declaration key by key.
 */
import * as plan from '@fs-gen/runtime/plan';
import type { Exploration, ExploreOptions, Plan } from '../../generator/src/cli/plan/runtime.js';

export const version: Plan['planVersion'] = plan.planVersion;

export const options = (described: ExploreOptions): Omit<plan.ExploreOptions, 'policy'> => described;

export const result = (explored: plan.Exploration): Exploration => explored;
