import type { Location } from '../../document/types.js';

/** Longest part of a line that is shown; the rest of a minified document helps nobody. */
const WIDTH = 100;

/** The line of a place with a caret below the place; nothing for a line that isn't there or is blank. */
export function codeFrame(lines: readonly string[], { line, column }: Location): readonly string[] {
  const text = lines[line - 1]?.replaceAll('\t', ' ');
  if (text === undefined || text.trim() === '') return [];
  const from = text.length <= WIDTH ? 0 : Math.max(0, Math.min(column - 1 - WIDTH / 2, text.length - WIDTH));
  const shown = text.slice(from, from + WIDTH);
  const marked = '^'.repeat(Math.max(1, Math.min(lengthAt(text, column - 1), from + WIDTH - column + 1)));
  const gutter = String(line);
  return [
    `  ${gutter} | ${from > 0 ? '…' : ''}${shown}${from + WIDTH < text.length ? '…' : ''}`,
    `  ${' '.repeat(gutter.length)} | ${' '.repeat(column - 1 - from + (from > 0 ? 1 : 0))}${marked}`,
  ];
}

/** How much of the line is the word, number or quoted text that begins here. */
function lengthAt(text: string, start: number): number {
  return /^(?:"[^"]*"|'[^']*'|[^\s,:{}[\]]+)/.exec(text.slice(start))?.[0].length ?? 1;
}
