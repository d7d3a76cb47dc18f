import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { StopReport } from '../../runtime/src/events.js';
import type { SuperviseOptions } from '../../runtime/src/processes/index.js';

/** What the service, or one of its processes, has said. */
export interface Said {
  readonly pid?: number;
  readonly number?: number;
  readonly args?: readonly string[];
  readonly environment?: string | null;
  readonly signals?: number;
  readonly kind?: 'ended';
  readonly code?: number;
  /** Of test/processes/job-service.ts. */
  readonly ready?: true;
  readonly done?: number;
  readonly report?: StopReport;
}

export interface Supervised {
  readonly child: ChildProcess;
  readonly said: readonly Said[];
  readonly log: () => string;
  /** Resolves when `count` things were said that fit, and gives them; rejects when the service ends before. */
  until(count: number, fits: (said: Said) => boolean): Promise<readonly Said[]>;
  /** The exit code, when all of its processes are gone: each holds its output open. */
  readonly ended: Promise<number | null>;
}

/** Started in a process group of its own, as a shell would. */
export function startSupervised(
  environment: Record<string, string>,
  options: Omit<SuperviseOptions, 'script' | 'signal' | 'logger'> = {},
): Supervised {
  const script = fileURLToPath(new URL('supervise-service.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, 'an argument'], {
    env: { ...process.env, OPTIONS: JSON.stringify(options), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const killWithUs = () => process.kill(-(child.pid ?? 0), 'SIGKILL');
  process.once('exit', killWithUs);
  const said: Said[] = [];
  let log = '';
  let open = true;
  const watchers = new Set<() => void>();
  const look = () => {
    for (const watcher of watchers) watcher();
  };
  child.stderr.on('data', (text: Buffer) => {
    log += text;
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    said.push(JSON.parse(line));
    look();
  });
  const ended = once(child, 'close').then(([code]) => {
    process.off('exit', killWithUs);
    open = false;
    look();
    return code as number | null;
  });
  return {
    child,
    said,
    log: () => log,
    ended,
    async until(count, fits) {
      for (;;) {
        const found = said.filter(fits);
        if (found.length >= count) return found;
        if (!open) throw new Error(`ended before it was said:\n${JSON.stringify(said)}\n${log}`);
        await new Promise<void>((resolve) => {
          const watcher = () => {
            watchers.delete(watcher);
            resolve();
          };
          watchers.add(watcher);
        });
      }
    },
  };
}
