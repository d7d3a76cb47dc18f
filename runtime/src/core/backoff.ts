/** How long to wait before the next attempt. */
export interface BackoffPolicy {
  readonly backoff: 'exponential' | 'fixed';
  /** Milliseconds before the second attempt. */
  readonly delay: number;
  /** Milliseconds; no wait is longer. */
  readonly maxDelay: number;
  /** Full jitter: a random share of the wait, so that failures which came together don't come back together. */
  readonly jitter: boolean;
}

/**
 * Milliseconds to wait after attempt number `attempt` (from 1) failed.
 *
 * Full jitter as in "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 */
export function backoffDelay(policy: BackoffPolicy, attempt: number, random: () => number): number {
  const factor = policy.backoff === 'exponential' ? 2 ** Math.min(attempt - 1, 52) : 1;
  const ceiling = Math.min(policy.maxDelay, policy.delay * factor);
  return Math.round(policy.jitter ? ceiling * random() : ceiling);
}
