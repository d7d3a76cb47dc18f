/** What operators read of owners, limits and pauses. */
import { expect, test } from 'vitest';
import type { EngineEvent } from '../../../runtime/src/events.js';
import { logEvents } from '../../../runtime/src/telemetry/event-log.js';
import type { Logger } from '../../../runtime/src/types.js';

const ABOUT = { operation: 'onJob', stream: 'jobs' } as const;

/** The lines that an event makes. */
function linesOf(event: EngineEvent): string[] {
  const lines: string[] = [];
  const write = (level: string) => (_: object | string, message?: string) =>
    void lines.push(`${level}: ${message}`);
  const logger: Logger = {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: () => logger,
  };
  logEvents((kinds, listener) => {
    if (kinds.includes(event.kind)) listener(event);
    return () => {};
  }, logger);
  return lines;
}

test.each<[EngineEvent, string]>([
  [{ kind: 'owned', ...ABOUT, token: 7 }, 'info: owner of jobs now'],
  [
    { kind: 'disowned', ...ABOUT, reason: 'handed over' },
    'info: not the owner of jobs any more: handed over',
  ],
  [{ kind: 'paused', ...ABOUT, by: 'worker' }, 'warn: paused'],
  [{ kind: 'paused', ...ABOUT, by: 'group' }, 'warn: paused, with the whole group'],
  [{ kind: 'resumed', ...ABOUT, by: 'group' }, 'info: resumed, with the whole group'],
  [
    { kind: 'limit-changed', ...ABOUT, from: 5, to: 2, reason: 'set for the group' },
    'info: limit 2 instead of 5: set for the group',
  ],
  [
    { kind: 'limit-changed', ...ABOUT, from: 5, to: 6, reason: 'more gets done' },
    'debug: limit 6 instead of 5: more gets done',
  ],
])('%o', (event, line) => {
  expect(linesOf(event)).toEqual([line]);
});

test('a rate limit that holds handlers back is no news', () => {
  expect(linesOf({ kind: 'rate-limited', ...ABOUT, waitMs: 50 })).toEqual([]);
});
