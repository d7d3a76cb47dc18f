/** The servers that tests stand on: they come back after a kill, and none outlives its test. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { expect, test, vi } from 'vitest';
import { eventually } from './eventually.js';
import { type RedisServer, startRedis } from './redis-server.js';

async function ping(url: string): Promise<string> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await client.ping();
  } catch {
    return 'nobody there';
  } finally {
    client.disconnect();
  }
}

async function write(server: RedisServer, key: string): Promise<void> {
  const client = new Redis(server.url);
  await client.set(key, '1');
  client.disconnect();
}

async function read(server: RedisServer, key: string): Promise<string | null> {
  const client = new Redis(server.url);
  const value = await client.get(key);
  client.disconnect();
  return value;
}

test('a server is ready when it is given, and gone with its files when it is stopped', async () => {
  const server = await startRedis();
  expect(await ping(server.url)).toBe('PONG');
  await server.stop();
  await server.stop();
  expect(await ping(server.url)).toBe('nobody there');
  expect(existsSync(server.folder)).toBe(false);
});

test('killed and started again, it has the port and the files that it had', async () => {
  await using server = await startRedis({ args: ['--appendonly', 'yes', '--appendfsync', 'always'] });
  await write(server, 'kept');
  await server.kill();
  expect(await ping(server.url)).toBe('nobody there');
  await server.start();
  expect(await read(server, 'kept')).toBe('1');
});

test('paused, it answers nothing and forgets nothing; it can be stopped then too', async () => {
  const server = await startRedis();
  const client = new Redis(server.url);
  await client.ping();
  server.pause();
  let answered = false;
  const answer = client.set('late', '1').then(() => {
    answered = true;
  });
  await expect(eventually(() => (answered ? true : undefined), 'an answer', 100)).rejects.toThrow(
    /not within/,
  );
  server.resume();
  await answer;
  client.disconnect();
  server.pause();
  await server.stop();
  expect(await ping(server.url)).toBe('nobody there');
});

test('no server has a port that an outgoing connection may be given while it is away', async () => {
  await using server = await startRedis();
  const range = await readFile('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').catch(() => '32768');
  expect(server.port).toBeLessThan(Number.parseInt(range, 10));
});

test('arguments that the server refuses are told, not waited for, and leave nothing behind', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'fs-gen-'));
  vi.stubEnv('TMPDIR', folder);
  try {
    await expect(startRedis({ args: ['--no-such-option', '1'] })).rejects.toThrow(/no-such-option/);
    expect(await readdir(folder)).toEqual([]);
  } finally {
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  }
});

test('a process that dies without a word takes its server along', async () => {
  const module = fileURLToPath(new URL('./redis-server.ts', import.meta.url));
  const program = `
    import { startRedis } from ${JSON.stringify(module)};
    const { url, folder } = await startRedis();
    process.stdout.write(JSON.stringify({ url, folder }), () => process.kill(process.pid, 'SIGKILL'));`;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', program];
  const { stdout } = await promisify(execFile)(process.execPath, args).catch((dead) => dead);
  const { url, folder } = JSON.parse(stdout);
  await eventually(
    async () => ((await ping(url)) === 'nobody there' ? true : undefined),
    'the server is gone',
  );
  await eventually(() => (existsSync(folder) ? undefined : true), 'its files are gone');
});
