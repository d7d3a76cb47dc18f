import { basename } from 'node:path';
import { error } from './codes.js';
import type { Files } from './files.js';
import type { RawFinding } from './parser.js';
import type { BrokenRef, Tree } from './tree.js';
import type { Diagnostic } from './types.js';

/** References that lead nowhere, each at the `$ref` itself, in whichever file that is. */
export function brokenReferences(tree: Tree, files: Files, findings: readonly RawFinding[]): Diagnostic[] {
  const refused = findings.filter(({ code }) => code === 'invalid-ref');
  if (tree.broken.length > 0) return tree.broken.map((broken) => describe(broken, files, refused));
  // The parser is stricter than the tree in a few cases, and it has the last word.
  return refused.map(({ message, source, path }) =>
    error(
      'FS_REF_BROKEN',
      `This reference can't be followed: ${firstLine(message)}.`,
      files.valueOf({
        file: files.shownName(source),
        path,
      }),
    ),
  );
}

function describe(
  { place, ref, reason }: BrokenRef,
  files: Files,
  refused: readonly RawFinding[],
): Diagnostic {
  const path = [...place.path, '$ref'];
  const location = files.valueOf({ file: place.file, path });
  const [name = '', fragment = ''] = ref.split('#');
  const say = (message: string, hint?: string) => error('FS_REF_BROKEN', message, location, { path, hint });
  if (fragment !== '' && !fragment.startsWith('/'))
    return say(`\`${ref}\` is no reference.`, `Write it as \`${name}#/${fragment}\`.`);
  switch (reason) {
    case 'itself':
      return say(`\`${ref}\` leads back to itself, and never to a value.`);
    case 'pointer':
      return say(`\`${ref}\` leads nowhere: there is no \`${fragment}\` in ${name || 'this file'}.`);
    case 'file':
      return say(unreadable(name, refused.find(({ message }) => message.includes(basename(name)))?.message));
    default:
      throw reason satisfies never;
  }
}

function unreadable(name: string, why: string | undefined): string {
  if (/^https?:/.test(name)) return `${name} can't be fetched: ${fetchReason(why)}.`;
  if (why === undefined || /ENOENT/.test(why)) return `There is no file ${name}.`;
  return `${name} can't be read: ${firstLine(why).replace(/, open '.*'$/, '')}.`;
}

function fetchReason(why = 'no answer'): string {
  return firstLine(why).replace(/^.*failed, reason: /, '');
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0]?.replace(/\.$/, '') ?? message;
}
