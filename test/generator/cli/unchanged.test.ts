/** A run that changes nothing says and leaves what a full run would. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import * as pipeline from '../../../generator/src/generate.js';
import { folderWith, HEAD_V3 } from '../document/workspace.js';
import { run } from './run.js';

const DOCUMENT = `${HEAD_V3}channels:
  jobs:
    address: jobs
    bindings: {redis: {method: lpop}}
    messages: {job: {payload: {$ref: 'job.yaml#/Job'}}}
operations:
  doJob: {action: receive, channel: {$ref: '#/channels/jobs'}}
`;

let folder = '';
const at = (...path: readonly string[]) => join(folder, ...path);
const fsGen = (...more: readonly string[]) => run([at('api.yaml'), '--out', at('generated'), ...more]);

/** The run, and whether the document was read for it. */
async function watched(...more: readonly string[]) {
  const generate = vi.spyOn(pipeline, 'generate');
  try {
    return { ...(await fsGen(...more)), full: generate.mock.calls.length > 0 };
  } finally {
    generate.mockRestore();
  }
}

beforeEach(async () => {
  folder = await folderWith({ 'api.yaml': DOCUMENT, 'job.yaml': 'Job: {type: object}\n' });
  expect((await fsGen()).code).toBe(0);
});

test('it reads nothing but hashes, and says the same as a full run, warnings included', async () => {
  const short = await watched();
  const full = await watched('--force');
  expect([short.full, full.full]).toEqual([false, true]);
  expect({ ...short, full: true }).toEqual(full);
  expect(short.err).toContain('FS_TRANSPORT_UNAVAILABLE');
  expect(JSON.parse((await watched('--format', 'json')).out)).toEqual(
    JSON.parse((await watched('--format', 'json', '--force')).out),
  );
});

test('a change of a referenced file is seen', async () => {
  await writeFile(at('job.yaml'), 'Job: {type: object, properties: {added: {type: string}}}\n');
  expect((await watched()).full).toBe(true);
  expect(await readFile(at('generated', 'types.ts'), 'utf8')).toContain('added');
  expect((await watched()).full).toBe(false);
});

test('a generated file that was changed or deleted is mended', async () => {
  const text = await readFile(at('generated', 'types.ts'), 'utf8');
  await writeFile(at('generated', 'types.ts'), '// by hand\n');
  expect((await watched()).full).toBe(true);
  await rm(at('generated', 'types.ts'));
  expect((await watched()).full).toBe(true);
  expect(await readFile(at('generated', 'types.ts'), 'utf8')).toBe(text);
});

test('other options are seen', async () => {
  expect((await watched('--perspective', 'peer')).full).toBe(true);
});

test('--check looks itself, and does not mind what only the hash sees', async () => {
  await writeFile(at('api.yaml'), `${DOCUMENT}# a comment\n`);
  expect(await watched('--check')).toMatchObject({ code: 0, full: true });
  expect((await watched()).out).toContain('is up to date');
  expect((await watched()).full).toBe(false);
});

test('what comes from the network is always read again', async () => {
  const server = createServer((_, response) => response.end('Job: {type: object}\n'));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => new Promise((closed) => server.close(() => closed())));
  const { port } = server.address() as AddressInfo;
  await writeFile(at('api.yaml'), DOCUMENT.replace('job.yaml', `http://127.0.0.1:${port}/job.yaml`));
  expect(await watched()).toMatchObject({ code: 0, full: true });
  expect((await watched()).full).toBe(true);
});
