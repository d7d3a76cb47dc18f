import type { ChannelModel, OperationModel, PolicyModel } from '../../model/types.js';

type Concurrency = NonNullable<PolicyModel['concurrency']>;

/** The runtime's own defaults; only said, never written into the policy. */
const DEFAULT_WORKERS = 1;
const DEFAULT_ATTEMPTS = 5;

/** How an operation is worked, in a sentence: where from, how many at once, how often, how long. */
export function policyNote({ policy }: OperationModel, channel: ChannelModel): string {
  const { concurrency = {}, batch, retry = {}, timeout = {}, stream = {} } = policy;
  const where =
    channel.address === null ? 'Channel with an address of your choice' : `Channel \`${channel.address}\``;
  const facts = [
    workers(concurrency, batch !== undefined),
    ...(concurrency.orderBy === undefined ? [] : [`in order by \`${concurrency.orderBy}\``]),
    ...(batch === undefined ? [] : [`up to ${batch.maxSize} messages each`]),
    ...rate(concurrency.rateLimit as RateLimit | undefined),
    attempts(retry.maxAttempts ?? DEFAULT_ATTEMPTS),
    ...(timeout.handler === undefined ? [] : [`${duration(Number(timeout.handler))} each`]),
  ];
  return `${where}, group \`${stream.group}\`: ${facts.join(', ')}.`;
}

interface Adaptive {
  readonly min: number;
  readonly max: number;
}

function workers({ maxWorkers, adaptive }: Concurrency, batches: boolean): string {
  if (adaptive !== undefined) {
    const { min, max } = adaptive as Adaptive;
    return `${min} to ${max}${batches ? ' batches' : ''} at once`;
  }
  const count = maxWorkers ?? DEFAULT_WORKERS;
  const what = batches ? ' batches' : '';
  return count === 1 ? `one${batches ? ' batch' : ''} at a time` : `at most ${count}${what} at once`;
}

interface RateLimit {
  readonly max: number;
  readonly per: number;
  readonly scope?: string;
}

function rate(limit: RateLimit | undefined): readonly string[] {
  if (limit === undefined) return [];
  const { max, per, scope } = limit;
  return [
    `${max} ${max === 1 ? 'start' : 'starts'} per ${duration(per)}${scope === 'process' ? ' in each process' : ''}`,
  ];
}

function attempts(count: unknown): string {
  return count === 1 ? '1 attempt' : `${count} attempts`;
}

const UNITS = [
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;

/** `90s`, `1.5s`, `250ms`: as the extensions write it. */
function duration(ms: number): string {
  const unit =
    UNITS.find(([, size]) => ms >= size * 2 || ms === size) ?? UNITS.find(([, size]) => ms >= size);
  return unit === undefined ? `${ms}ms` : `${Math.round((ms / unit[1]) * 100) / 100}${unit[0]}`;
}
