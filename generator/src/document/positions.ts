import type { ParsedFile } from './parser.js';
import type { Location } from './types.js';

/** A point in a text; both count from 0. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

export const FILE_START: Position = { line: 0, character: 0 };

export function toLocation(file: string, { line, character }: Position): Location {
  return { file, line: line + 1, column: character + 1 };
}

/** Where a value stands; `undefined` for one that the parser has no place for, and gives the file's start instead. */
export function valueStart(file: ParsedFile, path: readonly string[]): Position | undefined {
  const { line, character } = file.rangeOf(path);
  const unknown = character < 0 || (path.length > 0 && line === 0 && character === 0);
  return unknown ? undefined : { line, character };
}

/** The parser gives places of values only; the key is the last mention of its name before that. */
export function keyBefore(text: string, key: string, value: Position): Position | undefined {
  const lines = text.split('\n', value.line + 1);
  for (let line = value.line; line >= 0; line--) {
    const before = (lines[line] ?? '').slice(0, line === value.line ? value.character : undefined);
    const character = before.lastIndexOf(key);
    if (character >= 0) return withQuote(before, line, character);
  }
  return undefined;
}

/** The first mention of a key after the start of the mapping that it belongs to. */
export function keyAfter(text: string, key: string, mapping: Position): Position | undefined {
  for (const [line, whole] of text.split('\n').entries()) {
    const character =
      line < mapping.line ? -1 : whole.indexOf(key, line === mapping.line ? mapping.character : 0);
    if (character >= 0) return withQuote(whole, line, character);
  }
  return undefined;
}

/** A quoted key begins with its quote. */
function withQuote(text: string, line: number, character: number): Position {
  return { line, character: /["']/.test(text[character - 1] ?? '') ? character - 1 : character };
}
