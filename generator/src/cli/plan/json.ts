import type { Result } from './runtime.js';
import type { Planned } from './words.js';

/** What `--json` prints; times in milliseconds, rates in messages a second. */
export function planJson(planned: readonly Planned[]): object {
  return {
    format: 1,
    operations: planned.map(({ operation, target, exploration }) => ({
      operation,
      maxWorkers: exploration.limit ?? null,
      asIs: resultJson(exploration.asIs),
      target: target ?? null,
      answer: exploration.answer ?? null,
      curve: exploration.curve.map(({ limit, result }) => ({ maxWorkers: limit, ...resultJson(result) })),
    })),
  };
}

function resultJson({ operation: _, overload, ...result }: Result): object {
  return { ...result, overload: overload === undefined ? null : { ...overload, by: overload.by ?? null } };
}
