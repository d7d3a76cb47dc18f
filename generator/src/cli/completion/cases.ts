import type { Completable } from './tree.js';

/** How a shell writes what these cases are made of. */
export interface Dialect {
  quote(text: string): string;
  /** Offers these words. */
  offer(words: readonly string[]): string;
  /** Offers files and folders. */
  readonly paths: string;
}

/** Lines of a `case` over `<command>:<word before>`, for what may be the value of an option. */
export function valueCases(tree: readonly Completable[], { quote, offer, paths }: Dialect): string {
  const cases = tree.flatMap(({ path, options }) =>
    options
      .filter(({ takesValue }) => takesValue)
      .map(({ flags, values, takesPath }) => {
        const patterns = flags.map((flag) => quote(`${path.join(' ')}:${flag}`)).join('|');
        return `    ${patterns}) ${values.length > 0 ? offer(values) : takesPath ? paths : ':'}; return ;;`;
      }),
  );
  return cases.join('\n');
}

/** The pattern of a `case` that every command below the program matches, with its words. */
export function commandPattern(tree: readonly Completable[], { quote }: Dialect): string {
  const commands = tree.filter(({ path }) => path.length > 0);
  return commands.map(({ path }) => quote(path.join(' '))).join('|');
}
