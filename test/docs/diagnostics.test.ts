import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { diagnosticHints, generatorHints, modelHints } from '../../generator/src/index.js';

it('docs/cli.md lists every code of the generator with its hint, and no other', () => {
  const text = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8');
  const rows = [...text.matchAll(/^\| `(FS_\w+)` \| (.*) \|$/gm)].map(([, code, hint]) => [code, hint]);
  expect(Object.fromEntries(rows)).toEqual({ ...diagnosticHints, ...modelHints, ...generatorHints });
});
