import { type BackoffPolicy, backoffDelay } from '../core/backoff.js';
import { sleep, systemClock } from '../core/clock.js';
import type { Logger } from '../types.js';
import { type Child, type ChildOptions, type Ending, startChild } from './start-child.js';

export interface SupervisorOptions extends ChildOptions {
  readonly processes: number;
  readonly restart: BackoffPolicy;
  /** How often in a row one that was never healthy may fail. */
  readonly tries: number;
  /** Milliseconds after which a process counts as started. */
  readonly healthy: number;
  readonly logger: Logger;
}

/** Keeps processes running until all have ended, by themselves or because they were told to. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #children = new Set<Child>();
  readonly #stopping = new AbortController();
  /** How often they have been told to end. */
  #told = 0;
  #code = 0;
  #cancelKill: () => void = () => {};

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  /** Resolves with the exit code that tells how it went, when no process is left. */
  async run(): Promise<number> {
    const { processes, logger } = this.#options;
    logger.info({ processes }, `starting ${processes} processes`);
    await Promise.all(Array.from({ length: processes }, (_, i) => this.#keep(i + 1)));
    this.#cancelKill();
    return this.#code;
  }

  /** Tells all to end; those that haven't after `killAfter` milliseconds are killed. */
  stop(reason: string): void {
    if (this.#told > 0) return;
    const { killAfter, logger } = this.#options;
    logger.info({ reason, processes: this.#children.size }, 'stopping: waiting for the processes to drain');
    this.#stopping.abort();
    this.#tell(1, killAfter);
  }

  /** Tells them once more, and leaves them `ms` milliseconds from now. */
  hurry(ms: number): void {
    this.#tell(2, ms);
  }

  #tell(times: number, killAfter: number): void {
    this.#told = times;
    for (const child of this.#children) child.tell(times);
    this.#cancelKill();
    this.#cancelKill = systemClock.after(killAfter, () => {
      for (const child of this.#children) child.kill();
    });
  }

  async #keep(number: number): Promise<void> {
    const { healthy, restart, tries, logger } = this.#options;
    let wasHealthy = false;
    let crashes = 0;
    while (!this.#stopping.signal.aborted) {
      const ending = await this.#untilEnd(number);
      if (this.#stopping.signal.aborted) return this.#drained(number, ending);
      const about = { process: number, pid: ending.pid };
      if (ending.code === 0) return logger.info(about, `process ${number} has ended by itself`);
      if (ending.lived >= healthy) {
        wasHealthy = true;
        crashes = 0;
      }
      crashes += 1;
      if (!wasHealthy && ending.code !== null && crashes >= tries) return this.#giveUp(number, ending.code);
      const delay = backoffDelay(restart, crashes, Math.random);
      logger.warn({ ...about, restartIn: delay }, `process ${number} ${ending.how}, and is started again`);
      await sleep(systemClock, delay, this.#stopping.signal);
    }
  }

  async #untilEnd(number: number): Promise<Ending> {
    const child = startChild(number, this.#options);
    this.#children.add(child);
    const ending = await child.ended;
    this.#children.delete(child);
    return ending;
  }

  /** How a process that was told to end has ended. Before it listens, it dies of the signal. */
  #drained(number: number, { pid, code, signal, how }: Ending): void {
    if (code === 0 || signal === 'SIGTERM' || signal === 'SIGINT') return;
    if (this.#code === 0) this.#code = 1;
    this.#options.logger.error({ process: number, pid }, `process ${number} ${how} instead of ending well`);
  }

  #giveUp(number: number, code: number): void {
    if (this.#code === 0) this.#code = code;
    const { tries, healthy, logger } = this.#options;
    const hint = 'What it has written before says why; run the script alone to see it.';
    const often = `${tries} times in a row within ${healthy} ms`;
    logger.error({ code, hint }, `process ${number} can't start: it exited with code ${code}, ${often}`);
    this.stop(`process ${number} can't start`);
  }
}
