import { error } from './codes.js';
import { isUrl } from './collect.js';
import type { Files } from './files.js';
import { intendedRef } from './intended.js';
import type { BrokenRef } from './tree.js';
import type { Diagnostic } from './types.js';

/** A reference that leads nowhere, at the `$ref` itself, in whichever file that is. */
export function describeBroken(broken: BrokenRef, files: Files): Diagnostic {
  const { place, ref, reason } = broken;
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
      return say(
        `\`${ref}\` leads nowhere: there is no \`${fragment}\` in ${name || 'this file'}.`,
        hintOf(intendedRef(broken, files)),
      );
    case 'file':
      return say(unreadable(name, files.failure(place.file, name)));
    default:
      throw reason satisfies never;
  }
}

function hintOf(intended: string | undefined): string | undefined {
  return intended && `In a reference, a slash of a name is \`~1\`: write \`${intended}\`.`;
}

function unreadable(name: string, why: string | undefined): string {
  if (isUrl(name)) return `${name} can't be fetched: ${firstLine(why ?? 'no answer')}.`;
  if (why === undefined || why === 'ENOENT') return `There is no file ${name}.`;
  return `${name} can't be read: ${firstLine(why).replace(/, open '.*'$/, '')}.`;
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0]?.replace(/\.$/, '') ?? message;
}
