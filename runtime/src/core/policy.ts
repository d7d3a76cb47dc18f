import type { PolicyDeclaration } from '../contract.js';
import { FsError } from '../errors.js';
import type { BackoffPolicy } from './backoff.js';
import { parseExpression } from './expression.js';

/** A channel's policy with every default filled in; durations in milliseconds. */
export interface Policy {
  readonly maxWorkers: number;
  readonly prefetch: number | 'auto';
  /** Where the key stands whose messages are worked one at a time, in order; `undefined`: no order. */
  readonly orderBy: string | undefined;
  /** What a message without a key is: one of a lane that all such messages share, or poison. */
  readonly missingKey: 'shared' | 'deadLetter';
  /** Bounds of a limit that finds itself; `groupMax`: of all processes together. `undefined`: the limit stays. */
  readonly adaptive: { readonly min: number; readonly max: number; readonly groupMax?: number } | undefined;
  /** At most `max` handler starts in any `per` milliseconds. */
  readonly rateLimit: RateLimit | undefined;
  /** Up to `maxSize` messages to a handler call, `maxWait` milliseconds after the first at the latest. */
  readonly batch: { readonly maxSize: number; readonly maxWait: number } | undefined;
  /** Streams that the channel is spread over. */
  readonly shards: number;
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

export interface RateLimit {
  readonly max: number;
  readonly per: number;
  /** Whether all processes of the group share it, or each has its own. */
  readonly scope: 'group' | 'process';
}

/** Defaults of docs/extensions.md. */
const DEFAULTS = {
  maxWorkers: 1,
  prefetch: 'auto',
  missingKey: 'shared',
  rateScope: 'group',
  shards: 1,
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
 * @throws FsError `FS_POLICY_INVALID` for a value out of range, `FS_POLICY_UNSUPPORTED` for a field that this runtime does
 * not know, because the SDK was generated for a later one: better not to start than to work without the order or the
 * limit that was asked for
 */
export function resolvePolicy(declared: PolicyDeclaration, where: string): Policy {
  refuseUnknown(declared, where);
  const { concurrency = {}, batch, retry = {}, timeout = {}, stream = {} } = declared;
  const policy: Policy = {
    maxWorkers: concurrency.maxWorkers ?? concurrency.adaptive?.min ?? DEFAULTS.maxWorkers,
    prefetch: concurrency.prefetch ?? DEFAULTS.prefetch,
    orderBy: concurrency.orderBy,
    missingKey: concurrency.missingKey ?? DEFAULTS.missingKey,
    adaptive: concurrency.adaptive,
    rateLimit: concurrency.rateLimit && {
      ...concurrency.rateLimit,
      scope: concurrency.rateLimit.scope ?? DEFAULTS.rateScope,
    },
    batch,
    shards: stream.shards ?? DEFAULTS.shards,
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

type Names<T> = Readonly<Record<keyof Required<T>, true>>;
type Part = 'concurrency' | 'batch' | 'retry' | 'timeout' | 'stream';

/** Every field that this runtime honours; the compiler asks for one that is missing. */
const KNOWN: { readonly [P in Part]: Names<NonNullable<PolicyDeclaration[P]>> } = {
  concurrency: {
    maxWorkers: true,
    prefetch: true,
    orderBy: true,
    missingKey: true,
    adaptive: true,
    rateLimit: true,
  },
  batch: { maxSize: true, maxWait: true },
  retry: {
    maxAttempts: true,
    backoff: true,
    delay: true,
    maxDelay: true,
    jitter: true,
    deadLetter: true,
    deadLetterTrim: true,
  },
  timeout: { handler: true, lease: true },
  stream: { group: true, startFrom: true, shards: true, trim: true, maxBacklog: true, format: true },
};

function refuseUnknown(declared: PolicyDeclaration, where: string): void {
  const unknown = Object.entries(declared).flatMap(([part, fields]) => {
    if (!Object.hasOwn(KNOWN, part)) return [`x-fs-${part}`];
    return Object.keys(fields ?? {})
      .filter((field) => !Object.hasOwn(KNOWN[part as Part], field))
      .map((field) => `x-fs-${part}.${field}`);
  });
  if (unknown.length === 0) return;
  const verb = unknown.length === 1 ? 'is' : 'are';
  throw new FsError(
    'FS_POLICY_UNSUPPORTED',
    `${where}: ${unknown.join(', ')} ${verb} not known to this version of the runtime`,
  );
}

function check(policy: Policy, where: string): void {
  const { retry } = policy;
  checkConcurrency(policy);
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

  function checkConcurrency(given: Policy): void {
    const { orderBy, missingKey, adaptive, rateLimit, batch, maxWorkers, shards } = given;
    const at = (field: string) => `x-fs-concurrency.${field}`;
    oneOf(at('missingKey'), missingKey, ['shared', 'deadLetter']);
    if (orderBy !== undefined && parseExpression(orderBy) === undefined) {
      fail(`${at('orderBy')} is ${orderBy}, and must be like $message.payload#/key or $message.header#/key`);
    }
    if (adaptive !== undefined) {
      const { min, max, groupMax } = adaptive;
      wholeNumber(at('adaptive.min'), min, 1);
      wholeNumber(at('adaptive.max'), max, min, ' (adaptive.min)');
      if (groupMax !== undefined) wholeNumber(at('adaptive.groupMax'), groupMax, min, ' (adaptive.min)');
      if (maxWorkers < min || maxWorkers > max) {
        fail(`${at('maxWorkers')} is ${maxWorkers}, outside of adaptive, ${min} to ${max}`);
      }
    }
    if (rateLimit !== undefined) {
      wholeNumber(at('rateLimit.max'), rateLimit.max, 1);
      number(at('rateLimit.per'), rateLimit.per, 1);
      oneOf(at('rateLimit.scope'), rateLimit.scope, ['group', 'process']);
    }
    if (batch !== undefined) {
      wholeNumber('x-fs-batch.maxSize', batch.maxSize, 1);
      number('x-fs-batch.maxWait', batch.maxWait, 0);
    }
    wholeNumber('x-fs-stream.shards', shards, 1);
  }
  function wholeNumber(field: string, value: number, min: number, why = ''): void {
    if (!Number.isSafeInteger(value)) fail(`${field} is ${value}, and must be a whole number`);
    number(field, value, min, why);
  }
  function oneOf(field: string, value: string, known: readonly string[]): void {
    if (!known.includes(value)) fail(`${field} is ${value}, and must be ${known.join(' or ')}`);
  }
  function number(field: string, value: number, min: number, why = ''): void {
    if (typeof value !== 'number')
      fail(`${field} is ${value}, and must be a number (durations in milliseconds)`);
    if (!Number.isFinite(value) || value < min)
      fail(`${field} is ${value}, and must be at least ${min}${why}`);
  }
  function fail(message: string): never {
    throw new FsError('FS_POLICY_INVALID', `${where}: ${message}`);
  }
}
