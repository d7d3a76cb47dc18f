import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Broker } from '@fs-gen/runtime';
import { connect, memory } from '@fs-gen/runtime';

export interface DemoBroker {
  readonly broker: Broker;
  /** Which one it is, and why, in a sentence. */
  readonly story: string;
  close(): Promise<void>;
}

/** `REDIS_URL` if it is set, else a private server of this machine, else none but the process itself. */
export async function openBroker(): Promise<DemoBroker> {
  const url = process.env.REDIS_URL;
  if (url !== undefined && url !== '') {
    const broker = connect(url);
    return { broker, story: `Redis at ${broker.location}, from REDIS_URL`, close: () => broker.close() };
  }
  const program = ['redis-server', 'valkey-server'].find(
    (name) => spawnSync(name, ['--version']).status === 0,
  );
  if (program !== undefined) return privateServer(program);
  const broker = memory();
  return {
    broker,
    story: 'the in-process broker: no redis-server or valkey-server in PATH, and REDIS_URL is not set',
    close: () => broker.close(),
  };
}

async function privateServer(program: string): Promise<DemoBroker> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'fs-gen-demo-'));
  const args = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    folder,
  ];
  const server = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const stop = () => server.kill();
  process.once('exit', stop);
  await ready(server);
  const broker = connect(`redis://127.0.0.1:${port}`);
  return {
    broker,
    story: `a private ${program} on port ${port}`,
    async close() {
      await broker.close();
      process.off('exit', stop);
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function ready(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('exit', (code) => reject(new Error(`the private server ended with code ${code}`)));
    server.stdout?.on('data', (text: Buffer) => {
      if (text.includes('Ready to accept connections')) resolve();
    });
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
