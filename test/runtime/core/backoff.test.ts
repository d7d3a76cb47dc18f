import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffDelay } from '../../../runtime/src/core/backoff.js';

const policy = { backoff: 'exponential', delay: 200, maxDelay: 30_000, jitter: false } as const;

describe('backoffDelay', () => {
  it.each([
    [1, 200],
    [2, 400],
    [3, 800],
    [8, 25_600],
    [9, 30_000],
    [5_000, 30_000],
  ])('doubles up to the cap: after attempt %i, %i ms', (attempt, delay) => {
    expect(backoffDelay(policy, attempt, Math.random)).toBe(delay);
  });

  it('stays the same when fixed', () => {
    expect(backoffDelay({ ...policy, backoff: 'fixed' }, 7, Math.random)).toBe(200);
  });

  it('spreads over the whole wait with jitter', () => {
    expect(backoffDelay({ ...policy, jitter: true }, 2, () => 0)).toBe(0);
    expect(backoffDelay({ ...policy, jitter: true }, 2, () => 0.5)).toBe(200);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (n, r) => {
          const delay = backoffDelay({ ...policy, jitter: true }, n, () => r);
          expect(delay).toBeGreaterThanOrEqual(0);
          expect(delay).toBeLessThanOrEqual(backoffDelay(policy, n, () => r));
        },
      ),
    );
  });
});
