import { generate } from '../index.js';
import type { ExitCode, Reporter } from './report/index.js';
import type { ValidateCommand } from './types.js';

/** Carries out `fs-gen validate`: everything that a run would say about the document, and nothing written. */
export async function runValidate(
  { document, perspective, quiet }: ValidateCommand,
  reporter: Reporter,
): Promise<ExitCode> {
  const { files, diagnostics } = await generate({ document, perspective });
  reporter.problems(diagnostics, { consequence: '' });
  if (files === undefined) return 2;
  const { terminal } = reporter;
  if (reporter.isText && !quiet) terminal.print(`${terminal.out.green('✔')} ${document} is valid`);
  return 0;
}
