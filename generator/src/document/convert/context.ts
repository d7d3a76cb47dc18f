import type { Files, Place } from '../files.js';
import type { Formats } from '../formats/index.js';
import { toPointer } from '../pointer.js';
import type { Tree } from '../tree.js';
import type { Origin } from '../types.js';

/** What every part of the conversion works from. */
export interface Context {
  readonly tree: Tree;
  readonly files: Files;
  readonly major: 2 | 3;
  readonly formats: Formats;
  readonly defaultContentType: string;
}

/** Where the value of a place is really written. */
export function originAt(place: Place, { tree }: Context): Origin {
  const { file, path } = tree.end(place) ?? place;
  return { file, pointer: toPointer(path) };
}
