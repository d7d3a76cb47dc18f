import { existsSync } from 'node:fs';
import { Command, CommanderError, Option } from 'commander';
import { nearest } from '../document/near.js';
import { version } from '../version.js';
import { completionCommand, initCommand, validateCommand } from './commands.js';
import { findConfig } from './config/find.js';
import type { Console } from './console.js';
import { deadCommand } from './dead/arguments.js';
import { diffCommand } from './diff/arguments.js';
import {
  configOption,
  DOCUMENT,
  formatOption,
  lenientOption,
  type OfDocument,
  perspectiveOption,
  type Reporting,
  sourceOf,
} from './options.js';
import { planCommand } from './plan/arguments.js';
import type { Parsed } from './types.js';

/** As commander gives them: a switch that was not set is absent. */
interface Given extends OfDocument, Reporting {
  readonly check?: boolean;
  readonly dryRun?: boolean;
  readonly watch?: boolean;
  readonly force?: boolean;
}

const EXAMPLES = `
Examples:
  fs-gen specs/api.yaml                        write generated/ and handlers/
  fs-gen specs/api.yaml --out src/generated    write src/generated/ and src/handlers/
  fs-gen specs/api.yaml --perspective peer     the other side of the same contract
  fs-gen specs/api.yaml --watch                again on every change
  fs-gen specs/api.yaml --check                for CI: fail when the generated code is stale
  fs-gen                                       every document of fs-gen.config.ts
  fs-gen dead list specs/api.yaml              what has failed for good, and why
  fs-gen diff old.yaml specs/api.yaml          what has changed, and whom it breaks
  fs-gen plan specs/api.yaml --help            what the policies would do with a load

Exit codes: 0 done, 1 --check found differences or diff a change that breaks, 2 the document or the arguments are wrong, 3 a mistake of fs-gen.
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
  command.addCommand(initCommand(found));
  command.addCommand(deadCommand(terminal.env, (dead) => found({ kind: 'dead', command: dead })));
  command.addCommand(diffCommand((diff) => found({ kind: 'diff', command: diff, format: diff.format })));
  command.addCommand(planCommand((plan) => found({ kind: 'plan', command: plan })));
  command.addCommand(completionCommand(found));
  everyCommand(command, (each) => prepare(each, terminal));
  if (argv.length === 0 && findConfig() === undefined) {
    terminal.complain(`${command.helpInformation()}${EXAMPLES}`.trimEnd());
    return parsed;
  }
  try {
    refuseMisspeltCommand(command, argv);
    command.parse(argv, { from: 'user' });
  } catch (cause) {
    if (cause instanceof CommanderError) return { kind: 'end', wrong: cause.exitCode !== 0 };
    throw cause;
  }
  return parsed;
}

/** Else it would be taken for a document. */
function refuseMisspeltCommand(command: Command, [word = '']: readonly string[]): void {
  const names = command.commands.map((each) => each.name());
  if (!/^[a-z]+$/.test(word) || names.includes(word) || existsSync(word)) return;
  const meant = nearest(word, names);
  if (meant !== undefined)
    command.error(`error: there is no command or file ${word}\n(Did you mean ${meant}?)`);
}

function rootCommand(found: (parsed: Parsed) => void): Command {
  return (
    new Command('fs-gen')
      .description(
        'Turns an AsyncAPI document into a typed TypeScript SDK for concurrent work over Redis streams.',
      )
      .usage('[options] [document]')
      .argument('[document]', `${DOCUMENT}; none: those of fs-gen.config.ts`)
      .option('-o, --out <folder>', 'where the generated files go; they belong to fs-gen', 'generated')
      .option(
        '--handlers <folder>',
        'where the handler stubs go; they belong to you (default: "handlers" beside the other)',
      )
      .addOption(perspectiveOption())
      .addOption(lenientOption())
      .addOption(configOption())
      .addOption(
        new Option(
          '--check',
          'write nothing; list what is stale, missing or extra, and exit with 1 if anything is',
        ).conflicts(['dryRun', 'watch']),
      )
      .addOption(new Option('--dry-run', 'write nothing; list what would be').conflicts('watch'))
      .option('-w, --watch', 'stay, and generate again whenever the document or a file of it changes')
      .option('--force', 'generate even if nothing has changed since the last run')
      .addOption(formatOption())
      .option('-q, --quiet', 'print problems only')
      .version(version(), '-v, --version', 'print the version')
      .addHelpText('after', EXAMPLES.trimEnd())
      .helpCommand(false)
      // An option behind a command's name is that command's own.
      .enablePositionalOptions()
      .action((document: string | undefined, given: Given, command: Command) => {
        const { check, dryRun, watch = false, force = false, quiet = false, format } = given;
        const source = sourceOf(command, document, given);
        const mode = check ? 'check' : dryRun ? 'dry-run' : 'write';
        if (watch && format !== 'text') command.error('error: --watch reports as text only');
        found({ kind: 'generate', source, mode, watch, force, quiet, format });
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
      outputError: (text, write) =>
        write(text.replace(/^error:/, `${terminal.err.red('error')}  FS_OPTION_INVALID `)),
    });
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

function everyCommand(command: Command, visit: (command: Command) => void): void {
  visit(command);
  for (const each of command.commands) everyCommand(each, visit);
}
