import type { Change } from '../../diff/types.js';
import type { Console } from '../console.js';
import { countBySeverity } from './summary.js';
import type { DiffCommand } from './types.js';

/** One JSON document on standard output: for programs, and stable within a major version. */
export function printJson(
  changes: readonly Change[],
  { old, new: now, perspective }: DiffCommand,
  terminal: Console,
): void {
  const report = { old, new: now, perspective, summary: countBySeverity(changes), changes };
  terminal.print(JSON.stringify(report, null, 2));
}
