/** What `fs-gen dead` says when something is in its way: a code, plain words, a hint, and never a password. */
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test, vi } from 'vitest';
import { freePort } from '../../support/redis-server.js';
import { useRedis } from '../../support/shared-redis.js';
import { folderWith, HEAD_V3 } from '../document/workspace.js';
import { documentOf } from './dead-project.js';
import { run } from './run.js';

const redis = useRedis();
const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url));

const DOCUMENT = `${HEAD_V3}channels:
  orders: {address: 'shop.orders', x-fs-retry: {deadLetter: all.dead}}
  invoices: {address: '{tenant}.invoices', parameters: {tenant: {}}}
  returns: {address: '{tenant}.returns', parameters: {tenant: {}}, x-fs-retry: {deadLetter: all.dead}}
  inbox: {address: null}
  noise: {address: noise, x-fs-retry: {deadLetter: false}}
  replies: {address: replies}
operations:
  onOrder: {action: receive, channel: {$ref: '#/channels/orders'}}
  onInvoice: {action: receive, channel: {$ref: '#/channels/invoices'}}
  onReturn: {action: receive, channel: {$ref: '#/channels/returns'}}
  onInbox: {action: receive, channel: {$ref: '#/channels/inbox'}}
  onNoise: {action: receive, channel: {$ref: '#/channels/noise'}}
  reply: {action: send, channel: {$ref: '#/channels/replies'}}
`;

async function project(document = DOCUMENT): Promise<string> {
  const folder = await folderWith({ 'api.yaml': document });
  await symlink(modules, join(folder, 'node_modules'), 'dir');
  return folder;
}

const list = async (...args: readonly string[]) =>
  run(['dead', 'list', join(await project(), 'api.yaml'), '--redis', redis.url, ...args]);

describe('channels', () => {
  test.each([
    { args: ['--channel', 'ordres'], code: 'FS_CHANNEL_UNKNOWN', hint: 'Did you mean `orders`?' },
    { args: ['--channel', 'shop.order'], code: 'FS_CHANNEL_UNKNOWN', hint: 'Did you mean `shop.orders`?' },
    {
      args: ['--channel', 'something'],
      code: 'FS_CHANNEL_UNKNOWN',
      hint: 'It receives on inbox, invoices, ',
    },
    { args: ['--channel', 'replies'], code: 'FS_CHANNEL_UNKNOWN', hint: 'It receives on ' },
    { args: ['--channel', 'invoices'], code: 'FS_OPTION_INVALID', hint: 'Add --param tenant=…' },
    {
      args: ['--channel', 'inbox'],
      code: 'FS_OPTION_INVALID',
      hint: 'Give the key of its stream with --address.',
    },
    { args: ['--param', 'tennant=a'], code: 'FS_OPTION_INVALID', hint: 'Did you mean `tenant`?' },
    { args: ['--channel', 'orders', '--address', 'a'], code: 'FS_OPTION_INVALID', hint: 'Leave it out.' },
  ])('$args', async ({ args, code, hint }) => {
    const result = await list(...args);
    expect(result).toMatchObject({ code: 2, out: '' });
    expect(result.err).toContain(`error  ${code}  `);
    expect(result.err).toContain(`hint: ${hint}`);
  });

  test('those whose stream is not known are left out, unless they are asked for', async () => {
    const { code, err } = await list();
    expect(code).toBe(0);
    expect(err).toBe(
      'warning  Channel inbox is left out: give --address <key> to see it.\n' +
        'warning  Channel invoices is left out: give --param tenant=… to see it.\n',
    );
    expect(await list('--param', 'tenant=a', '--address', 'in')).toMatchObject({ code: 0, err: '' });
  });

  test('one without dead letters is no error', async () => {
    const { code, out, err } = await list('--channel', 'noise');
    expect({ code, out }).toEqual({ code: 0, out: '✔ No dead letters.\n' });
    expect(err).toBe('warning  None of the channels keeps dead letters.\n');
  });
});

