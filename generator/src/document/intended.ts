import { child, type Files } from './files.js';
import { toPointer } from './pointer.js';
import type { BrokenRef } from './tree.js';

/**
 * What a broken reference was meant to be, when slashes of a name stand in it as they are: of `#/channels/user/created`
 * it is `#/channels/user~1created`. `undefined` when that leads nowhere either.
 */
export function intendedRef({ place, ref, reason }: BrokenRef, files: Files): string | undefined {
  const target = reason === 'pointer' ? files.target(place.file, ref) : undefined;
  if (target === undefined) return undefined;
  const path = withSlashes(files.raw({ file: target.file, path: [] }), target.path);
  return path && `${ref.split('#', 1)[0]}#${toPointer(path)}`;
}

/** The path with tokens joined to the names that are there; short names go first. */
function withSlashes(value: unknown, tokens: readonly string[]): readonly string[] | undefined {
  if (tokens.length === 0) return [];
  for (let length = 1; length <= tokens.length; length += 1) {
    const name = tokens.slice(0, length).join('/');
    const member = child(value, name);
    const rest = member === undefined ? undefined : withSlashes(member, tokens.slice(length));
    if (rest !== undefined) return [name, ...rest];
  }
  return undefined;
}
