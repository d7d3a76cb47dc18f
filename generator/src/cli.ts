import { parseArguments } from './cli/arguments.js';
import { Console, type Streams } from './cli/console.js';
import { reportFailure } from './cli/failure.js';
import { type ExitCode, Reporter } from './cli/report/index.js';
import type { Parsed } from './cli/types.js';

/**
 * The command `fs-gen`.
 *
 * @param argv arguments without `node` and the script
 * @param streams where it writes, and its environment
 * @returns exit code: 0 done, 1 something is stale or differs, 2 the document, the arguments or Redis are wrong,
 * 3 a mistake of fs-gen itself
 */
export async function main(argv: readonly string[], streams: Streams = process): Promise<ExitCode> {
  const terminal = new Console(streams, argv.includes('--no-color'));
  let reporter = new Reporter(terminal, 'text');
  try {
    const parsed = await parseArguments(argv, terminal);
    if ('format' in parsed) reporter = new Reporter(terminal, parsed.format);
    return reporter.end(await carryOut(parsed, reporter));
  } catch (cause) {
    return reporter.end(reportFailure(cause, reporter));
  }
}

/** Loads what the command needs, and nothing else: most of the time that a short command takes is loading. */
async function carryOut(parsed: Parsed, reporter: Reporter): Promise<ExitCode> {
  switch (parsed.kind) {
    case 'end':
      return parsed.wrong ? 2 : 0;
    case 'generate': {
      if (parsed.watch) {
        const { runWatch } = await import('./cli/watch/index.js');
        return runWatch(parsed, reporter);
      }
      const { runGenerate } = await import('./cli/generate.js');
      return runGenerate(parsed, reporter);
    }
    case 'validate': {
      const { runValidate } = await import('./cli/validate.js');
      return runValidate(parsed, reporter);
    }
    case 'init': {
      const { runInit } = await import('./cli/init/index.js');
      await runInit(parsed.document, reporter.terminal);
      return 0;
    }
    case 'completion': {
      const { completionScript } = await import('./cli/completion/index.js');
      reporter.terminal.print(completionScript(parsed.shell, parsed.program));
      return 0;
    }
    case 'dead': {
      const { runDead } = await import('./cli/dead/run.js');
      return (await runDead(parsed.command, reporter.terminal)) === 'wrong' ? 2 : 0;
    }
    case 'plan': {
      const { runPlan } = await import('./cli/plan/run.js');
      return (await runPlan(parsed.command, reporter.terminal)) === 'wrong' ? 2 : 0;
    }
    case 'diff': {
      const { runDiff } = await import('./cli/diff/run.js');
      return runDiff(parsed.command, reporter);
    }
    default:
      return parsed satisfies never;
  }
}
