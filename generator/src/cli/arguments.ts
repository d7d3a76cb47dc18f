import { readFileSync } from 'node:fs';
import { Command, CommanderError, Option } from 'commander';
import type { Perspective } from '../model/types.js';
import type { Console } from './console.js';

export interface Options {
  readonly document: string;
  readonly out: string;
  readonly handlers?: string;
  readonly perspective: Perspective;
  readonly check: boolean;
  readonly dryRun: boolean;
  readonly quiet: boolean;
}

/** As commander gives them: a switch that was not set is absent. */
type Given = Pick<Options, 'out' | 'handlers' | 'perspective'> &
  Partial<Pick<Options, 'check' | 'dryRun' | 'quiet'>>;

/** Options to work by, or the end: help or the version was asked for, or the arguments are wrong. */
export type Parsed =
  | { readonly kind: 'run'; readonly options: Options }
  | { readonly kind: 'end'; readonly wrong: boolean };

const EXAMPLES = `
Examples:
  fs-gen specs/api.yaml                        write generated/ and handlers/
  fs-gen specs/api.yaml --out src/generated    write src/generated/ and src/handlers/
  fs-gen specs/api.yaml --perspective peer     the other side of the same contract
  fs-gen specs/api.yaml --check                for CI: fail when the generated code is stale

Exit codes: 0 done, 1 --check found differences, 2 the document or the arguments are wrong, 3 a mistake of fs-gen.
`;

/** Reads the arguments; prints help, the version, or what is wrong with them. */
export async function parseArguments(argv: readonly string[], terminal: Console): Promise<Parsed> {
  const command = describeCommand(terminal);
  if (argv.length === 0) {
    terminal.complain(`${command.helpInformation()}${EXAMPLES}`.trimEnd());
    return { kind: 'end', wrong: true };
  }
  try {
    command.parse(argv, { from: 'user' });
  } catch (cause) {
    if (cause instanceof CommanderError) return { kind: 'end', wrong: cause.exitCode !== 0 };
    throw cause;
  }
  const { check = false, dryRun = false, quiet = false, ...rest } = command.opts<Given>();
  return { kind: 'run', options: { ...rest, check, dryRun, quiet, document: command.args[0] ?? '' } };
}

function describeCommand(terminal: Console): Command {
  const perspective = new Option(
    '--perspective <side>',
    'whose code it is: the application that the document describes, or its peers',
  )
    .choices(['application', 'peer'])
    .default('application');
  return new Command('fs-gen')
    .description(
      'Turns an AsyncAPI document into a typed TypeScript SDK for concurrent work over Redis streams.',
    )
    .argument('<document>', 'AsyncAPI 2.0 to 3.1, YAML or JSON')
    .option('-o, --out <folder>', 'where the generated files go; they belong to fs-gen', 'generated')
    .option(
      '--handlers <folder>',
      'where the handler stubs go; they belong to you (default: "handlers" beside the other)',
    )
    .addOption(perspective)
    .option('--check', 'write nothing; list what is stale, missing or extra, and exit with 1 if anything is')
    .option('--dry-run', 'write nothing; list what would be')
    .option('-q, --quiet', 'print problems only')
    .option('--no-color', 'no colours (NO_COLOR does the same)')
    .version(version(), '-v, --version', 'print the version')
    .helpOption('-h, --help', 'print this')
    .addHelpText('after', EXAMPLES.trimEnd())
    .showHelpAfterError('(fs-gen --help lists the options)')
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.print(text.trimEnd()),
      writeErr: (text) => terminal.complain(text.trimEnd()),
      outputError: (text, write) => write(text.replace(/^error:/, terminal.err.red('error:'))),
    });
}

function version(): string {
  const manifest: { version: string } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  );
  return manifest.version;
}
