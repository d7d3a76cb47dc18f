/**
 * test/golden/<case>: a document, and the code that comes of it. `UPDATE_GOLDEN=1 npx vitest run golden` writes
 * what comes out today; read the difference before you commit it.
 */
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generate, type Perspective } from '../../../generator/src/index.js';
import { prettier } from './prettier.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const GOLDEN = join(ROOT, 'test/golden');

const CASES: readonly {
  readonly name: string;
  readonly document: string;
  readonly perspective?: Perspective;
}[] = [
  { name: 'chat', document: 'specs/api.yaml' },
  { name: 'chat-peer', document: 'specs/api.yaml', perspective: 'peer' },
  { name: 'concurrency', document: 'test/golden/concurrency/document.yaml' },
  { name: 'exchange', document: 'test/golden/exchange/document.yaml' },
  { name: 'faststream', document: 'test/golden/faststream/document.json' },
  { name: 'schemas', document: 'test/golden/schemas/document.yaml' },
  { name: 'traps', document: 'test/golden/traps/document.yaml' },
];

/** Beside them, samples of the documentation are compiled. */
const FOLDERS = ['generated', 'handlers'];

const COMPILERS = ['typescript', 'typescript7'];

describe.each(CASES)('$name', ({ name, document, perspective = 'application' }) => {
  let actual: ReadonlyMap<string, string> = new Map();

  beforeAll(async () => {
    actual = await generated(document, perspective);
    if (process.env.UPDATE_GOLDEN !== undefined) await write(name, actual);
  });

  it('is what is expected', async () => {
    const expected = await read(name);
    expect([...actual.keys()].sort()).toEqual([...expected.keys()].sort());
    for (const [path, text] of expected) expect(actual.get(path), path).toBe(text);
  });

  it('has nothing for Prettier to change', async () => {
    for (const [path, text] of actual) expect(await prettier(text), path).toBe(text);
  });

  it('is the same on every run', async () => {
    expect(await generated(document, perspective)).toEqual(actual);
  });
});

describe('compiles under the strictest options', () => {
  let folder = '';

  beforeAll(async () => {
    await mkdir(join(ROOT, '.tmp'), { recursive: true });
    folder = await mkdtemp(join(ROOT, '.tmp/golden-'));
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig(folder)));
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(COMPILERS)('with %s', (compiler) => {
    const tsc = join(ROOT, 'node_modules', compiler, 'bin/tsc');
    const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
    expect(stdout).toBe('');
    expect(status).toBe(0);
  });
});

/** Path and text of every file. */
async function generated(document: string, perspective: Perspective): Promise<ReadonlyMap<string, string>> {
  const { files, diagnostics } = await generate({ document: join(ROOT, document), perspective });
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  return new Map(files?.map(({ folder, path, text }) => [`${folder}/${path}`, text]));
}

async function read(name: string): Promise<ReadonlyMap<string, string>> {
  const folder = join(GOLDEN, name, 'expected');
  const entries = await Promise.all(
    FOLDERS.map((kind) => readdir(join(folder, kind), { recursive: true, withFileTypes: true })),
  );
  const paths = entries
    .flat()
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(
      paths.map(async (path) => [relative(folder, path), await readFile(path, 'utf8')] as const),
    ),
  );
}

async function write(name: string, files: ReadonlyMap<string, string>): Promise<void> {
  const folder = join(GOLDEN, name, 'expected');
  await rm(folder, { recursive: true, force: true });
  for (const [path, text] of files) {
    await mkdir(join(folder, dirname(path)), { recursive: true });
    await writeFile(join(folder, dirname(path), basename(path)), text);
  }
}

function tsconfig(folder: string): object {
  const source = (path: string) => [join(ROOT, path)];
  return {
    extends: join(ROOT, 'tsconfig.base.json'),
    compilerOptions: {
      noEmit: true,
      noUnusedLocals: true,
      typeRoots: [join(ROOT, 'node_modules/@types')],
      paths: { '@fs-gen/runtime/codegen/v1': source('runtime/src/codegen/v1.ts') },
    },
    include: FOLDERS.map((kind) => relative(folder, join(GOLDEN, '*/expected', kind))),
  };
}
