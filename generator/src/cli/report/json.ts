import type { Problem, Report } from './types.js';

/** Counts up when a field goes or changes its meaning; new fields may come without. */
const FORMAT = 1;

/** The report as JSON; docs/cli.md describes the shape, which others build on. */
export function jsonDocument({ problems, files, findings, exitCode }: Report): string {
  const count = (severity: Problem['severity']) =>
    problems.filter((problem) => problem.severity === severity).length;
  const document = {
    format: FORMAT,
    exitCode,
    errors: count('error'),
    warnings: count('warning'),
    notes: count('note'),
    problems: problems.map(({ severity, code, message, location, hint, path }) => ({
      severity,
      code,
      message,
      ...location,
      hint,
      path,
    })),
    files,
    ...findings,
  };
  return JSON.stringify(document, null, 2);
}
