import { fork } from 'node:child_process';
import { systemClock } from '../core/clock.js';
import { childEnvironment, type StopMessage } from './child-link.js';

export interface ChildOptions {
  readonly script: string | URL;
  readonly args: readonly string[];
  /** Milliseconds after it was told to end when it is killed. */
  readonly killAfter: number;
}

export interface Child {
  /** Tells it how often it has been told to end by now. */
  tell(times: number): void;
  kill(): void;
  /** Never rejects. */
  readonly ended: Promise<Ending>;
}

/** How a process has ended. */
export interface Ending {
  readonly pid: number | undefined;
  /** `null`: by a signal, or it never started. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Milliseconds. */
  readonly lived: number;
  /** The same for people: `exited with code 1`. */
  readonly how: string;
}

export function startChild(number: number, { script, args, killAfter }: ChildOptions): Child {
  const startedAt = systemClock.now();
  const child = fork(script, args, {
    execArgv: [...process.execArgv, '--import', new URL('./child.js', import.meta.url).href],
    env: { ...process.env, ...childEnvironment({ number, killAfter }) },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const { pid } = child;
  const ended = new Promise<Ending>((resolve) => {
    const end = (code: number | null, signal: NodeJS.Signals | null, how: string) =>
      resolve({ pid, code, signal, lived: systemClock.now() - startedAt, how });
    child.once('exit', (code, signal) => {
      end(code, signal, signal === null ? `exited with code ${code}` : `was ended by ${signal}`);
    });
    child.on('error', (error) => {
      if (pid === undefined) end(null, null, `could not be started (${error.message})`);
    });
  });
  return {
    ended,
    tell(times) {
      const message: StopMessage = { fsStop: times };
      // One that has gone meanwhile needs no telling.
      if (child.connected) child.send(message, () => {});
    },
    kill: () => void child.kill('SIGKILL'),
  };
}
