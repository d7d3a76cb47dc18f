import { foldersOf } from '../folders.js';
import { generate } from '../index.js';
import { runKey } from '../run-key.js';
import { applyPlan, planWrite, recallRun } from '../write/index.js';
import { changesOf, printDone, printDryRun, printUpToDate, reportCheck } from './changes.js';
import type { ExitCode, Reporter } from './report/index.js';
import type { GenerateCommand } from './types.js';

/** Carries out `fs-gen <document>`. */
export async function runGenerate(command: GenerateCommand, reporter: Reporter): Promise<ExitCode> {
  const { target, mode, quiet, force } = command;
  if (mode === 'write' && !force && (await isUpToDate(command, reporter))) return 0;
  const { files, diagnostics, workerOptions, ...destination } = await generate(target);
  reporter.problems(diagnostics);
  if (files === undefined) return 2;

  const plan = await planWrite(files, destination);
  reporter.files(changesOf(plan));
  if (mode === 'check') return reportCheck(plan, reporter, quiet) === 'same' ? 0 : 1;
  if (mode === 'write') await applyPlan(plan);
  if (!reporter.isText) return 0;
  if (mode === 'dry-run') printDryRun(plan, reporter.terminal);
  else if (!quiet) printDone(plan, { document: target.document, workerOptions }, reporter.terminal);
  return 0;
}

/** Says what a full run would have said, when there is nothing to do. */
async function isUpToDate({ target, quiet }: GenerateCommand, reporter: Reporter): Promise<boolean> {
  const { document } = target;
  const folders = foldersOf(target);
  const last = await recallRun(document, runKey(target), folders);
  if (last === undefined) return false;
  reporter.problems(
    last.warnings.map(({ file, line, column, ...warning }) => ({
      severity: 'warning',
      location: { file, line, column },
      ...warning,
    })),
  );
  if (reporter.isText && !quiet) printUpToDate(document, folders.outDir, last.files, reporter.terminal);
  return true;
}
