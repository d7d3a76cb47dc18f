import type { Invariant } from '../invariants.js';
import type { Mutation } from '../mutation.js';

/** One rule of delivery, and what shows that the simulation would notice if it were broken. */
export interface Rule {
  /** For `--rule`. */
  readonly name: string;
  /** What the engine and the brokers keep to. */
  readonly says: string;
  /** What it is like when they don't. */
  readonly mutation: Mutation;
  /** What is violated then, with certainty in some seeds. */
  readonly breaks: Invariant;
}
