import { error } from './codes.js';
import type { Files } from './files.js';
import { toLocation } from './positions.js';
import type { Diagnostic } from './types.js';

const KEEP_ONE = 'Keep one of the two, or rename one.';
const QUOTE_KEY = 'Put it in quotes.';
const NO_TAGS = 'Take it out: only plain YAML can be read here.';
const HARMLESS: ReadonlySet<string> = new Set([KEEP_ONE, QUOTE_KEY, NO_TAGS]);
const INDENT = 'Align it with spaces to the keys that it belongs to.';

/** What the YAML reader says, what that means, and what is mostly behind it. */
const PLAIN: readonly (readonly [RegExp, string, string?])[] = [
  [/^Duplicate key: (.*)$/i, 'The key `$1` is there twice in this mapping.', KEEP_ONE],
  [/mapping key must be a string scalar rather than (\w+)/i, 'The key is a $1, and must be text.', QUOTE_KEY],
  [/bad indentation of a (mapping entry|sequence entry)/i, 'The indentation fits no level above.', INDENT],
  [
    /multiline key may not be an implicit key/i,
    'A `key: value` was expected here.',
    'Is a colon missing, or the indentation of a line above wrong?',
  ],
  [
    /missed comma between flow collection entries|mixed usage of block and flow styles/i,
    'Inside `{ }` or `[ ]`, a comma or a closing bracket is missing.',
    'Look at the end of the entry before.',
  ],
  [
    /unexpected end of the stream within a flow collection/i,
    'The file ends inside `{ }` or `[ ]`.',
    'A closing bracket is missing somewhere above.',
  ],
  [
    /unexpected end of the (stream|document) within a (single|double) quoted scalar/i,
    'The file ends inside quotes.',
    'A closing quote is missing somewhere above.',
  ],
  [
    /expected a single document in the stream/i,
    'The file holds several YAML documents, divided by `---`.',
    'Keep one document in the file.',
  ],
  [/^Unknown tag <?(.*?)>?$/i, 'The YAML tag `$1` is not known.', NO_TAGS],
  [/unidentified alias "?(.*?)"?$/i, 'The alias `*$1` has no anchor `&$1` above it.'],
  [/found character that cannot start any token|tab/i, 'A tab stands where spaces are needed.', INDENT],
  [
    /a value contains itself/,
    'An alias stands inside the value that it repeats.',
    'Use `$ref` for schemas that contain themselves.',
  ],
  [
    /aliases multiply/,
    'The aliases of this file multiply each other beyond all measure.',
    'Use `$ref` instead of aliases.',
  ],
  [/end of the stream or a document separator is expected/i, 'This line fits nothing above it.', INDENT],
];

/** Syntax errors of each file in plain words: the first one, because those after it mostly follow from it. */
export function syntaxErrors(files: Files): readonly Diagnostic[] {
  return [...files.all].flatMap(([file, { problems, text }]) => {
    const lasting = problems.filter(({ message }) => LASTING.test(message));
    const [first] = problems
      .filter((problem) => !lasting.includes(problem))
      .toSorted((a, b) => a.line - b.line || a.character - b.character);
    return [...lasting, ...(first === undefined ? [] : [first])].map((problem) => {
      const { plain, hint } = inPlainWords(problem.message, text, problem.line);
      return error('FS_SYNTAX', plain, toLocation(file, problem), { hint });
    });
  });
}

/** The file could be read in spite of it. */
export function isHarmless({ hint }: Diagnostic): boolean {
  return hint !== undefined && HARMLESS.has(hint);
}

/** Problems that don't lead to others. */
const LASTING = /^duplicate key|^mapping key must be|^unknown tag/i;

const SECOND_COLON = /^[^#]*?[^\s#:]:\s+[^\s"'[{|>&*][^#]*?:(\s|$)/;

function inPlainWords(
  message: string,
  text: string,
  line: number,
): { readonly plain: string; readonly hint?: string | undefined } {
  if (/^\s*\{/.test(text) && /^\s*(\/\/|\/\*)/m.test(text))
    return { plain: 'There are comments in this JSON.', hint: 'Take them out, or write the file as YAML.' };
  if (/bad indentation of a mapping/.test(message) && SECOND_COLON.test(text.split('\n')[line] ?? ''))
    return {
      plain: 'There is a second `: ` in this value.',
      hint: 'Put the value in quotes: a colon and a space begin another value.',
    };
  for (const [pattern, plain, hint] of PLAIN) {
    const match = pattern.exec(message);
    if (match !== null) return { plain: plain.replaceAll('$1', match[1] ?? ''), hint };
  }
  return { plain: `${message}.` };
}
