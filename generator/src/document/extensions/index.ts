import type { Files } from '../files.js';
import type { Tree } from '../tree.js';
import type { Diagnostic } from '../types.js';
import { contradictions } from './contradictions.js';
import { checkFields } from './fields.js';
import { misplaced } from './misplaced.js';
import { findSites } from './sites.js';

/** Everything that is wrong with the `x-fs-*` extensions of a document, wherever they stand. */
export async function checkExtensions(tree: Tree, files: Files): Promise<readonly Diagnostic[]> {
  if (!files.mention('x-fs-')) return [];
  const { all, lineages } = findSites(tree);
  const fields = (await Promise.all(all.map((site) => checkFields(site, tree, files)))).flat();
  return [...fields, ...contradictions(lineages, tree, files), ...misplaced(all, tree, files)];
}
