import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { StopReport } from '../../runtime/src/events.js';

/** What a service has said. */
export interface Said {
  readonly ready?: true;
  readonly started?: number;
  readonly done?: number;
  readonly report?: StopReport;
  /** `performance.now()` of this process when it was heard. */
  readonly at: number;
}

export interface Service {
  readonly child: ChildProcess;
  readonly said: readonly Said[];
  readonly log: () => string;
  /** Resolves with the first thing said that fits, past or future. */
  until(fits: (said: Said) => boolean): Promise<Said>;
  /** Sends a signal and resolves with the exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

export function startService(environment: Record<string, string>): Service {
  const script = fileURLToPath(new URL('job-service.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const killWithUs = () => child.kill('SIGKILL');
  process.once('exit', killWithUs);
  const exited = once(child, 'close');
  const said: Said[] = [];
  let log = '';
  const watchers = new Set<() => void>();
  child.stderr.on('data', (text: Buffer) => {
    log += text;
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    said.push({ ...JSON.parse(line), at: performance.now() });
    for (const watcher of watchers) watcher();
  });
  return {
    child,
    said,
    log: () => log,
    async until(fits) {
      for (;;) {
        const found = said.find(fits);
        if (found !== undefined) return found;
        await new Promise<void>((resolve) => {
          const watcher = () => {
            watchers.delete(watcher);
            resolve();
          };
          watchers.add(watcher);
        });
      }
    },
    async end(signal) {
      child.kill(signal);
      const [code] = await exited;
      process.off('exit', killWithUs);
      return code;
    },
  };
}
