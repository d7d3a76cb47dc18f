import { reportFailure } from './failure.js';
import type { ExitCode, Reporter } from './report/index.js';
import type { Source, Target } from './types.js';

/** What a command works on; `undefined` when the config is wrong, which has been reported. */
async function targetsOf(source: Source, reporter: Reporter): Promise<readonly Target[] | undefined> {
  if (source.kind === 'document') return [source.target];
  const { loadConfig } = await import('./config/load.js');
  const { targets, problems } = await loadConfig(source.file);
  reporter.problems(problems, { consequence: '' });
  return problems.length > 0 ? undefined : targets;
}

/**
 * Works on each, also when one before it is wrong, so that all problems are seen at once.
 *
 * @returns the worst of the exit codes
 */
export async function forEachTarget(
  source: Source,
  reporter: Reporter,
  work: (target: Target) => Promise<ExitCode>,
): Promise<ExitCode> {
  const targets = await targetsOf(source, reporter);
  if (targets === undefined) return 2;
  let worst: ExitCode = 0;
  for (const target of targets) {
    const code = await work(target).catch((cause: unknown) => reportFailure(cause, reporter));
    if (code > worst) worst = code;
  }
  return worst;
}
