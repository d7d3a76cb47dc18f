/** `fs-gen plan` in a project with the runtime installed, as it was built. */
import { readFileSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test, vi } from 'vitest';
import { folderWith, HEAD_V3 } from '../document/workspace.js';
import { type RunOptions, run } from './run.js';

vi.setConfig({ testTimeout: 120_000 });
const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url));

const DOCUMENT = `${HEAD_V3}channels:
  jobs: {address: jobs, x-fs-concurrency: {maxWorkers: 3}}
  mails: {address: mails}
  news: {address: news, bindings: {redis: {method: subscribe}}}
  replies: {address: replies}
operations:
  onJob: {action: receive, channel: {$ref: '#/channels/jobs'}}
  onMail: {action: receive, channel: {$ref: '#/channels/mails'}}
  onNews: {action: receive, channel: {$ref: '#/channels/news'}}
  reply: {action: send, channel: {$ref: '#/channels/replies'}}
`;
const LOAD = ['--rate', '20/s', '--time', '100ms', '--for', '10s'];

async function project(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const folder = await folderWith({ 'api.yaml': DOCUMENT, ...files });
  await symlink(modules, join(folder, 'node_modules'), 'dir');
  return folder;
}

const plan = async (args: readonly string[], options?: RunOptions, folder?: string) =>
  run(['plan', join(folder ?? (await project()), 'api.yaml'), ...args], options);

test('says what each policy would do, and draws it', async () => {
  const { code, out, err } = await plan(LOAD);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/^onJob {2}maxWorkers 3 {2}20 messages a second for one process, 10 s, \d+ messages$/m);
  expect(out).toMatch(/^onMail {2}maxWorkers 1 /m);
  expect(out).toMatch(
    /^ {2}overloaded {4}20\/s come and 10\/s are handled: the backlog grows without end\./m,
  );
  expect(out).toContain('workers in each process to keep up.');
  expect(out).toMatch(/^ {2}\* {9}3 .*●.*■$/m);
  expect(out).not.toContain('onNews');
  expect(out).not.toContain('reply');
});

test('finds the limit that meets a target, on a screen of 80 columns', async () => {
  const args = ['--operation', 'onMail', ...LOAD, '--target', 'p95=50ms', '--arrivals', 'constant'];
  const { code, out } = await plan(args, { isTTY: true, env: { NO_COLOR: '1' } });
  expect(code).toBe(0);
  expect(out).toContain('p95 ≤ 50 ms: maxWorkers 3 is the smallest that meets it.');
  expect(out).toMatch(/^ → {10}3 /m);
  for (const line of out.split('\n').filter((each) => /[●◆■]/.test(each)))
    expect(line.length, line).toBeLessThanOrEqual(80);
});

test('says that no limit meets it, and why', async () => {
  const { code, out } = await plan(['--operation', 'onJob', ...LOAD, '--target', 'max=0.1ms']);
  expect(code).toBe(0);
  expect(out).toMatch(/max ≤ 0.1 ms: not even maxWorkers \d+ meets it, and more would change nothing/);
});

test('prints everything as JSON', async () => {
  const args = [
    '--operation',
    'onJob',
    ...LOAD,
    '--target',
    'p99=1s',
    '--processes',
    '2',
    '--failures',
    '10%',
  ];
  const { code, out } = await plan([...args, '--json', '--seed', '3']);
  expect(code).toBe(0);
  const { format, operations } = JSON.parse(out);
  expect(format).toBe(1);
  const [only, ...others] = operations;
  expect(others).toEqual([]);
  expect(only).toMatchObject({ operation: 'onJob', maxWorkers: 3, target: { of: 'p99', ms: 1_000 } });
  expect(only.answer.kind).toBe('limit');
  expect(only.asIs).toMatchObject({ processes: 2, offered: 20, duration: 10_000, overload: null });
  expect(only.asIs.retries).toBeGreaterThan(0);
  expect(only.curve.map(({ maxWorkers }: { maxWorkers: number }) => maxWorkers)).toContain(3);
  expect((await plan([...args, '--json', '--seed', '3'])).out).toBe(out);
});

