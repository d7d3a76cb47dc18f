/** `fs-gen init`: something to start from, which generates at once, and nothing of anybody's overwritten. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { folderWith } from '../document/workspace.js';
import { run } from './run.js';

let folder = '';
const read = (name: string) => readFile(join(folder, name), 'utf8');

beforeEach(async () => {
  const before = process.cwd();
  folder = await folderWith({});
  process.chdir(folder);
  onTestFinished(() => process.chdir(before));
});

test('in an empty folder, what it writes generates without a complaint', async () => {
  const { code, out, err } = await run(['init']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain('  + specs/api.yaml\n  + fs-gen.config.ts\n  + package.json (script "generate")\n');
  expect(out).toContain('npm run generate');
  expect(JSON.parse(await read('package.json'))).toMatchObject({
    type: 'module',
    scripts: { generate: 'fs-gen' },
  });
  const generated = await run([]);
  expect({ code: generated.code, err: generated.err }).toEqual({ code: 0, err: '' });
  expect(await read('src/handlers/send-email.ts')).toContain('sendEmail');
});

test('what is there stays as it is, and package.json keeps its layout', async () => {
  const manifest =
    '{\r\n\t"name": "x",\r\n\t"scripts": {\r\n\t\t"test": "vitest"\r\n\t},\r\n\t"private": true\r\n}\r\n';
  await writeFile('package.json', manifest);
  await writeFile('api.yaml', 'mine');
  await writeFile('fs-gen.config.js', 'mine');
  const { code, out } = await run(['init', 'api.yaml']);
  expect(code).toBe(0);
  expect(out).toContain('api.yaml is there already');
  expect(out).toContain('fs-gen.config.js is there already');
  expect([await read('api.yaml'), await read('fs-gen.config.js')]).toEqual(['mine', 'mine']);
  expect(await read('package.json')).toBe(
    manifest.replace('"vitest"\r\n', '"vitest",\r\n\t\t"generate": "fs-gen"\r\n'),
  );
});

test('a second time changes nothing', async () => {
  await run(['init']);
  const files = ['package.json', 'fs-gen.config.ts', 'specs/api.yaml'];
  const before = await Promise.all(files.map(read));
  const { out } = await run(['init']);
  expect(out).toContain('package.json is there already (script "generate")');
  expect(await Promise.all(files.map(read))).toEqual(before);
});

test('another script of the name stays, and the way past it is said', async () => {
  const manifest = '{ "scripts": { "generate": "prisma generate" } }';
  await writeFile('package.json', manifest);
  const { out } = await run(['init']);
  expect(out).toContain('another script "generate"');
  expect(out).toContain('npx fs-gen');
  expect(await read('package.json')).toBe(manifest);
});

test('a package.json that is none is left alone', async () => {
  await writeFile('package.json', '[');
  const { code, err } = await run(['init']);
  expect(code).toBe(2);
  expect(err).toContain("package.json can't be added to: it is not a JSON object.");
  expect(await read('package.json')).toBe('[');
});

test('a project that has no ES modules yet, or no tsconfig.json, is told how to come by them', async () => {
  await writeFile('package.json', '{ "type": "commonjs" }');
  const { out } = await run(['init']);
  expect(out).toContain('  npm pkg set type=module\n  npx tsc --init --target es2022 --module nodenext');
  await writeFile('package.json', '{ "type": "module" }');
  await writeFile('tsconfig.json', '{}');
  const { out: ready } = await run(['init']);
  expect(ready).not.toMatch(/type=module|tsc --init/);
});
