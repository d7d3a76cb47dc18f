import type { EngineEvent, EventKind } from '../events.js';
import type { Logger, LogLevel } from '../types.js';

type Line = readonly [level: LogLevel, message: string];

/** Limits that somebody has set, in the words of `Limits`. */
const ORDERED: ReadonlySet<string> = new Set([
  'set on this worker',
  'no longer set on this worker',
  'set for the group',
  'no longer set for the group',
]);

/** What each event says to people. Those of the fast path (`received`, `handler-started`, …) aren't here. */
const LINES: { readonly [K in EventKind]?: (event: Extract<EngineEvent, { kind: K }>) => Line } = {
  'worker-started': ({ operations }) => ['info', `working on ${operations.join(', ') || 'nothing'}`],
  'worker-stopping': ({ reason, grace }) => ['info', `${reason}: draining, for up to ${seconds(grace)}`],
  'worker-stopped': () => ['info', 'stopped'],
  subscribed: ({ stream }) => ['info', `subscribed to ${stream}`],
  'group-created': ({ again, from }) =>
    again
      ? ['warn', `the consumer group was gone; made again, from ${place(from)}`]
      : ['info', `consumer group made, from ${place(from)}`],
  disconnected: ({ reason }) => ['warn', `connection lost: ${reason}`],
  reconnected: () => ['info', 'connection is back'],
  'broker-failed': ({ retryIn }) => ['warn', `the broker failed; trying again in ${Math.round(retryIn)} ms`],
  'taken-over': ({ count }) => ['info', `took over ${messages(count)} that nobody was working on`],
  'handed-back': ({ count }) => ['info', `handed back ${messages(count)} that had not started`],
  'entries-lost': ({ ids }) => ['error', `${messages(ids.length)} deleted while pending: lost`],
  'consumers-removed': ({ count }) => ['info', `removed ${count} consumers of processes that are gone`],
  // One that adapts itself moves all the time, as it is meant to.
  'limit-changed': ({ from, to, reason }) => [
    ORDERED.has(reason) ? 'info' : 'debug',
    `limit ${to} instead of ${from}: ${reason}`,
  ],
  owned: ({ stream }) => ['info', `owner of ${stream} now`],
  disowned: ({ stream, reason }) => ['info', `not the owner of ${stream} any more: ${reason}`],
  paused: ({ by }) => ['warn', by === 'group' ? 'paused, with the whole group' : 'paused'],
  resumed: ({ by }) => ['info', by === 'group' ? 'resumed, with the whole group' : 'resumed'],
  'handler-failed': () => ['warn', 'handler failed'],
  'retry-scheduled': ({ delay }) => ['info', `next attempt in ${delay} ms`],
  'dead-lettered': ({ target, reason }) =>
    target === null ? ['error', `dropped: ${reason}`] : ['error', `moved to ${target}: ${reason}`],
  released: () => ['info', 'given back'],
  'lease-lost': () => ['warn', 'another process has taken the message over'],
};

/** Writes what happens to a logger; gives a function that ends it. */
export function logEvents(
  on: (kinds: readonly EventKind[], listener: (event: EngineEvent) => void) => () => void,
  logger: Logger,
): () => void {
  return on(Object.keys(LINES) as EventKind[], (event) => {
    const line = LINES[event.kind] as ((event: EngineEvent) => Line) | undefined;
    if (line === undefined) return;
    const [level, message] = line(event);
    logger[level](fieldsOf(event), message);
  });
}

function fieldsOf({ kind: event, ...rest }: EngineEvent): object {
  const { error, took } = rest as { error?: { hint?: unknown }; took?: number };
  const rounded = took === undefined ? {} : { took: Math.round(took * 10) / 10 };
  return { event, ...rest, ...rounded, ...(error?.hint !== undefined && { hint: error.hint }) };
}

function seconds(ms: number): string {
  return `${ms / 1000} s`;
}

function place(from: string): string {
  if (from === '$') return 'now on';
  return from === '0' ? 'the beginning' : from;
}

function messages(count: number): string {
  return count === 1 ? '1 message' : `${count} messages`;
}
