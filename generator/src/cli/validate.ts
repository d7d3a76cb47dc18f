import { generate } from '../index.js';
import type { ExitCode, Reporter } from './report/index.js';
import { forEachTarget } from './targets.js';
import type { ValidateCommand } from './types.js';

/** Carries out `fs-gen validate`: everything that a run would say about the document, and nothing written. */
export function runValidate({ source, quiet }: ValidateCommand, reporter: Reporter): Promise<ExitCode> {
  const { terminal } = reporter;
  return forEachTarget(source, reporter, async ({ document, perspective, lenient = false }) => {
    const { files, diagnostics } = await generate({ document, perspective, lenient });
    reporter.problems(diagnostics, { consequence: '' });
    if (files === undefined) return 2;
    if (reporter.isText && !quiet) terminal.print(`${terminal.out.green('✔')} ${document} is valid`);
    return 0;
  });
}
