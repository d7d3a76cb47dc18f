import type { PolicyModel } from '../../model/types.js';
import type { Breaks } from '../types.js';

/** What a change of one field means for those who go by the policy. */
export interface Judgement {
  readonly breaks: Breaks;
  /** Why, as the end of a sentence. */
  readonly reason: string;
}

/** Looks at one field of two merged policies, defaults filled in. */
export interface PolicyRule {
  readonly section: keyof PolicyModel;
  /** Undefined: the section as a whole. */
  readonly field?: string;
  /** What the field is where nothing is said. */
  readonly default?: unknown;
  /** Its values are milliseconds, or `never`. */
  readonly isDuration?: boolean;
  judge(change: PolicyFieldChange): Judgement;
}

export interface PolicyFieldChange {
  readonly before: unknown;
  readonly after: unknown;
  readonly old: PolicyModel;
  readonly new: PolicyModel;
}
