import { type Conditions, USUAL } from './downstream.js';

export interface Phase {
  readonly name: string;
  readonly seconds: number;
  readonly conditions: Conditions;
}

export interface Scenario {
  readonly name: string;
  readonly phases: readonly Phase[];
}

const usual = (name: string, changed: Partial<Conditions>, seconds = 120): Phase => ({
  name,
  seconds,
  conditions: { ...USUAL, ...changed },
});

export const SCENARIOS: readonly Scenario[] = [
  { name: 'knee 24', phases: [usual('flat beyond it', {}, 300)] },
  { name: 'contention', phases: [usual('falls beyond it', { contention: 0.01 }, 300)] },
  { name: 'knee moves', phases: [usual('24', {}), usual('8', { knee: 8 }), usual('32', { knee: 32 })] },
  { name: 'latency × 3', phases: [usual('before', {}), usual('after', { latency: 300 }), usual('back', {})] },
  { name: 'bimodal', phases: [usual('9 short : 1 long', { shape: 'bimodal' }, 240)] },
  { name: 'errors', phases: [usual('5 %', { errors: 0.05 }, 240)] },
  { name: 'slow', phases: [usual('5 s', { latency: 5_000 }, 1_200)] },
  { name: 'fast', phases: [usual('10 ms', { latency: 20 }, 120)] },
  {
    name: 'outage',
    phases: [usual('before', {}, 60), usual('all fail', { errors: 1 }, 60), usual('back', {}, 120)],
  },
  { name: 'computing', phases: [usual('2 ms of 50', { cpu: { cpu: 2, io: 48 } }, 240)] },
  { name: 'computing', phases: [usual('20 ms of 120', { cpu: { cpu: 20, io: 100 } }, 240)] },
  { name: 'computing', phases: [usual('150 ms of 300', { cpu: { cpu: 150, io: 150 } }, 240)] },
];
