import { error } from './codes.js';
import { isUrl } from './collect.js';
import type { Files } from './files.js';
import { intendedRef } from './intended.js';
import { nearest } from './near.js';
import { toPointer } from './pointer.js';
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
        hintOf(intendedRef(broken, files)) ?? meant(place.file, ref, files),
      );
    case 'file':
      return say(unreadable(name, files.failure(place.file, name)), pathHint(name));
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
  if (why.startsWith('EISDIR')) return `${name} is a folder.`;
  return `${name} can't be read: ${firstLine(why).replace(/, open '.*'$/, '')}.`;
}

/** The pointer with its first name that leads nowhere put right, if there is one like it. */
function meant(from: string, ref: string, files: Files): string | undefined {
  const target = files.target(from, ref);
  if (target === undefined) return undefined;
  const { file, path } = target;
  const wrong = path.findIndex((_, i) => files.raw({ file, path: path.slice(0, i + 1) }) === undefined);
  if (wrong < 0) return undefined;
  const holder = files.raw({ file, path: path.slice(0, wrong) });
  const names = typeof holder === 'object' && holder !== null ? Object.keys(holder) : [];
  const near = nearest(path[wrong] ?? '', names);
  if (near === undefined) return undefined;
  const right = path.with(wrong, near);
  if (files.raw({ file, path: right }) === undefined) return undefined;
  return `Did you mean \`${ref.slice(0, ref.indexOf('#'))}#${toPointer(right)}\`?`;
}

/** What is mostly behind a path that leads to no file. */
function pathHint(name: string): string | undefined {
  if (name.includes('\\')) return `Write it with slashes: \`${name.replace(/\\+/g, '/')}\`.`;
  if (/^[a-z][a-z\d+.-]+:/i.test(name) && !isUrl(name))
    return 'Write a path, which counts from the file that it stands in, or a URL with http or https.';
  return undefined;
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0]?.replace(/\.$/, '') ?? message;
}
