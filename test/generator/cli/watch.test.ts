/** `--watch`: again on every change of anything that was read, through errors, until it is ended. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { Console } from '../../../generator/src/cli/console.js';
import { Reporter } from '../../../generator/src/cli/report/index.js';
import { untilChanged } from '../../../generator/src/cli/watch/changes.js';
import { watch } from '../../../generator/src/cli/watch/index.js';
import { folderWith, HEAD_V3 } from '../document/workspace.js';

const DOCUMENT = `${HEAD_V3}channels:
  jobs: {address: jobs, messages: {job: {payload: {$ref: 'shared/job.yaml#/Job'}}}}
operations:
  doJob: {action: receive, channel: {$ref: '#/channels/jobs'}}
`;
const SHARED = 'Job: {type: object, properties: {first: {type: string}}}\n';

/**
 * A watch that has begun; `until` waits for a round that says so, and gives what it said. There may be more rounds than
 * changes: a file is written in two steps, and where two files are written one may be seen before the other.
 */
async function begin(files: Readonly<Record<string, string>>) {
  const folder = await folderWith(files);
  const at = (path: string) => join(folder, path);
  const end = new AbortController();
  let said = '';
  let heard = () => {};
  const stream = {
    write(text: string) {
      said += text;
      heard();
      return true;
    },
  };
  const terminal = new Console({ stdout: stream, stderr: stream, env: {} }, true);
  const target = { document: at('api.yaml'), out: at('generated'), perspective: 'application' } as const;
  const watching = watch(
    {
      kind: 'generate',
      source: { kind: 'document', target },
      mode: 'write',
      watch: true,
      force: false,
      quiet: false,
      format: 'text',
    },
    new Reporter(terminal, 'text'),
    end.signal,
  );
  onTestFinished(async () => {
    end.abort();
    await watching;
  });
  const round = async () => {
    while (!said.includes('Ctrl+C ends this')) {
      await new Promise<void>((resolve) => {
        heard = resolve;
      });
    }
    const text = said;
    said = '';
    return text;
  };
  const until = async (fits: string | ((text: string) => boolean | Promise<boolean>)) => {
    for (;;) {
      const text = await round();
      if (typeof fits === 'string' ? text.includes(fits) : await fits(text)) return text;
    }
  };
  return { at, until, end, watching };
}

test('a change of the document or of a file of it is generated, also when it was renamed into place', async () => {
  const { at, until } = await begin({ 'api.yaml': DOCUMENT, 'shared/job.yaml': SHARED });
  await until('watching 2 files');
  const types = (text: string) => async () =>
    (await readFile(at('generated/types.ts'), 'utf8')).includes(text);

  await writeFile(at('shared/job.yaml'), SHARED.replace('first', 'second'));
  expect(await until(types('second'))).toMatch(/job\.yaml has changed\n/);

  await writeFile(at('shared/.job.swp'), SHARED.replace('first', 'third'));
  await rename(at('shared/.job.swp'), at('shared/job.yaml'));
  await until(types('third'));
});

test('errors are said, and mending them goes on', async () => {
  const { at, until } = await begin({ 'api.yaml': DOCUMENT });
  await until('FS_REF_BROKEN');
  await mkdir(at('shared'));
  await writeFile(at('shared/job.yaml'), SHARED);
  await writeFile(at('api.yaml'), `${DOCUMENT}# again\n`);
  await until('✔');
  await writeFile(at('api.yaml'), 'asyncapi: 9.9.9\n');
  await until('FS_VERSION_UNSUPPORTED');
  await rm(at('api.yaml'));
  await until('FS_FILE_MISSING');
  await writeFile(at('api.yaml'), DOCUMENT);
  await until('✔');
});

test('it ends at its signal', async () => {
  const { until, end, watching } = await begin({ 'api.yaml': DOCUMENT, 'shared/job.yaml': SHARED });
  await until('watching');
  end.abort();
  await watching;
});

test('Ctrl+C ends the process, which leaves with 0', async () => {
  const folder = await folderWith({ 'api.yaml': DOCUMENT, 'shared/job.yaml': SHARED });
  const cli = fileURLToPath(new URL('../../../generator/src/cli.ts', import.meta.url));
  const code = `import { main } from ${JSON.stringify(cli)}; process.exitCode = await main(process.argv.slice(1));`;
  const child = spawn(
    process.execPath,
    [
      '--import',
      'tsx',
      '--input-type=module',
      '-e',
      code,
      '--',
      join(folder, 'api.yaml'),
      '--out',
      join(folder, 'generated'),
      '--watch',
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let said = '';
  for await (const chunk of child.stderr) {
    said += chunk;
    if (said.includes('Ctrl+C ends this')) break;
  }
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('a change that came before the watch is seen, and an event without a change is not', async () => {
  const folder = await folderWith({ 'a.yaml': 'a: 1\n' });
  const file = join(folder, 'a.yaml');
  const end = new AbortController();
  const options = { anyDocument: false, signal: end.signal };
  expect(await untilChanged(new Map([[file, 'a: 0\n']]), options)).toMatch(/a\.yaml$/);
  const waiting = untilChanged(new Map([[file, 'a: 1\n']]), options);
  await writeFile(file, 'a: 1\n');
  await writeFile(join(folder, 'b.yaml'), '');
  end.abort();
  expect(await waiting).toBeUndefined();
});

test('after an error, a document that comes up counts as well', async () => {
  const folder = await folderWith({ 'a.yaml': 'a: 1\n' });
  const end = new AbortController();
  const waiting = untilChanged(new Map([[join(folder, 'a.yaml'), 'a: 1\n']]), {
    anyDocument: true,
    signal: end.signal,
  });
  // The watch begins in the same turn; what it looks at first comes later.
  await writeFile(join(folder, 'b.yaml'), '');
  expect(await waiting).toBe('b.yaml');
});
