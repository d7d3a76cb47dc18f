import { backoffDelay } from '../core/backoff.js';
import { sleep } from '../core/clock.js';
import { FsError } from '../errors.js';
import { about, type Work } from './work.js';

/** Between tries to reach a broker that is away. Whoever waits does not hear that it is back, so it is not long. */
const RECONNECT = { backoff: 'exponential', delay: 100, maxDelay: 1_000, jitter: true } as const;

/** Milliseconds to wait after the broker failed for the `failures`-th time in a row. */
function retryDelay(failures: number, random: () => number): number {
  // Half of it is certain: with full jitter a first retry could be a busy loop.
  return RECONNECT.delay / 2 + backoffDelay(RECONNECT, failures, random);
}

/** What the broker rejected with, as an error of ours. */
function failureOf(error: unknown): FsError {
  if (error instanceof FsError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new FsError('FS_BROKER_COMMAND', message, { cause: error });
}

/** Tells listeners that the broker failed; gives the milliseconds to wait. */
export function brokerFailed(
  work: Pick<Work, 'subscription' | 'emitter' | 'random'>,
  error: unknown,
  failures: number,
): number {
  const retryIn = retryDelay(failures, work.random);
  work.emitter.emit({ kind: 'broker-failed', ...about(work), error: failureOf(error), retryIn });
  return retryIn;
}

/**
 * Does what has to be done in the broker, however often that takes. `undefined`: given up, because the
 * worker has stopped; the entry stays pending and another process takes it over.
 */
export async function persist<T>(work: Work, write: () => Promise<T>): Promise<T | undefined> {
  for (let failures = 1; ; failures++) {
    try {
      return await write();
    } catch (error) {
      if (work.givenUp.aborted) return undefined;
      // A stop doesn't sit a pause out: it tries once more at once.
      const cut = work.stopping.aborted ? work.givenUp : work.stopping;
      await sleep(work.clock, brokerFailed(work, error, failures), cut);
      if (work.givenUp.aborted) return undefined;
    }
  }
}
