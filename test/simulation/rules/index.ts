import { ATTEMPTS } from './attempts.js';
import { INTAKE } from './intake.js';
import { LEASES } from './leases.js';
import { ORDERING } from './ordering.js';
import { PUBLISHING } from './publishing.js';
import type { Rule } from './rule.js';
import { SETTLING } from './settling.js';
import { STOPPING } from './stopping.js';

/** The rules of delivery, each with a mutation that switches it off. */
export const RULES: readonly Rule[] = [
  ...LEASES,
  ...ATTEMPTS,
  ...SETTLING,
  ...INTAKE,
  ...STOPPING,
  ...PUBLISHING,
  ...ORDERING,
];
