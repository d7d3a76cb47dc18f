import { foldersOf } from '../folders.js';
import { generate } from '../index.js';
import { runKey } from '../run-key.js';
import { applyPlan, planWrite, recallRun } from '../write/index.js';
import { changesOf, printDone, printDryRun, printUpToDate, reportCheck } from './changes.js';
import { showProgress } from './progress/index.js';
import type { ExitCode, Reporter } from './report/index.js';
import { forEachTarget } from './targets.js';
import type { GenerateCommand, Target } from './types.js';

/** Files that a run has read, by absolute path, and what was in them. */
export type FilesRead = Map<string, string>;

/**
 * Carries out `fs-gen <document>`, or `fs-gen` with a config.
 *
 * @param read takes note of every file that was read
 */
export function runGenerate(
  command: GenerateCommand,
  reporter: Reporter,
  read: FilesRead = new Map(),
): Promise<ExitCode> {
  return forEachTarget(command.source, reporter, (target) => generateOne(target, command, reporter, read));
}

async function generateOne(
  target: Target,
  { mode, force, quiet }: GenerateCommand,
  reporter: Reporter,
  read: FilesRead,
): Promise<ExitCode> {
  if (mode === 'write' && !force && (await isUpToDate(target, quiet, reporter, read))) return 0;
  const generating = generate(target);
  if (!quiet) await showProgress(`reading ${target.document}`, generating, reporter.terminal);
  const { files, diagnostics, workerOptions, sources, ...destination } = await generating;
  for (const { path, text } of sources) read.set(path, text);
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
async function isUpToDate(
  target: Target,
  quiet: boolean,
  reporter: Reporter,
  read: FilesRead,
): Promise<boolean> {
  const { document } = target;
  const folders = foldersOf(target);
  const last = await recallRun(document, runKey(target), folders);
  if (last === undefined) return false;
  for (const [path, text] of last.sources) read.set(path, text);
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
