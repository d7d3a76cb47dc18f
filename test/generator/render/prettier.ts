import { format } from 'prettier';

/** What Prettier would make of it: `--print-width 100 --single-quote --trailing-comma all`. */
export function prettier(text: string): Promise<string> {
  return format(text, { parser: 'typescript', printWidth: 100, singleQuote: true, trailingComma: 'all' });
}
