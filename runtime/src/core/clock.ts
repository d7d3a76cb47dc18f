import type { Clock } from '../types.js';

/** The machine's monotonic clock. Its timers don't keep the process alive. */
export const systemClock: Clock = {
  now: () => performance.now(),
  time: () => Date.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
  nextTurn: (callback) => void setImmediate(callback),
};

/** Now, as ISO 8601 in UTC. */
export function timestamp(clock: Clock): string {
  return new Date(clock.time()).toISOString();
}

/** Resolves after `ms`, or at once when `signal` is or becomes aborted; never rejects. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const finish = () => {
      cancel();
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const cancel = clock.after(ms, finish);
    signal?.addEventListener('abort', finish, { once: true });
  });
}