describe('values', () => {
  test.each([
    { args: ['--since', 'yesterday'], hint: 'Write how long ago' },
    { args: ['--limit', '0'], hint: 'Write a whole number' },
    { args: ['--param', 'tenant'], hint: 'Write --param name=value.' },
    { args: ['--id', 'abc'], hint: 'An id looks like' },
    { args: ['--redis', 'redis.internal:6379/s3cret'], hint: 'It looks like redis://' },
    { args: ['--redis', 'redis+cluster://:s3cret@a:1/2'], hint: 'It looks like redis://' },
  ])('$args', async ({ args, hint }) => {
    const result = await list(...args);
    expect(result).toMatchObject({ code: 2, out: '' });
    expect(result.err).toContain('error  FS_OPTION_INVALID  ');
    expect(result.err).toContain(`hint: ${hint}`);
    expect(result.err).not.toContain('s3cret');
  });

  test('a command that does not exist, and none at all', async () => {
    expect(await run(['dead', 'lisst', 'api.yaml'])).toMatchObject({ code: 2, out: '' });
    const { code, err } = await run(['dead']);
    expect(code).toBe(2);
    expect(err).toContain('discard [options] <document> [id...]');
    expect((await run(['dead', 'replay', '--help'])).out).toContain('--dry-run');
  });

  test('an option of the other commands is not taken for one of these', async () => {
    const { code, err } = await list('--check');
    expect(code).toBe(2);
    expect(err).toContain("unknown option '--check'\n(fs-gen dead list --help lists the options)");
  });

  test('an id that is not there', async () => {
    const folder = await project();
    const { code, err } = await run(['dead', 'show', join(folder, 'api.yaml'), '1-1', '--redis', redis.url]);
    expect(code).toBe(2);
    expect(err).toContain('error  FS_DEAD_LETTER_UNKNOWN  There is no dead letter 1-1.\n');
  });

  test('a wrong document is shown with its errors, and nothing is said about writing', async () => {
    const folder = await project(DOCUMENT.replace('deadLetter: false', 'deadLetter: 5'));
    const { code, err } = await run(['dead', 'list', join(folder, 'api.yaml'), '--redis', redis.url]);
    expect(code).toBe(2);
    expect(err).toMatch(/api\.yaml:\d+:\d+ {2}error {2}FS_EXTENSION_VALUE/);
    expect(err).toMatch(/\n1 error\n$/);
  });
});

describe('Redis', () => {
  test('is not there', async () => {
    const { code, out, err } = await list('--redis', `redis://me:s3cret@127.0.0.1:${await freePort()}`);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('error  FS_BROKER_UNREACHABLE  Redis at redis://127.0.0.1:');
    expect(err).toContain(
      'hint: Is Redis running there? Set REDIS_URL, or give --redis redis://host:port.\n',
    );
    expect(err).not.toMatch(/s3cret|\n {2,}at /);
  });

  test('lets nobody in without the right password', async () => {
    const { code, err } = await list('--redis', redis.url.replace('//', '//me:s3cret@'));
    expect(code).toBe(2);
    expect(err).toContain('error  FS_BROKER_AUTH  ');
    expect(err).not.toContain('s3cret');
  });

  test('is where REDIS_URL says', async () => {
    const folder = await project();
    const env = { REDIS_URL: `redis://127.0.0.1:${await freePort()}` };
    expect((await run(['dead', 'list', join(folder, 'api.yaml')], { env })).err).toContain(env.REDIS_URL);
  });
});

describe('the runtime', () => {
  const listIn = (folder: string) => run(['dead', 'list', join(folder, 'api.yaml'), '--redis', redis.url]);
  const installed = async (files: Readonly<Record<string, string>>) => {
    const folder = await folderWith({ 'api.yaml': documentOf('jobs') });
    const at = join(folder, 'node_modules/@fs-gen/runtime');
    await mkdir(at, { recursive: true });
    for (const [name, text] of Object.entries(files)) await writeFile(join(at, name), text);
    return folder;
  };
  const manifest = (exports: object) =>
    JSON.stringify({ name: '@fs-gen/runtime', version: '0.0.1', type: 'module', exports });

  test('is not installed', async () => {
    vi.spyOn(process, 'cwd').mockReturnValue(await folderWith({}));
    const { code, err } = await listIn(await folderWith({ 'api.yaml': documentOf('jobs') }));
    vi.restoreAllMocks();
    expect(code).toBe(2);
    expect(err).toContain('error  FS_RUNTIME_MISSING  @fs-gen/runtime is not installed for ');
    expect(err).toContain('hint: Run `npm install @fs-gen/runtime ioredis zod` in the project');
  });

  test('is too old', async () => {
    const { code, err } = await listIn(
      await installed({ 'package.json': manifest({ '.': './index.js' }), 'index.js': '' }),
    );
    expect(code).toBe(2);
    expect(err).toContain('error  FS_RUNTIME_UNFIT  ');
  });

  test('is too new', async () => {
    const files = {
      'package.json': manifest({ './operate': './operate.js' }),
      'operate.js': 'export const operateVersion = 99;',
    };
    expect((await listIn(await installed(files))).err).toContain('error  FS_RUNTIME_UNFIT  ');
  });

  test('lacks a peer', async () => {
    const files = {
      'package.json': manifest({ './operate': './operate.js' }),
      'operate.js': "import 'ioredis-of-nobody';",
    };
    const { code, err } = await listIn(await installed(files));
    expect(code).toBe(2);
    expect(err).toContain('lacks its peer ioredis-of-nobody.');
    expect(err).toContain('npm install @fs-gen/runtime ioredis zod');
  });
});
