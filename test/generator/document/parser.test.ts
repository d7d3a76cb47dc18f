/** What is used of the parser and is not part of its documented interface: where files come from, and positions. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { examine } from '../../../generator/src/document/parser.js';
import { folderWith, HEAD_V3 } from './workspace.js';

const FILES = {
  'my api.yaml': `${HEAD_V3}channels:
  a:
    address: a
    messages:
      m: {payload: {$ref: './sub/user.json'}}
`,
  'sub/user.json': `{
  "type": "object",
  "properties": {"self": {"$ref": "#"}, "other": {"$ref": "../other.yaml#/Other"}}
}`,
  'other.yaml': 'Other: {type: string}\n',
};

test('the parser hands out every file that was read, raw, by absolute path', async () => {
  const folder = await folderWith(FILES);
  const main = join(folder, 'my api.yaml');
  const { findings, files } = await examine(await readFile(main, 'utf8'), main);
  expect(findings).toEqual([]);
  expect([...files.keys()].sort()).toEqual(
    [main, join(folder, 'other.yaml'), join(folder, 'sub', 'user.json')].sort(),
  );
  const user = files.get(join(folder, 'sub', 'user.json'));
  expect(user?.data).toEqual(JSON.parse(FILES['sub/user.json']));
  expect(user?.text).toBe(FILES['sub/user.json']);
});

test('and where a value stands, in YAML and in JSON', async () => {
  const folder = await folderWith(FILES);
  const main = join(folder, 'my api.yaml');
  const { files } = await examine(await readFile(main, 'utf8'), main);
  expect(files.get(main)?.rangeOf(['info', 'title'])).toMatchObject({ line: 2, character: 9 });
  const user = files.get(join(folder, 'sub', 'user.json'));
  expect(user?.rangeOf(['properties', 'self', '$ref'])).toMatchObject({ line: 2, character: 34 });
});

test('what the parser reports has a path, a place and the file', async () => {
  const folder = await folderWith({ 'api.yaml': `${HEAD_V3}channels: {}\nid: 5\n` });
  const main = join(folder, 'api.yaml');
  const { findings } = await examine(await readFile(main, 'utf8'), main);
  expect(findings).toMatchObject([
    { code: 'asyncapi-document-resolved', path: ['id'], source: main, line: 5, character: 4 },
  ]);
});
