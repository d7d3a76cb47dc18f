/** One process per core, started again after a crash, drained together. */
import { availableParallelism } from 'node:os';
import { untilSignal } from '../engine/signals.js';
import { FsError } from '../errors.js';
import { createLogger } from '../telemetry/logger.js';
import type { Logger } from '../types.js';
import { ownFacts } from './child-link.js';
import { Supervisor } from './supervisor.js';

export interface SuperviseOptions {
  /** Default: `os.availableParallelism()`. */
  readonly processes?: number;
  /**
   * What each of them runs. Default: what this process runs, in which `supervise()` then returns at once and says
   * that it is a child.
   */
  readonly script?: string | URL;
  /** Arguments of each. Default: those of this process. */
  readonly args?: readonly string[];
  /**
   * Milliseconds that they get to end when this process is told to; the worker's own grace, or more. Five seconds
   * later what is left is killed. Default 20,000.
   */
  readonly grace?: number;
  readonly restart?: RestartOptions;
  /** Milliseconds after which a process counts as started: its next crash is its first again. Default 10,000. */
  readonly healthy?: number;
  /** Default: SIGINT and SIGTERM. */
  readonly signals?: readonly NodeJS.Signals[];
  /** Stops as a signal would. */
  readonly signal?: AbortSignal;
  /** Default: `createLogger()`. */
  readonly logger?: Logger;
}

export interface RestartOptions {
  /** Milliseconds before the first restart after a crash; twice as long after each further one. Default 1,000. */
  readonly delay?: number;
  /** Milliseconds; no wait is longer. Default 30,000. */
  readonly maxDelay?: number;
  /** How often in a row a process that was never healthy may fail before all are ended. Default 5. */
  readonly tries?: number;
}

export type Supervision =
  /** This process is one of those that were started; `number` counts them from 1, and stays the same after a restart. */
  | { readonly kind: 'child'; readonly number: number }
  /** All of them have ended; `code` has become this process's exit code. */
  | { readonly kind: 'ended'; readonly code: number };

/** Milliseconds between the end of the grace and SIGKILL: the children's last words. */
const SLACK = 5_000;

/**
 * Starts processes and looks after them, until this one is told to end or all have ended by themselves.
 *
 *     const { kind } = await supervise();
 *     if (kind === 'child') await createWorker({ handlers }).run();
 *
 * - Told to end, it has all of them drain and waits for that; told again, it hurries them.
 * - A process that crashes (any end but exit code 0) is started again, after a growing pause.
 * - One that never was healthy and fails `tries` times in a row won't start at all: all are ended, with its exit code.
 * - They drain too when this process dies without a word.
 *
 * The exit code is 0 if all have ended with 0; 1 if one of them failed or had to be killed.
 *
 * @throws FsError `FS_POLICY_INVALID`: an option is out of range
 */
export async function supervise(options: SuperviseOptions = {}): Promise<Supervision> {
  const child = ownFacts();
  if (child !== undefined && options.script === undefined) return { kind: 'child', number: child.number };
  const { processes = availableParallelism(), grace = 20_000, healthy = 10_000 } = options;
  const { delay = 1_000, maxDelay = 30_000, tries = 5 } = options.restart ?? {};
  refuseBad({ processes, tries }, (n) => Number.isInteger(n) && n > 0, 'a whole number above 0');
  refuseBad({ grace, healthy, delay, maxDelay }, (ms) => ms >= 0 && ms <= LONGEST, 'a time in milliseconds');
  const supervisor = new Supervisor({
    processes,
    script: options.script ?? process.argv[1] ?? '',
    args: options.args ?? process.argv.slice(2),
    restart: { backoff: 'exponential', delay, maxDelay, jitter: false },
    killAfter: grace + SLACK,
    tries,
    healthy,
    logger: options.logger ?? createLogger(),
  });
  const told = untilSignal(options.signals ?? ['SIGINT', 'SIGTERM'], options.signal);
  try {
    void told.first.then((reason) => supervisor.stop(reason));
    void told.second.then(() => supervisor.hurry(SLACK));
    const code = await supervisor.run();
    process.exitCode = code;
    return { kind: 'ended', code };
  } finally {
    told.dispose();
  }
}

/** A timer of Node holds no more milliseconds. */
const LONGEST = 2 ** 31 - 1 - SLACK;

function refuseBad(given: Record<string, number>, fits: (n: number) => boolean, what: string): void {
  for (const [name, value] of Object.entries(given)) {
    if (fits(value)) continue;
    const hint = `Correct the option \`${name}\` of supervise.`;
    throw new FsError('FS_POLICY_INVALID', `supervise: ${name} is ${what}, not ${value}`, { hint });
  }
}
