import type { StopReport } from '../events.js';

/** Of whoever had nothing to stop. */
export const NOTHING_STOPPED: StopReport = { drained: 0, aborted: 0, released: 0, unacknowledged: 0 };

/** What all of them together have stopped. */
export function total(reports: readonly StopReport[]): StopReport {
  return reports.reduce(
    (sum, report) => ({
      drained: sum.drained + report.drained,
      aborted: sum.aborted + report.aborted,
      released: sum.released + report.released,
      unacknowledged: sum.unacknowledged + report.unacknowledged,
    }),
    NOTHING_STOPPED,
  );
}
