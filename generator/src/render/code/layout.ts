import { builders, printer } from 'prettier/doc';

export type Doc = builders.Doc;

/** Prettier's settings that the output follows: users find nothing to reformat. */
export const PRINT_WIDTH = 100;
export const TAB_WIDTH = 2;

/** Text as Prettier would lay it out, beginning at the left margin. */
export function layOut(doc: Doc): string {
  return printer.printDocToString(doc, { printWidth: PRINT_WIDTH, tabWidth: TAB_WIDTH, useTabs: false })
    .formatted;
}

/** Lines that stay as they are, one below the other; what follows them begins on a line of its own. */
export function commentDoc(lines: readonly string[]): Doc {
  return lines.map((line) => [line, builders.hardline]);
}