describe('--samples', () => {
  const took = async (lines: string, args: readonly string[] = []) => {
    const folder = await project({ 'took.txt': lines });
    const samples = ['--rate', '2/s', '--for', '60s', '--samples', join(folder, 'took.txt'), '--json'];
    const { code, out, err } = await plan([...samples, ...args], {}, folder);
    const operations: { operation: string; asIs: { running: { mean: number } } }[] =
      code === 0 ? JSON.parse(out).operations : [];
    return {
      code,
      err,
      busy: new Map(operations.map(({ operation, asIs }) => [operation, asIs.running.mean])),
    };
  };

  test('takes numbers, durations and lines of a log, each operation its own', async () => {
    const { code, busy } = await took(
      '# measured on Monday\n50\n\n50ms\n{"event":"acked"}\n{"event":"handler-failed","operation":"onJob","took":9e6}\n' +
        '{"operation":"onMail","took":150}\n{"operation":"onMail","took":150.0}\n',
    );
    expect(code).toBe(0);
    // 2 a second of 50 ms, and of 100 ms on average.
    expect(busy.get('onJob')).toBeCloseTo(0.1, 1);
    expect(busy.get('onMail')).toBeCloseTo(0.2, 1);
  });

  test('leaves out what it has no times of, and says so', async () => {
    const { code, err, busy } = await took('{"operation":"onMail","took":150}');
    expect(code).toBe(0);
    expect([...busy.keys()]).toEqual(['onMail']);
    expect(err).toContain('warning  onJob is left out: there are no samples of it.');
    const alone = await took('{"operation":"onMail","took":150}', ['--operation', 'onJob']);
    expect(alone.code).toBe(2);
    expect(alone.err).toMatch(/FS_OPTION_INVALID {2}--samples .* has no times of onJob\./);
  });

  test('names the lines that it can not read', async () => {
    const { code, err } = await took('50\nfast\n{"took":"slow"}\n{broken');
    expect(code).toBe(2);
    for (const line of [2, 3, 4])
      expect(err).toContain(`took.txt:${line}:1  error  FS_OPTION_INVALID  This line`);
  });

  test('says how to collect them when there are none', async () => {
    const { code, err } = await took('{"event":"subscribed"}\n');
    expect(code).toBe(2);
    expect(err).toContain('worker.on("handler-succeeded"');
  });
});

describe('--chart', () => {
  test('writes an SVG that is whole, with what the document says escaped', async () => {
    const folder = await project();
    const file = join(folder, 'plan.svg');
    const { code, err } = await plan([...LOAD, '--target', 'p95=50ms', '--chart', file], {}, folder);
    expect({ code, err }).toEqual({ code: 0, err: `chart  ${file}\n` });
    const svg = readFileSync(file, 'utf8');
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 760 \d+"/);
    for (const words of [
      'onJob',
      'onMail',
      'waiting time',
      'maxWorkers',
      'overloaded',
      'p95 ≤ 50 ms',
      'prefers-color-scheme:dark',
    ])
      expect(svg).toContain(words);
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    expect(svg.match(/<g\b/g)?.length).toBe(svg.match(/<\/g>/g)?.length);
  });

  test('writes a PNG', async () => {
    const folder = await project();
    const file = join(folder, 'plan.PNG');
    const { code } = await plan(['--operation', 'onJob', ...LOAD, '--chart', file], {}, folder);
    expect(code).toBe(0);
    const png = readFileSync(file);
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect(png.readUInt32BE(16)).toBe(2 * 760);
  });

  test('says when the file can not be written', async () => {
    const { code, err } = await plan(['--operation', 'onJob', ...LOAD, '--chart', '/dev/null/plan.svg']);
    expect(code).toBe(2);
    expect(err).toContain('error  FS_WRITE_FAILED  The chart could not be written: ');
  });
});

