import { type Options, parseArguments } from './cli/arguments.js';
import { printCheck, printDone, printDryRun } from './cli/changes.js';
import { Console, type Streams } from './cli/console.js';
import { printDiagnostics } from './cli/diagnostics.js';
import { printFailure } from './cli/failure.js';

/** What the process ends with. */
const EXIT = { ok: 0, stale: 1, wrong: 2, ourFault: 3 } as const;

/**
 * The command `fs-gen`.
 *
 * @param argv arguments without `node` and the script
 * @param streams where it writes, and its environment
 * @returns exit code: 0 done, 1 `--check` found differences or `diff` a change that breaks, 2 the document, the arguments or Redis are wrong,
 * 3 a mistake of fs-gen itself
 */
export async function main(argv: readonly string[], streams: Streams = process): Promise<number> {
  const terminal = new Console(streams, argv.includes('--no-color'));
  try {
    return await run(argv, terminal);
  } catch (cause) {
    return printFailure(cause, terminal) === 'user' ? EXIT.wrong : EXIT.ourFault;
  }
}

async function run(argv: readonly string[], terminal: Console): Promise<number> {
  const parsed = await parseArguments(argv, terminal);
  switch (parsed.kind) {
    case 'end':
      return parsed.wrong ? EXIT.wrong : EXIT.ok;
    case 'generate':
      return runGenerate(parsed.options, terminal);
    case 'dead': {
      const { runDead } = await import('./cli/dead/run.js');
      return (await runDead(parsed.command, terminal)) === 'wrong' ? EXIT.wrong : EXIT.ok;
    }
    case 'diff': {
      const { runDiff } = await import('./cli/diff/run.js');
      return { wrong: EXIT.wrong, failing: EXIT.stale, fine: EXIT.ok }[
        await runDiff(parsed.command, terminal)
      ];
    }
    default:
      return parsed satisfies never;
  }
}

async function runGenerate(options: Options, terminal: Console): Promise<number> {
  const { document, out, handlers, perspective, check, dryRun, quiet } = options;
  const { applyPlan, generate, planWrite } = await import('./index.js');
  const { files, diagnostics, ...folders } = await generate({
    document,
    out,
    perspective,
    ...(handlers === undefined ? {} : { handlers }),
  });
  printDiagnostics(diagnostics, terminal);
  if (files === undefined) return EXIT.wrong;

  const plan = await planWrite(files, folders);
  if (check) return printCheck(plan, terminal, quiet) === 'same' ? EXIT.ok : EXIT.stale;
  if (dryRun) printDryRun(plan, terminal);
  else {
    await applyPlan(plan);
    if (!quiet) printDone(plan, document, terminal);
  }
  return EXIT.ok;
}
