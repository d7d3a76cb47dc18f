import type { Command } from 'commander';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** What can be typed behind a command, or behind one of its subcommands. */
export interface Completable {
  /** Names below the program's own, the outermost first; none for the program itself. */
  readonly path: readonly string[];
  readonly commands: readonly { readonly name: string; readonly summary: string }[];
  readonly options: readonly CompletableOption[];
  /** Whether a file may follow. */
  readonly takesFile: boolean;
  /** Words that may follow, where only some may. */
  readonly words: readonly string[];
}

export interface CompletableOption {
  /** `--out` and `-o`. */
  readonly flags: readonly string[];
  readonly summary: string;
  readonly takesValue: boolean;
  /** Whether the value is the path of a file or a folder. */
  readonly takesPath: boolean;
  /** Values, where only some may be given. */
  readonly values: readonly string[];
}

/** The command and all below it. */
export function completables(command: Command, path: readonly string[] = []): readonly Completable[] {
  const help = command.createHelp();
  const own: Completable = {
    path,
    commands: command.commands.map((each) => ({
      name: each.name(),
      summary: firstLine(help.subcommandDescription(each)),
    })),
    options: help
      .visibleOptions(command)
      .map(({ flags, long, short, required, description, argChoices }) => ({
        flags: [long, short].filter((flag) => flag !== undefined),
        summary: firstLine(description),
        takesValue: required,
        takesPath: /<(file|folder)>/.test(flags),
        values: argChoices ?? [],
      })),
    takesFile: command.registeredArguments.some(({ argChoices }) => argChoices === undefined),
    words: command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
  };
  return [own, ...command.commands.flatMap((each) => completables(each, [...path, each.name()]))];
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
