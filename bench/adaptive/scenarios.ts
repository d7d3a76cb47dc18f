import { type Conditions, USUAL } from './downstream.js';

/** Conditions that last for a while. */
export interface Phase {
  readonly name: string;
  readonly seconds: number;
  readonly conditions: Conditions;
}

const phase = (name: string, changed: Partial<Conditions>, seconds = 120): Phase => ({
  name,
  seconds,
  conditions: { ...USUAL, ...changed },
});

export const STEADY: readonly Phase[] = [phase('knee 24', {}, 300)];
export const CONTENDED: readonly Phase[] = [
  phase('knee 24, 1 % slower for each beyond', { contention: 0.01 }, 300),
];

/** Each is one run; the phases of a run follow each other without a break. */
export const SCENARIOS: readonly (readonly Phase[])[] = [
  STEADY,
  CONTENDED,
  [phase('knee 24, to be moved', {}), phase('… to 8', { knee: 8 }), phase('… to 32', { knee: 32 })],
  [phase('100 ms, to change', {}, 80), phase('… to 300 ms', { latency: 300 }), phase('… back to 100 ms', {})],
  [phase('bimodal: 50 ms, every tenth 550 ms', { shape: 'bimodal' }, 240)],
  [phase('5 % errors', { errors: 0.05 }, 240)],
  [phase('fails when 8 wait', { sheds: 8 }, 240)],
  [
    phase('before an outage', {}, 80),
    phase('… while all fail', { errors: 1 }, 60),
    phase('… and after it', {}),
  ],
  [phase('slow handlers: 5 s', { latency: 5_000 }, 1_200)],
  [phase('2 ms computing of 50', { cpu: { cpu: 2, io: 48 } }, 240)],
  [phase('20 ms computing of 120', { cpu: { cpu: 20, io: 100 } }, 240)],
  [phase('150 ms computing of 300', { cpu: { cpu: 150, io: 150 } }, 700)],
];
