import type { Docs, DocTag } from '../../model/types.js';
import { commentText } from './quote.js';

const WIDTH = 100;

/** Lines of a doc comment, without their indentation; none when there is nothing to say. */
export type CommentLines = readonly string[];

/** Doc comment for what the contract describes, and `notes` about what it means here. */
export function docComment(docs: Docs, notes: readonly string[] = [], indent = 0): CommentLines {
  const paragraphs = [docs.summary, docs.description, ...notes]
    .filter((text) => text !== undefined)
    .map((text) => paragraph(text, WIDTH - indent - 3))
    .filter((lines) => lines.length > 0);
  const tags = [...docs.tags.flatMap(tagLines), ...(docs.deprecated ? ['@deprecated'] : [])];
  return comment([...paragraphs, ...(tags.length > 0 ? [tags] : [])], indent);
}

/** A comment of paragraphs that are made of lines. */
function comment(paragraphs: readonly (readonly string[])[], indent: number): CommentLines {
  const lines = paragraphs.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
  const [only] = lines;
  if (only === undefined) return [];
  if (lines.length === 1 && only.length + indent + 7 <= WIDTH) return [`/** ${only} */`];
  return ['/**', ...lines.map((line) => (line === '' ? ' *' : ` * ${line}`)), ' */'];
}

function tagLines({ name, text }: DocTag): readonly string[] {
  const [first = '', ...others] = linesOf(text);
  return [`@${name} ${first}`.trimEnd(), ...others.map((line) => `  ${line}`)];
}

/**
 * Long lines of prose are wrapped. What Markdown gives a meaning to its lines (lists, tables, code) stays as
 * it was written.
 */
function paragraph(text: string, width: number): readonly string[] {
  let inFence = false;
  return linesOf(text).flatMap((line) => {
    if (/^\s*(```|~~~)/.test(line)) inFence = !inFence;
    const asWritten = inFence || line.length <= width || /^(\s|[-*+>|#]|\d+[.)])/.test(line);
    return asWritten ? [line] : wrap(line, width);
  });
}

function linesOf(text: string): readonly string[] {
  const lines = text.split(/\r\n|[\n\r\u2028\u2029]/).map((line) => commentText(line).trimEnd());
  const first = lines.findIndex((line) => line !== '');
  return first === -1 ? [] : lines.slice(first, lines.findLastIndex((line) => line !== '') + 1);
}

function wrap(line: string, width: number): readonly string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(' ')) {
    if (current !== '' && current.length + 1 + word.length > width) {
      lines.push(current);
      current = word;
    } else {
      current = current === '' ? word : `${current} ${word}`;
    }
  }
  return [...lines, current];
}
