import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WorkerConfig } from './contract.js';

const SCRIPT = fileURLToPath(new URL('worker-process.ts', import.meta.url));

export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** One worker process. */
export class Member {
  readonly pid: number;
  /** Resolves when it reads. */
  readonly ready: Promise<void>;
  readonly ended: Promise<Ending>;
  isReady = false;
  hasEnded = false;
  /** Whether we have told it to end. */
  dismissed = false;
  readonly #child: ChildProcess;

  constructor(child: ChildProcess) {
    this.#child = child;
    this.pid = child.pid ?? 0;
    this.ended = once(child, 'exit').then(([code, signal]) => {
      this.hasEnded = true;
      return { code, signal };
    });
    this.ready = new Promise((resolve) => {
      child.on('message', () => {
        this.isReady = true;
        resolve();
      });
    });
  }

  /** Sends a signal that ends it, and gives how it ended. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<Ending> {
    this.dismissed = true;
    this.#child.kill(signal);
    return this.ended;
  }

  /** SIGSTOP: it stands still, with its connections open. */
  freeze(): void {
    this.#child.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child.kill('SIGCONT');
  }
}

/** The worker processes of a run. */
export class Crew {
  readonly #config: WorkerConfig;
  readonly #log: string;
  readonly #members = new Set<Member>();
  readonly #killAll = () => {
    for (const member of this.#members) void member.end('SIGKILL');
  };
  /** Processes that ended without having been told to. */
  crashed = 0;
  /** All that were ever started. */
  hired = 0;

  constructor(config: WorkerConfig, folder: string) {
    this.#config = config;
    this.#log = join(folder, 'workers.log');
    process.once('exit', this.#killAll);
  }

  /** Those that run, in the order of their start. */
  get members(): readonly Member[] {
    return [...this.#members];
  }

  /** Those that read. */
  get working(): readonly Member[] {
    return this.members.filter(({ isReady, dismissed }) => isReady && !dismissed);
  }

  /** Starts one more. */
  hire(changes: Partial<WorkerConfig> = {}): Member {
    const log = openSync(this.#log, 'a');
    const child = spawn(process.execPath, ['--import', 'tsx', SCRIPT], {
      env: { ...process.env, CHAOS_WORKER: JSON.stringify({ ...this.#config, ...changes }) },
      stdio: ['ignore', log, log, 'ipc'],
    });
    closeSync(log);
    const member = new Member(child);
    this.#members.add(member);
    this.hired += 1;
    void member.ended.then(() => {
      this.#members.delete(member);
      if (!member.dismissed) this.crashed += 1;
    });
    return member;
  }

  /** Starts so many and waits until they read. */
  async hireReady(count: number, changes: Partial<WorkerConfig> = {}): Promise<readonly Member[]> {
    const members = Array.from({ length: count }, () => this.hire(changes));
    await Promise.all(members.map(({ ready, ended }) => Promise.race([ready, ended.then(endedEarly)])));
    return members;
  }

  /** Ends all in order; those that don't end in time are killed. */
  async dismiss(graceMs: number): Promise<void> {
    const timer = setTimeout(this.#killAll, graceMs);
    for (const member of this.#members) member.thaw();
    await Promise.all(this.members.map((member) => member.end('SIGTERM')));
    clearTimeout(timer);
    process.off('exit', this.#killAll);
  }
}

function endedEarly({ code, signal }: Ending): never {
  throw new Error(`a worker process ended before it was ready: ${signal ?? `exit code ${code}`}`);
}
