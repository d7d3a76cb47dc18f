/** The commands beside the main one, and `dead`. */
import { Argument, Command } from 'commander';
import { SHELLS, type Shell } from './completion/tree.js';
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
import type { Parsed } from './types.js';

type Found = (parsed: Parsed) => void;

export function validateCommand(found: Found): Command {
  return new Command('validate')
    .description('Says everything that is wrong with a document, and writes nothing.')
    .summary('say what is wrong with a document')
    .argument('[document]', DOCUMENT)
    .addOption(perspectiveOption())
    .addOption(lenientOption())
    .addOption(configOption())
    .addOption(formatOption())
    .option('-q, --quiet', 'print problems only')
    .addHelpText(
      'after',
      `
Examples:
  fs-gen validate specs/api.yaml
  fs-gen validate                                   every document of fs-gen.config.ts
  fs-gen validate specs/api.yaml --format github    annotations in GitHub Actions

Exit codes: 0 no errors, 2 the document or the arguments are wrong, 3 a mistake of fs-gen.`,
    )
    .action((document: string | undefined, given: OfDocument & Reporting, command: Command) => {
      const { quiet = false, format } = given;
      found({ kind: 'validate', source: sourceOf(command, document, given), quiet, format });
    });
}

export function initCommand(found: Found): Command {
  return new Command('init')
    .description('Writes a small document, a config and a package script to start from. Never overwrites.')
    .summary('write a document, a config and a script to start from')
    .argument('[document]', 'where the document is, or goes', 'specs/api.yaml')
    .addHelpText(
      'after',
      `
Examples:
  fs-gen init                       specs/api.yaml, fs-gen.config.ts, and "generate" in package.json
  fs-gen init contracts/mail.yaml   the same with a document that may be there already`,
    )
    .action((document: string) => found({ kind: 'init', document }));
}

export function completionCommand(found: Found): Command {
  return new Command('completion')
    .description('Prints a script that completes fs-gen in your shell.')
    .summary('print a script that completes fs-gen in your shell')
    .addArgument(new Argument('<shell>', 'your shell').choices(SHELLS))
    .addHelpText(
      'after',
      `
Examples:
  eval "$(fs-gen completion bash)"       in ~/.bashrc
  eval "$(fs-gen completion zsh)"        in ~/.zshrc, below compinit
  fs-gen completion fish | source        in ~/.config/fish/config.fish`,
    )
    .action((shell: Shell, _given: unknown, command: Command) =>
      found({ kind: 'completion', shell, program: command.parent ?? command }),
    );
}
