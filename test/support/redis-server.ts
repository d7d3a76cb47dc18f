/** Real redis-server processes for tests: private ports, temporary folders, and none that outlives its test. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface RedisServerOptions {
  /** Further arguments of redis-server, e.g. `['--appendonly', 'yes']`. Nothing is kept on disk by default. */
  readonly args?: readonly string[];
  /** Default: one that is free. */
  readonly port?: number;
  /** Runs as a Sentinel; these are the lines of its configuration, e.g. `sentinel monitor …`. */
  readonly sentinel?: readonly string[];
}

/** `REDIS_SERVER` names another, e.g. to see whether all is well with a newer one. */
const PROGRAMS = [process.env.REDIS_SERVER ?? 'redis-server', 'valkey-server'];
const START_ATTEMPTS = 5;
const PORT_ATTEMPTS = 100;
const FIRST_PORT = 10_000;
/** On Linux; elsewhere they begin later. */
const FIRST_OUTGOING_PORT = 32_768;
const READY = /eady to accept connections|Sentinel ID is/;

/**
 * The server runs below a shell that waits for it. Beside it, a second shell reads from standard input: when
 * this process ends, however it ends, that is closed, and the server is killed and its folder removed.
 */
const GUARDED = `
folder=$1; shift
exec 3<&0
"$@" 3<&- </dev/null 2>&1 &
server=$!
echo "pid $server"
(read -r _ <&3; trap "" TERM; kill -9 $server; rm -rf "$folder") >/dev/null &
guard=$!
wait $server
status=$?
kill $guard
exit $status`;

/**
 * Starts a redis-server (or valkey-server) and waits until it accepts connections.
 *
 *     await using redis = await startRedis();
 */
export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'fs-gen-redis-'));
  for (let attempt = 1; ; attempt++) {
    const port = options.port ?? (await freePort());
    const server = new RedisServer(folder, port, options);
    try {
      await server.start();
      return server;
    } catch (error) {
      // Somebody else may have taken the port between our look and the start.
      if (options.port === undefined && attempt < START_ATTEMPTS) continue;
      await server.stop();
      throw error;
    }
  }
}

/** What comes before all other arguments. A Sentinel wants a file of its own, which it changes. */
function kindOf({ sentinel }: RedisServerOptions, folder: string): readonly string[] {
  if (sentinel === undefined) return ['--save', '', '--appendonly', 'no'];
  const path = join(folder, 'sentinel.conf');
  writeFileSync(path, `${sentinel.join('\n')}\n`);
  return [path, '--sentinel'];
}

export class RedisServer implements AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** Where it keeps its files, across restarts. */
  readonly folder: string;
  readonly #kind: readonly string[];
  readonly #args: readonly string[];
  #shell: ChildProcess | undefined;
  #pid: number | undefined;

  constructor(folder: string, port: number, options: RedisServerOptions) {
    this.folder = folder;
    this.port = port;
    this.url = `redis://127.0.0.1:${port}`;
    this.#kind = kindOf(options, folder);
    this.#args = options.args ?? [];
  }

  /** Starts it again after `kill()`, on the same port, with the files that it left. */
  async start(): Promise<void> {
    const args = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', this.folder];
    const command = [redisProgram(), ...this.#kind, ...args, '--loglevel', 'notice', ...this.#args];
    const shell = spawn('/bin/sh', ['-c', GUARDED, 'sh', this.folder, ...command], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    this.#shell = shell;
    // From then on the number may be somebody else's.
    shell.once('exit', () => {
      this.#pid = undefined;
    });
    const log: string[] = [];
    const lines = createInterface({ input: shell.stdout });
    await new Promise<void>((resolve, reject) => {
      shell.once('error', reject);
      shell.once('exit', () => reject(new Error(`redis-server ended at once:\n${log.join('\n')}`)));
      lines.on('line', (line) => {
        log.push(line);
        if (line.startsWith('pid ')) this.#pid = Number(line.slice('pid '.length));
        if (READY.test(line)) resolve();
      });
    });
    lines.removeAllListeners('line').on('line', () => undefined);
  }

  /** Ends it and removes its files. Safe to call again. */
  async stop(): Promise<void> {
    // No SIGTERM: a stopped process takes none, and one that writes its first append-only file refuses it.
    await this.kill('SIGKILL');
    // A child of the server, busy with a first copy for a replica, may write for a moment longer than the server lives.
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 20 });
  }

  /** Sends a signal and waits for the end. Its files stay. */
  async kill(signal: 'SIGTERM' | 'SIGKILL' = 'SIGKILL'): Promise<void> {
    const shell = this.#shell;
    if (shell === undefined) return;
    this.#shell = undefined;
    if (shell.exitCode !== null || shell.signalCode !== null) return;
    const ended = once(shell, 'exit');
    this.#signal(signal);
    await ended;
  }

  /** Freezes it: connections stay open, nothing is answered. */
  pause(): void {
    this.#signal('SIGSTOP');
  }

  /** Ends `pause()`. */
  resume(): void {
    this.#signal('SIGCONT');
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#pid === undefined) return;
    try {
      process.kill(this.#pid, signal);
    } catch (error) {
      // It has just ended by itself, and we haven't heard of it yet.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }
}

let program: string | undefined;

function redisProgram(): string {
  program ??= PROGRAMS.find((name) => {
    try {
      execFileSync(name, ['--version'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
  if (program === undefined) {
    throw new Error('Tests need redis-server or valkey-server in PATH; run `node scripts/ensure-redis.mjs`');
  }
  return program;
}

/**
 * A port that nobody listens on at this moment. It is none of those from which systems take one for each outgoing
 * connection: such a connection could have it when a server that was killed comes back, and a client that tries again
 * and again to reach a server that is away could be connected to itself.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 1; attempt <= PORT_ATTEMPTS; attempt++) {
    const port = randomInt(FIRST_PORT, FIRST_OUTGOING_PORT);
    if (await isFree(port)) return port;
  }
  throw new Error('no port was free');
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer().listen(port, '127.0.0.1');
  const free = await new Promise<boolean>((resolve) => {
    probe.once('listening', () => resolve(true)).once('error', () => resolve(false));
  });
  if (!free) return false;
  probe.close();
  await once(probe, 'close');
  return true;
}
