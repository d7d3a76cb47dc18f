import { builders } from 'prettier/doc';
import { layOut } from '../code/layout.js';

const { group, ifBreak, indent, join, line } = builders;

/** `import { a, b } from 'module';`, sorted; an import of one name stays on its line. */
export function importLine(
  names: Iterable<string>,
  module: string,
  kind: 'import' | 'import type' = 'import',
): string {
  return specifiers(kind, names, module);
}

/** `export { a, type B } from 'module';` */
export function exportLine(
  names: Iterable<string>,
  module: string,
  kind: 'export' | 'export type' = 'export',
): string {
  return specifiers(kind, names, module);
}

function specifiers(keyword: string, names: Iterable<string>, module: string): string {
  const sorted = [...names].sort((a, b) => compare(plain(a), plain(b)) || compare(a, b));
  const [only] = sorted;
  if (sorted.length === 1 && only !== undefined) return `${keyword} { ${only} } from '${module}';`;
  const list = join([',', line], sorted);
  return layOut(group([`${keyword} {`, indent([line, list, ifBreak(',')]), line, `} from '${module}';`]));
}

/** What the order goes by: without `type`, and without regard to capitals. */
function plain(name: string): string {
  return name.replace(/^type /, '').toLowerCase();
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
