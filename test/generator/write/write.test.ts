/** Rendered files against the disk: only what differs is written, only what is ours is removed. */
import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { RenderedFile } from '../../../generator/src/render/types.js';
import { applyPlan, planWrite, type WritePlan } from '../../../generator/src/write/index.js';
import { folderWith } from '../document/workspace.js';

const generated = (path: string, text = `// ${path}\n`): RenderedFile => ({
  folder: 'generated',
  path,
  text,
  owner: 'tool',
});
const stub = (path: string, text = `// ${path}\n`): RenderedFile => ({
  folder: 'handlers',
  path,
  text,
  owner: 'user',
});
const SDK = [generated('index.ts'), generated('deep/types.ts'), stub('index.ts'), stub('on-a.ts')];

let root = '';
let folders = { outDir: '', handlersDir: '' };

beforeEach(async () => {
  root = await folderWith({});
  folders = { outDir: join(root, 'generated'), handlersDir: join(root, 'handlers') };
});

async function write(files: readonly RenderedFile[]): Promise<readonly string[]> {
  const plan = await planWrite(files, folders);
  await applyPlan(plan);
  return said(plan);
}

/** `create generated/index.ts`, one for each action. */
function said(plan: WritePlan): readonly string[] {
  return plan.actions.map(({ kind, path }) => `${kind} ${path.replace(`${root}/`, '')}`);
}

