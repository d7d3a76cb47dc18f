/** A run that would change nothing is recognised without generating, and nothing else is taken for one. */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { RenderedFile } from '../../../generator/src/render/types.js';
import { applyPlan, planWrite, type RunWarning, recallRun } from '../../../generator/src/write/index.js';
import { folderWith } from '../document/workspace.js';

const file = (folder: RenderedFile['folder'], path: string): RenderedFile => ({
  folder,
  path,
  text: `// ${path}\nexport {};\n`,
  owner: folder === 'generated' ? 'tool' : 'user',
});
const SDK = [
  file('generated', 'index.ts'),
  file('generated', 'deep/types.ts'),
  file('handlers', 'index.ts'),
  file('handlers', 'on-a.ts'),
];
const SOURCES = { 'specs/api.yaml': 'a: 1\nb: 2\n', 'specs/shared/b.yaml': 'c: ä\n' };
const KEY = 'version and options';

let root = '';
const at = (path: string) => join(root, path);
const folders = () => ({ outDir: at('src/generated'), handlersDir: at('src/handlers') });
const recall = (key = KEY, document = at('specs/api.yaml')) => recallRun(document, key, folders());

async function write(warnings: readonly RunWarning[] = []): Promise<void> {
  const sources = Object.entries(SOURCES).map(([path, text]) => ({ path: at(path), text }));
  await applyPlan(await planWrite(SDK, { ...folders(), inputs: { key: KEY, sources, warnings } }));
}

beforeEach(async () => {
  root = await folderWith(SOURCES);
  await write();
});

test('what was just written is recalled', async () => {
  expect(await recall()).toMatchObject({ files: 2, warnings: [] });
});

describe('a full run is needed when', () => {
  test.each([
    ['there was none', () => rm(at('src/generated'), { recursive: true })],
    ['the document has changed', () => writeFile(at('specs/api.yaml'), 'a: 1\nb: 3\n')],
    ['a file that it refers to has changed', () => writeFile(at('specs/shared/b.yaml'), 'c: a\n')],
    ['a file that it refers to is gone', () => rm(at('specs/shared/b.yaml'))],
    ['a generated file has changed', () => writeFile(at('src/generated/deep/types.ts'), '')],
    ['a generated file is gone', () => rm(at('src/generated/index.ts'))],
    ['all stubs are gone', () => rm(at('src/handlers'), { recursive: true })],
    ['the handlers have moved', () => rename(at('src/handlers'), at('src/other'))],
    ['the manifest is no JSON', () => writeFile(at('src/generated/.fs-gen.json'), '<<<<<<<')],
    ['the manifest names another file', () => inManifest('"index.ts"', '"index.ts", "old.ts"')],
    ['the manifest knows nothing of the run', () => inManifest('"run"', '"ran"')],
    ['what it knows of the run is nonsense', () => inManifest('"sources": [', '"sources": [1, ')],
    ['a stub was taken off the manifest', () => inManifest('"index.ts",\n      "on-a.ts"', '"index.ts"')],
  ] as const)('%s', async (_, happen) => {
    await happen();
    expect(await recall()).toBeUndefined();
  });

  test('version or options are others', async () => {
    expect(await recall('another version')).toBeUndefined();
  });

  test('it is another document, though with the same text', async () => {
    await writeFile(at('specs/copy.yaml'), SOURCES['specs/api.yaml']);
    expect(await recall(KEY, at('specs/copy.yaml'))).toBeUndefined();
  });

  test('the last run was cut off', async () => {
    const plan = await planWrite([file('generated', 'new.ts')], folders());
    await writeFile(plan.manifest.path, plan.manifest.interimText);
    expect(await recall()).toBeUndefined();
  });

  test('any character of what was read or written differs', async () => {
    const paths = [
      ...Object.keys(SOURCES),
      ...['src/generated/index.ts', 'src/generated/deep/types.ts'],
    ] as const;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...paths),
        fc.nat(),
        fc.constantFrom('', 'x', ' ', '\n', '\u0000'),
        async (path, place, other) => {
          const text = await readFile(at(path), 'utf8');
          const from = place % text.length;
          const changed = text.slice(0, from) + other + text.slice(from + 1);
          await writeFile(at(path), changed);
          expect((await recall()) !== undefined).toBe(changed === text);
          await writeFile(at(path), text);
        },
      ),
    );
    expect(await recall()).toBeDefined();
  });
});

async function inManifest(before: string, after: string): Promise<void> {
  const path = at('src/generated/.fs-gen.json');
  const text = await readFile(path, 'utf8');
  expect(text).toContain(before);
  await writeFile(path, text.replace(before, after));
}

test('a stub that was deleted makes no difference', async () => {
  await rm(at('src/handlers/on-a.ts'));
  expect(await recall()).toBeDefined();
});

test('a checkout that turns the line ends makes no difference', async () => {
  const paths = [...Object.keys(SOURCES), 'src/generated/index.ts', 'src/generated/.fs-gen.json'];
  for (const path of paths)
    await writeFile(at(path), (await readFile(at(path), 'utf8')).replaceAll('\n', '\r\n'));
  expect(await recall()).toBeDefined();
});

test('the manifest is the same on every machine', async () => {
  const manifest = await readFile(at('src/generated/.fs-gen.json'), 'utf8');
  expect(manifest).not.toContain(root);
  expect(JSON.parse(manifest).run).toEqual({
    sources: ['../../specs/api.yaml', '../../specs/shared/b.yaml'],
    input: expect.stringMatching(/^[\da-f]{64}$/),
    output: expect.stringMatching(/^[\da-f]{64}$/),
    warnings: [],
  });
  const moved = join(await folderWith({}), 'moved');
  await rename(root, moved);
  await mkdir(dirname(root), { recursive: true });
  const folders = { outDir: join(moved, 'src/generated'), handlersDir: join(moved, 'src/handlers') };
  expect(await recallRun(join(moved, 'specs/api.yaml'), KEY, folders)).toBeDefined();
  await rename(moved, root);
});

test('warnings come back, named as the document is named now', async () => {
  const warning = { code: 'FS_X', message: 'm', line: 3, column: 5, hint: 'h', path: 'a.b' };
  await write([
    { ...warning, file: at('specs/api.yaml') },
    { ...warning, file: at('specs/shared/b.yaml') },
  ]);
  expect((await recall())?.warnings).toEqual([
    { ...warning, file: at('specs/api.yaml') },
    { ...warning, file: at('specs/shared/b.yaml') },
  ]);
});

test('when only what it remembers differs, the manifest is refreshed', async () => {
  const sources = [{ path: at('specs/api.yaml'), text: 'a: 1\n# a comment\n' }];
  const plan = await planWrite(SDK, { ...folders(), inputs: { key: KEY, sources, warnings: [] } });
  expect(plan.manifest.kind).toBe('refresh');
  await applyPlan(plan);
  expect(JSON.parse(await readFile(plan.manifest.path, 'utf8')).run.sources).toEqual([
    '../../specs/api.yaml',
  ]);
  expect(await readdir(at('src/generated'))).toHaveLength(3);
});
