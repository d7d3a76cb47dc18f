import { error } from '../codes.js';
import type { Files, Place } from '../files.js';
import { idOf, type Tree } from '../tree.js';
import type { Diagnostic } from '../types.js';
import type { Site } from './sites.js';

/** What stands below these is data, or names of somebody's choice, and no place for extensions either way. */
const DATA: ReadonlySet<string> = new Set(['const', 'default', 'enum', 'example', 'examples']);
const NAMES: ReadonlySet<string> = new Set([
  'definitions',
  '$defs',
  'dependencies',
  'patternProperties',
  'properties',
]);

/** Extensions where nobody reads them: on a message, in `info`, inside a schema. */
export function misplaced(sites: readonly Site[], tree: Tree, files: Files): readonly Diagnostic[] {
  const allowed = new Set(sites.map(({ place }) => idOf(tree.end(place) ?? place)));
  const seen = new Set<string>();
  const found: Diagnostic[] = [];
  const pending: Place[] = [tree.root];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const end = tree.end(next);
    if (end === undefined || seen.has(idOf(end))) continue;
    seen.add(idOf(end));
    const chosenNames = NAMES.has(end.path.at(-1) ?? '');
    for (const key of membersOf(end, tree)) {
      const place = { file: end.file, path: [...end.path, key] };
      if (!chosenNames && key.startsWith('x-')) {
        if (key.startsWith('x-fs-') && !allowed.has(idOf(end))) found.push(report(key, place, files));
      } else if (chosenNames || !DATA.has(key)) pending.push(place);
    }
  }
  return found;
}

function membersOf(place: Place, tree: Tree): readonly string[] {
  const value = tree.value(place);
  return typeof value === 'object' && value !== null ? Object.keys(value) : [];
}

function report(key: string, place: Place, files: Files): Diagnostic {
  const where = place.path.slice(0, -1).join('.');
  return error(
    'FS_EXTENSION_MISPLACED',
    `${key} is not allowed in ${where || place.file}.`,
    files.keyOf(place),
    {
      path: place.path,
    },
  );
}