/** Every file below the root, with its text. */
async function disk(): Promise<Readonly<Record<string, string>>> {
  const names = await readdir(root, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(
    files.map(async (file) => [file.replace(`${root}/`, ''), await readFile(file, 'utf8')]),
  );
  return Object.fromEntries(texts.sort());
}

const refusal = (files: readonly RenderedFile[]) =>
  planWrite(files, folders).then(said, (error: unknown) => error);

describe('a first run', () => {
  test('writes everything, and a manifest that names no machine and no time', async () => {
    expect(await write(SDK)).toEqual([
      'create generated/deep/types.ts',
      'create generated/index.ts',
      'create handlers/index.ts',
      'create handlers/on-a.ts',
    ]);
    expect(await disk()).toEqual({
      'generated/.fs-gen.json': `{
  "about": "Written by fs-gen, which removes a stale file only if it is listed here.",
  "format": 1,
  "files": [
    "deep/types.ts",
    "index.ts"
  ],
  "handlers": {
    "folder": "../handlers",
    "files": [
      "index.ts",
      "on-a.ts"
    ]
  }
}
`,
      'generated/deep/types.ts': '// deep/types.ts\n',
      'generated/index.ts': '// index.ts\n',
      'handlers/index.ts': '// index.ts\n',
      'handlers/on-a.ts': '// on-a.ts\n',
    });
  });

  test('planning alone writes nothing', async () => {
    await planWrite(SDK, folders);
    expect(await readdir(root)).toEqual([]);
  });

  test('the manifest is the same whatever the order of the files', async () => {
    await write(SDK);
    expect((await planWrite([...SDK].reverse(), folders)).manifest.kind).toBe('unchanged');
  });
});

describe('a second run', () => {
  test('touches nothing when nothing differs', async () => {
    await write(SDK);
    const times = async () =>
      Promise.all(Object.keys(await disk()).map(async (file) => (await stat(join(root, file))).mtimeMs));
    const before = await times();
    expect(await write(SDK)).toEqual([
      'unchanged generated/deep/types.ts',
      'unchanged generated/index.ts',
      'keep handlers/index.ts',
      'keep handlers/on-a.ts',
    ]);
    expect(await times()).toEqual(before);
  });

  test('takes turned line ends for no difference', async () => {
    await write(SDK);
    await writeFile(join(root, 'generated/index.ts'), '// index.ts\r\n');
    expect(await write(SDK)).toContain('unchanged generated/index.ts');
  });

  test('updates what was changed, makes what is missing, removes what is stale, with its folder', async () => {
    await write(SDK);
    await writeFile(join(root, 'generated/index.ts'), 'changed by hand');
    expect(await write([generated('index.ts'), generated('new.ts'), stub('on-a.ts')])).toEqual([
      'remove generated/deep/types.ts',
      'update generated/index.ts',
      'create generated/new.ts',
      'keep handlers/on-a.ts',
    ]);
    expect((await readdir(join(root, 'generated'))).sort()).toEqual(['.fs-gen.json', 'index.ts', 'new.ts']);
  });

  test('removes nothing that the manifest does not list', async () => {
    await write(SDK);
    await writeFile(join(root, 'generated/deep/notes.txt'), 'mine');
    await write([generated('index.ts')]);
    expect(await disk()).toMatchObject({ 'generated/deep/notes.txt': 'mine' });
  });

  test('never writes over a file of somebody else', async () => {
    await write(SDK);
    await writeFile(join(root, 'generated/new.ts'), 'mine');
    expect(await refusal([...SDK, generated('new.ts')])).toMatchObject({
      code: 'FS_OUTPUT_FOREIGN',
      message: `${root}/generated/new.ts would be overwritten, and fs-gen has not written it.`,
    });
  });
});

describe('the user’s files', () => {
  test('are written once, and then left alone whatever is in them', async () => {
    await write(SDK);
    await writeFile(join(root, 'handlers/on-a.ts'), 'mine now');
    await write(SDK.map((file) => ({ ...file, text: 'rendered anew' })));
    expect(await disk()).toMatchObject({
      'handlers/on-a.ts': 'mine now',
      'handlers/index.ts': '// index.ts\n',
      'generated/index.ts': 'rendered anew',
    });
  });

  test('stay when the document no longer asks for them', async () => {
    await write(SDK);
    await write([generated('index.ts')]);
    expect(await disk()).toMatchObject({ 'handlers/on-a.ts': '// on-a.ts\n' });
  });

  test('that were taken away stay away; a new one is added', async () => {
    await write(SDK);
    await rm(join(root, 'handlers/on-a.ts'));
    expect(await write([...SDK, stub('on-b.ts')])).toEqual(
      expect.arrayContaining(['keep handlers/on-a.ts', 'create handlers/on-b.ts']),
    );
    expect((await readdir(join(root, 'handlers'))).sort()).toEqual(['index.ts', 'on-b.ts']);
  });

  test('come again when the whole folder went, or another one is named', async () => {
    await write(SDK);
    await rm(join(root, 'handlers'), { recursive: true });
    expect(await write(SDK)).toContain('create handlers/on-a.ts');
    folders = { ...folders, handlersDir: join(root, 'src') };
    expect(await write(SDK)).toContain('create src/on-a.ts');
  });

  test('that come in between the plan and the writing stay', async () => {
    const plan = await planWrite(SDK, folders);
    await mkdir(join(root, 'handlers'));
    await writeFile(join(root, 'handlers/on-a.ts'), 'mine');
    await applyPlan(plan);
    expect(await disk()).toMatchObject({ 'handlers/on-a.ts': 'mine', 'handlers/index.ts': '// index.ts\n' });
  });
});

describe('a folder that is not ours', () => {
  test('is refused', async () => {
    await mkdir(join(root, 'generated/a'), { recursive: true });
    for (const name of ['a/x.ts', 'b.ts', 'c.ts', 'd.ts'])
      await writeFile(join(root, 'generated', name), 'mine');
    expect(await refusal(SDK)).toMatchObject({
      code: 'FS_OUTPUT_FOREIGN',
      message: `${root}/generated is not empty, and fs-gen has not written what is in it: a/x.ts, b.ts, c.ts and more.`,
    });
    expect(Object.keys(await disk())).toHaveLength(4);
  });

  test('is taken when all that it holds is what would be written, or was left by a run that was killed', async () => {
    await mkdir(join(root, 'generated'));
    await writeFile(join(root, 'generated/index.ts'), '// index.ts\n');
    await writeFile(join(root, 'generated/.fs-gen-0a1b.tmp'), '// ind');
    expect(await write(SDK)).toContain('unchanged generated/index.ts');
  });

  test('an empty one is', async () => {
    await mkdir(join(root, 'generated'));
    expect(await write(SDK)).toContain('create generated/index.ts');
  });
});

describe('folders that can’t be', () => {
  test('a file where a folder should be', async () => {
    await writeFile(join(root, 'generated'), '');
    expect(await refusal(SDK)).toMatchObject({
      code: 'FS_OUTPUT_BLOCKED',
      message: `${root}/generated is a file, and was to be a folder.`,
    });
  });

  test('a folder where a file should be', async () => {
    await write(SDK);
    await rm(join(root, 'generated/index.ts'));
    await mkdir(join(root, 'generated/index.ts'));
    expect(await refusal(SDK)).toMatchObject({ code: 'FS_OUTPUT_BLOCKED' });
  });

  test.each(['generated', 'generated/handlers'])('handlers in %s', async (name) => {
    folders = { ...folders, handlersDir: join(root, name) };
    expect(await refusal(SDK)).toMatchObject({ code: 'FS_OPTION_INVALID' });
  });

  test('generated inside the handlers’ folder is fine', async () => {
    folders = { outDir: join(root, 'src/generated'), handlersDir: join(root, 'src') };
    expect(await write(SDK)).toContain('create src/on-a.ts');
  });
});

describe('a manifest', () => {
  test.each([
    ['<<<<<<< HEAD\n{}', 'not JSON'],
    ['[]', 'not JSON'],
    ['{"format": 2}', 'another version'],
    ['{"format": 1, "files": "x"}', 'by hand'],
    ['{"format": 1, "files": ["../../precious.txt"], "handlers": {"folder": "", "files": []}}', 'by hand'],
    ['{"format": 1, "files": ["/etc/passwd"], "handlers": {"folder": "", "files": []}}', 'by hand'],
  ])('%j is refused', async (text, why) => {
    await write(SDK);
    await writeFile(join(root, 'generated/.fs-gen.json'), text);
    expect(await refusal(SDK)).toMatchObject({
      code: 'FS_MANIFEST_INVALID',
      message: expect.stringContaining(why),
    });
  });

  test('while files are moved, it names the old ones and the new', async () => {
    await write(SDK);
    const { manifest } = await planWrite([generated('new.ts')], folders);
    expect(JSON.parse(manifest.interimText).files).toEqual(['deep/types.ts', 'index.ts', 'new.ts']);
    expect(JSON.parse(manifest.text).files).toEqual(['new.ts']);
  });
});

describe('a write that fails half-way', () => {
  test('leaves nothing of itself when nothing could be staged', async () => {
    const plan = await planWrite(SDK, folders);
    await writeFile(join(root, 'handlers'), 'in the way');
    await expect(applyPlan(plan)).rejects.toMatchObject({ code: 'FS_WRITE_FAILED' });
    expect(await readdir(root)).toEqual(['handlers']);
  });

  test('leaves whole files, no temporary ones, and the next run puts it right', async () => {
    await write(SDK);
    const plan = await planWrite([generated('a.ts'), generated('z.ts')], folders);
    await mkdir(join(root, 'generated/z.ts/sub'), { recursive: true });
    await expect(applyPlan(plan)).rejects.toMatchObject({
      code: 'FS_WRITE_FAILED',
      message: expect.stringContaining('z.ts can’t be written'.replace('’', "'")),
    });
    const found = await disk();
    expect(Object.keys(found).filter((file) => file.endsWith('.tmp'))).toEqual([]);
    expect(found).toMatchObject({ 'generated/a.ts': '// a.ts\n', 'generated/index.ts': '// index.ts\n' });
    await rm(join(root, 'generated/z.ts'), { recursive: true });
    await write([generated('a.ts'), generated('z.ts')]);
    expect((await readdir(join(root, 'generated'))).sort()).toEqual(['.fs-gen.json', 'a.ts', 'z.ts']);
  });

  test.skipIf(process.getuid?.() === 0)('in a folder that may not be written (root may)', async () => {
    await write(SDK);
    await chmod(join(root, 'generated'), 0o555);
    const plan = await planWrite([generated('index.ts', 'new')], folders);
    await expect(applyPlan(plan)).rejects.toMatchObject({ code: 'FS_WRITE_FAILED' });
    await chmod(join(root, 'generated'), 0o755);
  });
});

test.each(['../x.ts', '/x.ts', 'a//b.ts', 'a\\b.ts', ''])(
  'a rendered path %j is a mistake of our own',
  async (path) => {
    await expect(planWrite([generated(path)], folders)).rejects.toThrow(/bad path/);
  },
);
