import { relative, sep } from 'node:path';

/** How a module in one folder imports the index of another: `../generated/index.js`. */
export function indexSpecifier(fromFolder: string, toFolder: string): string {
  const path = relative(fromFolder, toFolder).split(sep).join('/');
  // A folder may be called `.tmp`: only `../` is a path by itself.
  return `${path.startsWith('../') ? path : `./${path}`}/index.js`;
}
