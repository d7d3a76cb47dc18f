import { Command, CommanderError, Option } from 'commander';
import type { Perspective } from '../model/types.js';
import { version } from '../version.js';
import type { Console } from './console.js';
import { deadCommand } from './dead/arguments.js';
import { DOCUMENT, formatOption, perspectiveOption } from './options.js';
import type { Format } from './report/index.js';
import type { Parsed } from './types.js';

/** As commander gives them: a switch that was not set is absent. */
interface Given {
  readonly out: string;
  readonly handlers?: string;
  readonly perspective: Perspective;
  readonly check?: boolean;
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly quiet?: boolean;
  readonly format: Format;
}

const EXIT_CODES =
  'Exit codes: 0 done, 1 --check found differences, 2 the document or the arguments are wrong, 3 a mistake of fs-gen.';

const EXAMPLES = `
Examples:
  fs-gen specs/api.yaml                        write generated/ and handlers/
  fs-gen specs/api.yaml --out src/generated    write src/generated/ and src/handlers/
  fs-gen specs/api.yaml --perspective peer     the other side of the same contract
  fs-gen specs/api.yaml --check                for CI: fail when the generated code is stale
  fs-gen validate specs/api.yaml               only say what is wrong with the document
  fs-gen dead list specs/api.yaml              what has failed for good, and why

${EXIT_CODES}
`;

const VALIDATE_EXAMPLES = `
Examples:
  fs-gen validate specs/api.yaml
  fs-gen validate specs/api.yaml --format github    annotations in GitHub Actions

Exit codes: 0 no errors, 2 the document or the arguments are wrong, 3 a mistake of fs-gen.
`;

/**
 * Reads the arguments; prints help, the version, or what is wrong with them.
 *
 * @throws GeneratorError `FS_OPTION_INVALID` for a value that can't be
 */
export async function parseArguments(argv: readonly string[], terminal: Console): Promise<Parsed> {
  let parsed: Parsed = { kind: 'end', wrong: true };
  const found = (command: Parsed) => {
    parsed = command;
  };
  const command = rootCommand(found);
  command.addCommand(validateCommand(found));
  command.addCommand(deadCommand(terminal.env, (dead) => found({ kind: 'dead', command: dead })));
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

function rootCommand(found: (parsed: Parsed) => void): Command {
  return (
    new Command('fs-gen')
      .description(
        'Turns an AsyncAPI document into a typed TypeScript SDK for concurrent work over Redis streams.',
      )
      .usage('[options] <document>')
      .argument('<document>', DOCUMENT)
      .option('-o, --out <folder>', 'where the generated files go; they belong to fs-gen', 'generated')
      .option(
        '--handlers <folder>',
        'where the handler stubs go; they belong to you (default: "handlers" beside the other)',
      )
      .addOption(perspectiveOption())
      .addOption(
        new Option(
          '--check',
          'write nothing; list what is stale, missing or extra, and exit with 1 if anything is',
        ).conflicts('dryRun'),
      )
      .option('--dry-run', 'write nothing; list what would be')
      .option('--force', 'generate even if nothing has changed since the last run')
      .addOption(formatOption())
      .option('-q, --quiet', 'print problems only')
      .version(version(), '-v, --version', 'print the version')
      .addHelpText('after', EXAMPLES.trimEnd())
      .helpCommand(false)
      // An option behind a command's name is that command's own.
      .enablePositionalOptions()
      .action((document: string, given: Given) => {
        const { check, dryRun, force = false, quiet = false, format, ...target } = given;
        const mode = check ? 'check' : dryRun ? 'dry-run' : 'write';
        found({ kind: 'generate', target: { ...target, document }, mode, force, quiet, format });
      })
  );
}

function validateCommand(found: (parsed: Parsed) => void): Command {
  return new Command('validate')
    .description('Says everything that is wrong with a document, and writes nothing.')
    .summary('say what is wrong with a document')
    .argument('<document>', DOCUMENT)
    .addOption(perspectiveOption())
    .addOption(formatOption())
    .option('-q, --quiet', 'print problems only')
    .addHelpText('after', VALIDATE_EXAMPLES.trimEnd())
    .action(
      (document: string, { quiet = false, ...given }: Pick<Given, 'perspective' | 'format' | 'quiet'>) =>
        found({ kind: 'validate', document, quiet, ...given }),
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
