import type { Scenario } from '../scenario.js';
import { killWorkers } from './kill-workers.js';

/** In the order in which `all` runs them. */
export const scenarios: readonly Scenario[] = [killWorkers];
