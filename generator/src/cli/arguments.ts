import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import type { Perspective } from '../model/types.js';
import type { Console } from './console.js';
import { deadCommand } from './dead/arguments.js';
import type { DeadCommand } from './dead/types.js';
import { diffCommand } from './diff/arguments.js';
import type { DiffCommand } from './diff/types.js';
import { perspectiveOption } from './perspective.js';

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

/** What to do, or the end: help or the version was asked for, or the arguments are wrong. */
export type Parsed =
  | { readonly kind: 'generate'; readonly options: Options }
  | { readonly kind: 'dead'; readonly command: DeadCommand }
  | { readonly kind: 'diff'; readonly command: DiffCommand }
  | { readonly kind: 'end'; readonly wrong: boolean };

const EXAMPLES = `
Examples:
  fs-gen specs/api.yaml                        write generated/ and handlers/
  fs-gen specs/api.yaml --out src/generated    write src/generated/ and src/handlers/
  fs-gen specs/api.yaml --perspective peer     the other side of the same contract
  fs-gen specs/api.yaml --check                for CI: fail when the generated code is stale
  fs-gen dead list specs/api.yaml              what has failed for good, and why
  fs-gen diff old.yaml specs/api.yaml          what has changed, and whom it breaks

Exit codes: 0 done, 1 --check found differences or diff a change that breaks, 2 the document or the arguments are wrong, 3 a mistake of fs-gen.
`;

/**
 * Reads the arguments; prints help, the version, or what is wrong with them.
 *
 * @throws GeneratorError `FS_OPTION_INVALID` for a value that can't be
 */
export async function parseArguments(argv: readonly string[], terminal: Console): Promise<Parsed> {
  let parsed: Parsed = { kind: 'end', wrong: true };
  const command = describeCommand((found) => {
    parsed = found;
  });
  command.addCommand(
    deadCommand(terminal.env, (found) => {
      parsed = { kind: 'dead', command: found };
    }),
  );
  command.addCommand(
    diffCommand((found) => {
      parsed = { kind: 'diff', command: found };
    }),
  );
  everyCommand(command, (each) => prepare(each, terminal));
  if (argv.length === 0) {
    terminal.complain(`${command.helpInformation()}${EXAMPLES}`.trimEnd());
    return parsed;
  }
  try {
    command.parse(argv, { from: 'user' });
  } catch (cause) {
    if (cause instanceof CommanderError) return { kind: 'end', wrong: cause.exitCode !== 0 };
    throw cause;
  }
  return parsed;
}

function describeCommand(found: (parsed: Parsed) => void): Command {
  return (
    new Command('fs-gen')
      .description(
        'Turns an AsyncAPI document into a typed TypeScript SDK for concurrent work over Redis streams.',
      )
      .usage('[options] <document>')
      .argument('<document>', 'AsyncAPI 2.0 to 3.1, YAML or JSON')
      .option('-o, --out <folder>', 'where the generated files go; they belong to fs-gen', 'generated')
      .option(
        '--handlers <folder>',
        'where the handler stubs go; they belong to you (default: "handlers" beside the other)',
      )
      .addOption(perspectiveOption())
      .option(
        '--check',
        'write nothing; list what is stale, missing or extra, and exit with 1 if anything is',
      )
      .option('--dry-run', 'write nothing; list what would be')
      .option('-q, --quiet', 'print problems only')
      .version(version(), '-v, --version', 'print the version')
      .addHelpText('after', EXAMPLES.trimEnd())
      .helpCommand(false)
      // An option behind `dead` is that command's own.
      .enablePositionalOptions()
      .action((document: string, given: Given) => {
        const { check = false, dryRun = false, quiet = false, ...rest } = given;
        found({ kind: 'generate', options: { ...rest, check, dryRun, quiet, document } });
      })
  );
}

/** What all commands have in common. */
function prepare(command: Command, terminal: Console): void {
  command
    .option('--no-color', 'no colours (NO_COLOR does the same)')
    .helpOption('-h, --help', 'print this')
    .showHelpAfterError(`(${pathOf(command)} --help lists the options)`)
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.print(text.trimEnd()),
      writeErr: (text) => terminal.complain(text.trimEnd()),
      outputError: (text, write) => write(text.replace(/^error:/, terminal.err.red('error:'))),
    });
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

function everyCommand(command: Command, visit: (command: Command) => void): void {
  visit(command);
  for (const each of command.commands) everyCommand(each, visit);
}

function version(): string {
  const manifest: { version: string } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  );
  return manifest.version;
}
