import type { Change, ChangeSeverity } from '../../diff/types.js';

/** How many changes there are of each severity. */
export function countBySeverity(changes: readonly Change[]): Readonly<Record<ChangeSeverity, number>> {
  const count = (wanted: ChangeSeverity) => changes.filter(({ severity }) => severity === wanted).length;
  return {
    breaking: count('breaking'),
    compatible: count('compatible'),
    documentation: count('documentation'),
  };
}
