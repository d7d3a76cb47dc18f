import type { PolicyDeclaration } from '../contract.js';
import { FsError } from '../errors.js';
import type { BackoffPolicy } from './backoff.js';

/** A channel's policy with every default filled in; durations in milliseconds. */
export interface Policy {
  readonly maxWorkers: number;
  readonly prefetch: number | 'auto';
  readonly retry: BackoffPolicy & {
    /** Handler starts, the first one included. */
    readonly maxAttempts: number;
    /** The dead-letter stream; `undefined`: the channel's own (`deadLetterKey`); `false`: drop. */
    readonly deadLetter: string | false | undefined;
    /** Dead letters older than this are removed; `undefined`: never. */
    readonly deadLetterTrim: number | undefined;
  };
  /** A handler that runs longer is aborted; `undefined`: no bound. */
  readonly handlerTimeout: number | undefined;
  readonly lease: number;
  readonly group: string;
  readonly startFrom: 'beginning' | 'now';
  readonly format: 'binary' | 'json';
  /** Settled entries older than this are removed; `undefined`: never. */
  readonly trim: number | undefined;
  /** Unsettled entries beyond which publishers are refused; `undefined`: no bound. */
  readonly maxBacklog: number | undefined;
}

/** Defaults of docs/extensions.md. */
const DEFAULTS = {
  maxWorkers: 1,
  prefetch: 'auto',
  maxAttempts: 5,
  backoff: 'exponential',
  delay: 200,
  maxDelay: 30_000,
  jitter: true,
  lease: 30_000,
  group: 'fs-gen',
  startFrom: 'beginning',
  format: 'binary',
  trim: 24 * 3_600_000,
  deadLetterTrim: 30 * 24 * 3_600_000,
} as const;

/** Heartbeats go out every third of the lease, so a shorter one would be mostly heartbeats. */
const MIN_LEASE = 100;

/** What `createWorker` and `createClient` accept on top of the contract, by operation or channel. */
export type PolicyOverride = Pick<PolicyDeclaration, 'concurrency' | 'retry' | 'timeout' | 'stream'>;

/** Merges field by field; the later one wins. */
export function mergePolicy(base: PolicyDeclaration, over: PolicyOverride = {}): PolicyDeclaration {
  return {
    ...base,
    concurrency: { ...base.concurrency, ...over.concurrency },
    retry: { ...base.retry, ...over.retry },
    timeout: { ...base.timeout, ...over.timeout },
    stream: { ...base.stream, ...over.stream },
  };
}

/**
 * Fills in defaults.
 *
 * @throws FsError `FS_POLICY_INVALID` for a value out of range, `FS_POLICY_UNSUPPORTED` for a field that this
 * runtime does not honour: better not to start than to work without the order or the limit that was asked for.
 */
export function resolvePolicy(declared: PolicyDeclaration, where: string): Policy {
  refuseUnsupported(declared, where);
  const { concurrency = {}, retry = {}, timeout = {}, stream = {} } = declared;
  const policy: Policy = {
    maxWorkers: concurrency.maxWorkers ?? DEFAULTS.maxWorkers,
    prefetch: concurrency.prefetch ?? DEFAULTS.prefetch,
    retry: {
      maxAttempts: retry.maxAttempts ?? DEFAULTS.maxAttempts,
      backoff: retry.backoff ?? DEFAULTS.backoff,
      delay: retry.delay ?? Math.min(DEFAULTS.delay, retry.maxDelay ?? DEFAULTS.delay),
      maxDelay: retry.maxDelay ?? Math.max(DEFAULTS.maxDelay, retry.delay ?? 0),
      jitter: retry.jitter ?? DEFAULTS.jitter,
      deadLetter: retry.deadLetter,
      deadLetterTrim: age(retry.deadLetterTrim, DEFAULTS.deadLetterTrim),
    },
    handlerTimeout: timeout.handler,
    lease: timeout.lease ?? DEFAULTS.lease,
    group: stream.group ?? DEFAULTS.group,
    startFrom: stream.startFrom ?? DEFAULTS.startFrom,
    format: stream.format ?? DEFAULTS.format,
    trim: age(stream.trim, DEFAULTS.trim),
    maxBacklog: stream.maxBacklog,
  };
  check(policy, where);
  return policy;
}

function age(declared: number | 'never' | undefined, otherwise: number): number | undefined {
  return declared === 'never' ? undefined : (declared ?? otherwise);
}

/** Fields of the vocabulary that this runtime knows of and does not honour yet. */
export const UNSUPPORTED_FIELDS = [
  'concurrency.orderBy',
  'concurrency.adaptive',
  'concurrency.rateLimit',
  'batch',
  'stream.shards',
] as const;

function refuseUnsupported(declared: PolicyDeclaration, where: string): void {
  const { concurrency = {}, batch, stream = {} } = declared;
  const asked: Record<(typeof UNSUPPORTED_FIELDS)[number], boolean> = {
    'concurrency.orderBy': concurrency.orderBy !== undefined,
    'concurrency.adaptive': concurrency.adaptive !== undefined,
    'concurrency.rateLimit': concurrency.rateLimit !== undefined,
    batch: batch !== undefined,
    'stream.shards': stream.shards !== undefined && stream.shards !== 1,
  };
  const fields = UNSUPPORTED_FIELDS.filter((field) => asked[field]).map((field) => `x-fs-${field}`);
  if (fields.length === 0) return;
  const verb = fields.length === 1 ? 'is' : 'are';
  throw new FsError(
    'FS_POLICY_UNSUPPORTED',
    `${where}: ${fields.join(', ')} ${verb} not available in this version`,
  );
}

function check(policy: Policy, where: string): void {
  const { retry } = policy;
  wholeNumber('x-fs-concurrency.maxWorkers', policy.maxWorkers, 1);
  if (policy.prefetch !== 'auto') wholeNumber('x-fs-concurrency.prefetch', policy.prefetch, 0);
  wholeNumber('x-fs-retry.maxAttempts', retry.maxAttempts, 1);
  number('x-fs-retry.delay', retry.delay, 0);
  number('x-fs-retry.maxDelay', retry.maxDelay, retry.delay, ' (x-fs-retry.delay)');
  if (policy.handlerTimeout !== undefined) number('x-fs-timeout.handler', policy.handlerTimeout, 1);
  number('x-fs-timeout.lease', policy.lease, MIN_LEASE);
  if (retry.deadLetterTrim !== undefined) number('x-fs-retry.deadLetterTrim', retry.deadLetterTrim, 1);
  if (policy.trim !== undefined) number('x-fs-stream.trim', policy.trim, 0);
  if (policy.maxBacklog !== undefined) wholeNumber('x-fs-stream.maxBacklog', policy.maxBacklog, 1);
  if (policy.group === '') fail('x-fs-stream.group is empty');

  function wholeNumber(field: string, value: number, min: number): void {
    if (!Number.isSafeInteger(value)) fail(`${field} is ${value}, and must be a whole number`);
    number(field, value, min);
  }
  function number(field: string, value: number, min: number, why = ''): void {
    if (!Number.isFinite(value) || value < min)
      fail(`${field} is ${value}, and must be at least ${min}${why}`);
  }
  function fail(message: string): never {
    throw new FsError('FS_POLICY_INVALID', `${where}: ${message}`);
  }
}
