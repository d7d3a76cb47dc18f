/** `fs-gen.config.ts`: several documents, and whatever can be wrong with it. */
import { readdir } from 'node:fs/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { folderWith, HEAD_V3 } from '../document/workspace.js';
import { run } from './run.js';

const DOCUMENT = `${HEAD_V3}channels:
  jobs: {address: jobs, messages: {job: {payload: {type: object}}}}
operations:
  doJob: {action: receive, channel: {$ref: '#/channels/jobs'}}
`;

/** Goes into a folder with the config and two documents, as a user does. */
async function enter(config: string, name = 'fs-gen.config.ts'): Promise<void> {
  const before = process.cwd();
  const folder = await folderWith({ [name]: config, 'a.yaml': DOCUMENT, 'specs/b.yaml': DOCUMENT });
  process.chdir(folder);
  onTestFinished(() => process.chdir(before));
}

/** `3:5 FS_CODE message | hint`, one for each problem. */
async function problems(...argv: readonly string[]): Promise<readonly string[]> {
  const { code, out, err } = await run(['--format', 'json', ...argv]);
  expect({ code, err }).toEqual({ code: 2, err: '' });
  const report = JSON.parse(out) as { problems: readonly Record<string, unknown>[] };
  return report.problems.map(
    (each) => `${each.line}:${each.column} ${each.code} ${each.message} | ${each.hint}`,
  );
}

const TWO = `import { defineConfig } from 'fs-gen';

const second: string = 'specs/b.yaml';
export default defineConfig({
  documents: [
    { document: 'a.yaml', out: 'a/generated' },
    { document: second, out: 'b/generated', handlers: 'b/mine', perspective: 'application' },
  ],
});
`;

test('every document is generated, checked and validated', async () => {
  await enter(TWO);
  const first = await run([]);
  expect({ code: first.code, err: first.err }).toEqual({ code: 0, err: '' });
  expect(first.out).toContain('✔ a.yaml → a/generated, a/handlers');
  expect(first.out).toContain('✔ specs/b.yaml → b/generated, b/mine');
  expect(await readdir('b/mine')).toEqual(['do-job.ts', 'index.ts']);
  expect(await run(['--check', '--quiet'])).toEqual({ code: 0, out: '', err: '' });
  expect((await run(['validate'])).out).toBe('✔ a.yaml is valid\n✔ specs/b.yaml is valid\n');
});

test('a document that is wrong keeps no other from being generated', async () => {
  await enter(TWO.replace("'a.yaml', out", "'broken.yaml', out"));
  const { writeFile } = await import('node:fs/promises');
  await writeFile('broken.yaml', 'asyncapi: 9.9.9\n');
  const { code, out, err } = await run([]);
  expect(code).toBe(2);
  expect(err).toContain('FS_VERSION_UNSUPPORTED');
  expect(out).toContain('✔ specs/b.yaml → b/generated');
});

test('paths count from the folder of a config that lies elsewhere', async () => {
  await enter("export default { documents: [{ document: 'b.yaml', out: 'out/generated' }] };", 'specs/c.mjs');
  const { code, out } = await run(['--config', 'specs/c.mjs']);
  expect(code).toBe(0);
  expect(out).toContain('✔ specs/b.yaml → specs/out/generated, specs/out/handlers');
});

test('a document on the command line leaves the config alone', async () => {
  await enter('this is no code');
  expect((await run(['validate', 'a.yaml'])).code).toBe(0);
});

test('options of one document are refused where there are several', async () => {
  await enter(TWO);
  const { code, err } = await run(['--out', 'x']);
  expect(code).toBe(2);
  expect(err).toContain('--out is for a document that is named here; fs-gen.config.ts has its own');
});

test('without a document and a config, an option alone says what is missing', async () => {
  await enter('', 'other.ts');
  const { code, err } = await run(['--check']);
  expect(code).toBe(2);
  expect(err).toContain('name a document, or write fs-gen.config.ts');
});

test('every problem of the fields is named with its place', async () => {
  await enter(`export default {
  document: 'a.yaml',
  documents: [
    { 'document': 'a.yaml', outt: 'x', perspective: 'server' },
    { out: 3 },
    'a.yaml',
  ],
};
`);
  expect(await problems()).toEqual([
    '1:1 FS_CONFIG_FIELD_UNKNOWN There is no field `document`. | Did you mean `documents`?',
    '4:29 FS_CONFIG_FIELD_UNKNOWN There is no field `outt`. | Did you mean `out`?',
    '4:40 FS_CONFIG_VALUE `documents[0].perspective` is "server", which can\'t be. | It takes `application` or `peer`.',
    '3:3 FS_CONFIG_VALUE `documents[1].document` is missing. | It takes a path, which counts from the folder of the config file.',
    "5:7 FS_CONFIG_VALUE `documents[1].out` is 3, which can't be. | It takes a path, which counts from the folder of the config file.",
    '3:3 FS_CONFIG_VALUE `documents[2]` takes an object with the field `document`. | Write `export default defineConfig({ documents: [{ document: … }] })`.',
  ]);
});

test('a document that is not there is a mistake of the config', async () => {
  await enter(TWO.replace("'a.yaml'", "'q.yaml'"));
  expect(await problems()).toEqual(['6:7 FS_FILE_MISSING There is no file q.yaml. | Did you mean a.yaml?']);
});

test.each([
  ['out', "{ document: 'a.yaml', out: 'x' }, { document: 'specs/b.yaml', out: './x' }", 'documents[1].out'],
  [
    'handlers',
    "{ document: 'a.yaml', out: 'x/a' }, { document: 'specs/b.yaml', out: 'x/b' }",
    'documents[1].handlers',
  ],
])('two documents in one folder: %s', async (_, documents, path) => {
  await enter(`export default { documents: [${documents}] };`);
  const [first] = await problems();
  expect(first).toContain('FS_CONFIG_CONFLICT');
  expect(first).toContain(`\`${path}\``);
});

test.each([
  ['no syntax', 'export default {\n  documents: ],\n};\n', '2:14'],
  [
    'an exception',
    'export const a = 1;\nconst none: any = undefined;\nexport default none.documents;\n',
    '3:1',
  ],
  ['a module that is not there', "import x from 'not-there';\nexport default x;\n", '1:1'],
])('%s', async (_, config, place) => {
  await enter(config);
  const [first, ...others] = await problems();
  expect(first).toMatch(new RegExp(`^${place} FS_CONFIG_FAILED The config file can't be run: .+\\. \\| `));
  expect(others).toEqual([]);
});

test('a config that is not there, or exports nothing', async () => {
  await enter('export default undefined;');
  expect((await run(['--config', 'gone.ts'])).err).toContain('There is no config file gone.ts.');
  expect((await run([])).err).toContain('hint: Write `export default defineConfig(');
});

test('what the config prints is not among what a machine reads', async () => {
  await enter(
    "process.stdout.write('loading\\n');\nexport default { documents: [{ document: 'a.yaml' }] };\n",
  );
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    const spy = vi.spyOn(process[name], 'write').mockImplementation((text) => {
      said[name] += text;
      return true;
    });
    onTestFinished(() => spy.mockRestore());
  }
  expect((await run(['validate'])).code).toBe(0);
  expect(said).toEqual({ stdout: '', stderr: 'loading\n' });
});
