import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { errorHints } from '../../runtime/src/errors.js';

it('docs/errors.md lists every code of the runtime with its hint, and no other', () => {
  const text = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
  const rows = [...text.matchAll(/^\| `(FS_\w+)` \| (.*) \|$/gm)].map(([, code, hint]) => [code, hint]);
  expect(Object.fromEntries(rows)).toEqual(errorHints);
  expect(rows).toHaveLength(Object.keys(errorHints).length);
});
