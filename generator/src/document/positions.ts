import type { Location } from './types.js';

/** A point in a text; both count from 0. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

export function toLocation(file: string, { line, character }: Position): Location {
  return { file, line: line + 1, column: character + 1 };
}

/** The line and column of an offset; the end of the text for one beyond it. */
export function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length - 1, character: before.length - lineStart };
}
