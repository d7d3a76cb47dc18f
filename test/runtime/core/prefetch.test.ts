import { describe, expect, it } from 'vitest';
import { autoPrefetch, fixedPrefetch, MAX_PREFETCH } from '../../../runtime/src/core/prefetch.js';

function measured(handlerMs: number, readMs: number, ackMs: number) {
  const prefetch = autoPrefetch();
  prefetch.handled(handlerMs);
  prefetch.readTook(readMs);
  prefetch.ackTook(ackMs);
  return prefetch;
}

describe('prefetch', () => {
  it('holds nothing before the first handler has ended', () => {
    expect(autoPrefetch().size(100)).toBe(0);
  });

  it('holds nothing that another process could run when the handler is slow', () => {
    expect(measured(1_000, 0.3, 0.2).size(5)).toBe(0);
    expect(measured(1_000, 0.3, 0.2).size(1_000)).toBe(0);
  });

  it('covers the round trip when the handler is fast', () => {
    const size = measured(20, 0.3, 0.2).size(100);
    expect(size).toBeGreaterThanOrEqual(100 * (0.5 / 20));
    expect(size).toBeLessThanOrEqual(20);
  });

  it('is never above its bound, even for a handler that takes no time', () => {
    expect(measured(0, 5, 5).size(1_000)).toBe(MAX_PREFETCH);
  });

  it('grows with the round trip', () => {
    expect(measured(20, 40, 10).size(10)).toBeGreaterThan(measured(20, 1, 1).size(10));
  });

  it('can be fixed, down to strict', () => {
    expect(fixedPrefetch(0).size(10)).toBe(0);
    expect(fixedPrefetch(7).size(1)).toBe(7);
  });
});
