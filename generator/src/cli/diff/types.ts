import type { ChangeArea, ChangeSeverity } from '../../diff/types.js';
import type { Format } from '../report/index.js';

/** `fs-gen diff` as it was asked for. */
export interface DiffCommand {
  readonly old: string;
  readonly new: string;
  /** Whose move to the new document is judged. */
  readonly perspective: 'application' | 'peer' | 'both';
  readonly format: Format;
  /** The least bad change that makes the command fail. */
  readonly failOn: ChangeSeverity | 'none';
  /** Only changes of these areas; empty for all. */
  readonly areas: readonly ChangeArea[];
}
