import { applyPlan, generate, planWrite } from '../index.js';
import { changesOf, printDone, printDryRun, reportCheck } from './changes.js';
import type { ExitCode, Reporter } from './report/index.js';
import type { GenerateCommand } from './types.js';

/** Carries out `fs-gen <document>`. */
export async function runGenerate(
  { target, mode, quiet }: GenerateCommand,
  reporter: Reporter,
): Promise<ExitCode> {
  const { document, out, handlers, perspective } = target;
  const { files, diagnostics, workerOptions, ...folders } = await generate({
    document,
    out,
    perspective,
    ...(handlers === undefined ? {} : { handlers }),
  });
  reporter.problems(diagnostics);
  if (files === undefined) return 2;

  const plan = await planWrite(files, folders);
  reporter.files(changesOf(plan));
  if (mode === 'check') return reportCheck(plan, reporter, quiet) === 'same' ? 0 : 1;
  if (mode === 'write') await applyPlan(plan);
  if (!reporter.isText) return 0;
  if (mode === 'dry-run') printDryRun(plan, reporter.terminal);
  else if (!quiet) printDone(plan, { document, workerOptions }, reporter.terminal);
  return 0;
}