describe('what is wrong', () => {
  test('with values is told all at once, each with a hint', async () => {
    const { code, out, err } = await plan(
      '--rate fast --time 5 --processes 0 --for ever --target q95=1s --failures 100% --zipf x --chart a.gif --seed -1'
        .split(' ')
        .map((arg) => (arg === '-1' ? 'minus' : arg)),
    );
    expect({ code, out }).toEqual({ code: 2, out: '' });
    for (const name of ['rate', 'time', 'processes', 'for', 'target', 'failures', 'zipf', 'chart', 'seed'])
      expect(err).toContain(`error  FS_OPTION_INVALID  --${name} `);
    expect(err.match(/hint: /g)).toHaveLength(9);
    expect(err).toContain('hint: Did you mean `p95=1s`?');
    expect(err).toContain('9 errors');
  });

  test.each([
    [['--time', '1s'], '--rate is missing'],
    [['--rate', '5'], '--time or --samples is missing'],
    [['--rate', '0/s', '--time', '1s'], '--rate 0/s is no rate'],
    [['--rate', '5', '--time', '0s'], '--time 0s is no time'],
    [['--rate', '5', '--time', 'p50=1s'], 'has 1 figures where it takes two'],
    [['--rate', '5', '--time', 'p50=1s,p95=1ms'], 'is not in order'],
    [['--rate', '5', '--time', 'p50=1s,p42=2s'], 'says nothing at `p42=2s`'],
    [['--rate', '5', '--time', '1s', '--samples', 'x'], '--time and --samples both say'],
    [['--rate', '5', '--samples', 'nowhere.txt'], '--samples nowhere.txt is not there'],
    [['--rate', '5', '--time', '1s', '--for', '0s'], '--for 0 is no time'],
    [['--rate', '5', '--time', '1s', '--operation', 'onJbo'], 'has no operation `onJbo` that receives'],
    [['--rate', '5', '--time', 'mean=100ms,p95=10s'], 'p95 has to be above the mean, and at most 3.9 times'],
    [['--rate', '10000/s', '--time', '1s', '--for', '1h'], 'messages are more than'],
  ])('%j: %s', async (args, message) => {
    const { code, err } = await plan(args);
    expect(code).toBe(2);
    expect(err).toContain(message);
    expect(err).toContain('hint: ');
  });

  test('with the document', async () => {
    const folder = await project({ 'api.yaml': DOCUMENT.replace('maxWorkers: 3', 'maxWorkers: none') });
    const { code, err } = await plan(LOAD, {}, folder);
    expect(code).toBe(2);
    expect(err).toContain('FS_EXTENSION_VALUE');
  });

  test('with what it receives', async () => {
    const { code, err } = await plan([...LOAD, '--perspective', 'peer', '--operation', 'onJob']);
    expect(code).toBe(2);
    expect(err).toContain('hint: It receives ');
  });
});

describe('the runtime', () => {
  test('is not installed', async () => {
    vi.spyOn(process, 'cwd').mockReturnValue(await folderWith({}));
    const { code, err } = await run([
      'plan',
      join(await folderWith({ 'api.yaml': DOCUMENT }), 'api.yaml'),
      ...LOAD,
    ]);
    vi.restoreAllMocks();
    expect(code).toBe(2);
    expect(err).toContain('error  FS_RUNTIME_MISSING  @fs-gen/runtime is not installed for ');
  });

  test('is one that has no simulation', async () => {
    const folder = await folderWith({ 'api.yaml': DOCUMENT });
    const home = join(folder, 'node_modules/@fs-gen/runtime');
    await mkdir(home, { recursive: true });
    const manifest = { name: '@fs-gen/runtime', version: '0.0.1', exports: { '.': './index.js' } };
    await writeFile(join(home, 'package.json'), JSON.stringify(manifest));
    const { code, err } = await plan(LOAD, {}, folder);
    expect(code).toBe(2);
    expect(err).toMatch(/error {2}FS_RUNTIME_UNFIT {2}.* and has no simulation for it\./);
  });
});
