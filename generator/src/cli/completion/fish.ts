import type { Completable } from './tree.js';

export function fishScript(tree: readonly Completable[]): string {
  const lines = tree.flatMap((completable) => [
    ...completable.commands.map(
      ({ name, summary }) => `${start(completable)} -f -a ${quote(name)} -d ${quote(summary)}`,
    ),
    ...completable.words.map((word) => `${start(completable)} -f -a ${quote(word)}`),
    ...completable.options.map(({ flags, summary, takesValue, takesPath, values }) => {
      const names = flags.map((flag) =>
        flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`,
      );
      const value =
        values.length > 0 ? ` -x -a ${quote(values.join(' '))}` : takesPath ? ' -r' : takesValue ? ' -x' : '';
      return `${start(completable)} ${names.join(' ')}${value} -d ${quote(summary)}`;
    }),
  ]);
  return `# fish completion for fs-gen: put this line into ~/.config/fish/config.fish
#   fs-gen completion fish | source
${lines.join('\n')}`;
}

/** When the line stands at this command, and at none below it. */
function start({ path, commands }: Completable): string {
  const seen = path.map((name) => `__fish_seen_subcommand_from ${name}`);
  const below = commands.map(({ name }) => name).join(' ');
  const conditions = below === '' ? seen : [...seen, `not __fish_seen_subcommand_from ${below}`];
  return `complete -c fs-gen -n ${quote(conditions.join('; and '))}`;
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
