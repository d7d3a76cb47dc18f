/** What the command prints and ends with. */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { folderWith } from '../document/workspace.js';
import { JOBS as DOCUMENT, run } from './run.js';

let folder = '';
const at = (...path: readonly string[]) => join(folder, ...path);
const fsGen = (...more: readonly string[]) => run([at('api.yaml'), '--out', at('generated'), ...more]);

beforeEach(async () => {
  folder = await folderWith({ 'api.yaml': DOCUMENT });
});

describe('a run that succeeds', () => {
  test('writes, says what, and what to do next', async () => {
    const { code, out, err } = await fsGen();
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect((await readdir(at('handlers'))).sort()).toEqual(['do-job.ts', 'index.ts']);
    expect(out).toContain(`✔ ${at('api.yaml')} → ${at('generated')}, ${at('handlers')} (`);
    expect(out).toContain(`  + ${at('generated', 'index.ts')}\n`);
    expect(out).toContain(`Next: fill in ${at('handlers', 'do-job.ts')}\n`);
    expect(out).toContain('createWorker({ handlers,');
  });

  test('says so when nothing changed', async () => {
    await fsGen();
    const { code, out } = await fsGen();
    expect(code).toBe(0);
    expect(out).toMatch(/^✔ .*generated is up to date \(\d+ files\)\n$/);
  });

  test('a new operation adds its stub, and says where it has to be added', async () => {
    await fsGen();
    await writeFile(
      at('api.yaml'),
      `${DOCUMENT}  more: {action: receive, channel: {$ref: '#/channels/jobs'}}\n`,
    );
    const { out } = await fsGen();
    expect(out).toContain(`  + ${at('handlers', 'more.ts')}\n`);
    expect(out).toContain(
      `Next: fill in ${at('handlers', 'more.ts')}\nand add it to ${at('handlers')}/index.ts`,
    );
  });

  test('--quiet says nothing', async () => {
    expect(await fsGen('--quiet')).toEqual({ code: 0, out: '', err: '' });
  });

  test('--handlers and --perspective are taken', async () => {
    const { code } = await fsGen('--handlers', at('src'), '--perspective', 'peer');
    expect(code).toBe(0);
    expect(await readdir(folder)).not.toContain('handlers');
  });

  test('warnings do not stop it', async () => {
    await writeFile(
      at('api.yaml'),
      DOCUMENT.replace('address: jobs', 'address: jobs\n    bindings: {redis: {method: lpop}}'),
    );
    const { code, out, err } = await fsGen();
    expect(code).toBe(0);
    expect(out).toContain('✔');
    expect(
      err,
    ).toBe(`${at('api.yaml')}:8:32  warning  FS_TRANSPORT_UNAVAILABLE  Channel jobs is a list, which is not available in this version: the runtime refuses to work it.
  8 |     bindings: {redis: {method: lpop}}
    |                                ^^^^
  hint: Leave the channel out of the worker, or bind it to a stream.

1 warning
`);
  });
});

describe('--check', () => {
  test('is content with what is up to date', async () => {
    await fsGen();
    expect(await fsGen('--check')).toEqual({ code: 0, out: `✔ ${at('generated')} is up to date\n`, err: '' });
  });

  test('lists what is missing, stale and extra, ends with 1, and writes nothing', async () => {
    await fsGen();
    await writeFile(at('generated', 'types.ts'), 'stale');
    await rm(at('generated', 'index.ts'));
    const manifest = await readFile(at('generated', '.fs-gen.json'), 'utf8');
    await writeFile(at('generated', '.fs-gen.json'), manifest.replace('"index.ts"', '"gone.ts", "index.ts"'));
    await writeFile(at('generated', 'gone.ts'), '');
    const { code, out } = await fsGen('--check');
    expect(code).toBe(1);
    expect(out.split('\n').sort()).toEqual([
      '',
      `extra    ${at('generated', 'gone.ts')}`,
      `missing  ${at('generated', 'index.ts')}`,
      `stale    ${at('generated', 'types.ts')}`,
    ]);
    expect(await readFile(at('generated', 'types.ts'), 'utf8')).toBe('stale');
  });

  test('finds everything missing before the first run', async () => {
    const { code, out } = await fsGen('--check');
    expect(code).toBe(1);
    expect(out).toContain(`missing  ${at('handlers', 'do-job.ts')}\n`);
    expect(await readdir(folder)).toEqual(['api.yaml']);
  });
});

test('--dry-run lists what would be done, and does nothing', async () => {
  const { code, out } = await fsGen('--dry-run');
  expect(code).toBe(0);
  expect(out).toContain(`create  ${at('generated', 'index.ts')}\n`);
  expect(out).toMatch(/Nothing was written \(--dry-run\)\.\n$/);
  expect(await readdir(folder)).toEqual(['api.yaml']);
});

