export { applyPlan } from './apply.js';
export { planWrite } from './plan.js';
export type { OutputFolders, WriteAction, WritePlan } from './types.js';
