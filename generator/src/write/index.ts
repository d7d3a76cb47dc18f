export { applyPlan } from './apply.js';
export { planWrite } from './plan.js';
export { recallRun } from './recall.js';
export type { OutputFolders, RunInputs, RunWarning, WriteAction, WritePlan } from './types.js';