describe('a document that is wrong', () => {
  test('every problem with place, line and hint; exit code 2; nothing written', async () => {
    await writeFile(
      at('api.yaml'),
      DOCUMENT.replace(
        'address: jobs',
        'address: jobs\n    x-fs-concurrency:\n      maxWorkers: 0\n    x-fs-retri: {}',
      ),
    );
    const { code, out, err } = await fsGen();
    expect({ code, out }).toEqual({ code: 2, out: '' });
    const file = at('api.yaml');
    expect(
      err,
    ).toBe(`${file}:9:19  error  FS_EXTENSION_VALUE  x-fs-concurrency.maxWorkers is \`0\`, but takes a whole number of at least 1.
  9 |       maxWorkers: 0
    |                   ^
  hint: At most this many handlers of the channel run at once in one process.

${file}:10:5  error  FS_EXTENSION_UNKNOWN  There is no extension x-fs-retri.
  10 |     x-fs-retri: {}
     |     ^^^^^^^^^^
  hint: Did you mean x-fs-retry?

2 errors; nothing was written
`);
    expect(await readdir(folder)).toEqual(['api.yaml']);
  });

  test('a line of thousands of characters is cut around the place', async () => {
    const filler = (key: string) => `"${key}": "${'x'.repeat(5_000)}"`;
    await writeFile(
      at('api.yaml'),
      `{"asyncapi": "3.0.0", ${filler('x-a')}, "info": {"title": 1, "version": "1"}, ${filler('x-b')}, "channels": {}}`,
    );
    const { err } = await fsGen();
    const [, line = '', caret = ''] = err.split('\n');
    expect(line.length).toBeLessThan(120);
    expect(line.slice(caret.indexOf('^'), caret.lastIndexOf('^') + 1)).toBe('1');
  });

  test('a document that is not there', async () => {
    const { code, err } = await run([at('apy.yaml'), '--out', at('generated')]);
    expect(code).toBe(2);
    expect(err).toContain('FS_FILE_MISSING');
    expect(err).toContain(`hint: Did you mean ${at('api.yaml')}?`);
  });
});

describe('arguments that are wrong', () => {
  test.each([
    [[], 'Usage: fs-gen'],
    [['a.yaml', 'b.yaml'], 'too many arguments'],
    [['a.yaml', '--perspectiv', 'peer'], 'Did you mean --perspective?'],
    [['a.yaml', '--perspective', 'server'], 'Allowed choices are application, peer.'],
    [['a.yaml', '--out'], 'argument missing'],
    [['a.yaml', '--out', ''], 'FS_OPTION_INVALID  --out is empty'],
    [[''], "FS_OPTION_INVALID  the document's path is empty"],
    [
      ['valdate', 'a.yaml'],
      'FS_OPTION_INVALID  there is no command or file valdate\n(Did you mean validate?)',
    ],
    [['a.yaml', '--check', '--dry-run'], "'--check' cannot be used with option '--dry-run'"],
  ])('%j', async (argv, said) => {
    const { code, out, err } = await run(argv);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(said);
    expect(err).not.toMatch(/\n\s+at /);
  });

  test('an output folder of somebody else', async () => {
    const { code, err } = await run([at('api.yaml'), '--out', folder]);
    expect(code).toBe(2);
    expect(err).toContain('FS_OUTPUT_FOREIGN');
    expect(err).toContain('hint: Give another folder with --out');
    expect(err).not.toMatch(/\n\s+at /);
  });
});

describe('help', () => {
  test('has examples and exit codes, on standard output', async () => {
    const { code, out, err } = await run(['--help']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('fs-gen specs/api.yaml --check');
    expect(out).toContain('Exit codes: 0 done');
  });

  test('--version is that of the package', async () => {
    const manifest = JSON.parse(
      await readFile(new URL('../../../generator/package.json', import.meta.url), 'utf8'),
    );
    expect(await run(['--version'])).toEqual({ code: 0, out: `${manifest.version}\n`, err: '' });
  });
});

describe('colours', () => {
  const wrong = (options: Parameters<typeof run>[1], ...more: readonly string[]) =>
    run([at('gone.yaml'), ...more], options);
  const ESCAPE = '\u001b[';

  test.each([
    ['on a screen', { isTTY: true }, [], true],
    ['in a pipe', {}, [], false],
    ['with NO_COLOR', { isTTY: true, env: { NO_COLOR: '1' } }, [], false],
    ['with --no-color', { isTTY: true }, ['--no-color'], false],
    ['with FORCE_COLOR', { env: { FORCE_COLOR: '1' } }, [], true],
    ['on a dumb terminal', { isTTY: true, env: { TERM: 'dumb' } }, [], false],
  ] as const)('%s', async (_, options, more, colourful) => {
    expect((await wrong(options, ...more)).err.includes(ESCAPE)).toBe(colourful);
  });
});

describe('a mistake of fs-gen itself', () => {
  const failing = async (env: Record<string, string>) => {
    const model = await import('../../../generator/src/model/index.js');
    const mistake = vi.spyOn(model, 'buildModel');
    mistake.mockImplementation(() => {
      throw new TypeError('Cannot read properties of undefined');
    });
    try {
      return await run([at('api.yaml'), '--out', at('generated')], { env });
    } finally {
      mistake.mockRestore();
    }
  };

  test('is one sentence that asks for a report, and exit code 3', async () => {
    const { code, err } = await failing({});
    expect(code).toBe(3);
    expect(err).toBe(`error  FS_INTERNAL  fs-gen itself has failed: Cannot read properties of undefined
  hint: Please report it, with the document if you can; FS_GEN_DEBUG=1 shows where it happened.
`);
  });

  test('with FS_GEN_DEBUG=1 it shows where', async () => {
    expect((await failing({ FS_GEN_DEBUG: '1' })).err).toMatch(/TypeError: Cannot read.*\n\s+at /);
  });
});
