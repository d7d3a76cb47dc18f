import { describe, expect, it } from 'vitest';
import type { PolicyDeclaration } from '../../../runtime/src/contract.js';
import { deadLetterKey } from '../../../runtime/src/core/dead-letter.js';
import { mergePolicy, resolvePolicy } from '../../../runtime/src/core/policy.js';
import type { FsError } from '../../../runtime/src/errors.js';

function failure(declared: PolicyDeclaration): FsError {
  try {
    resolvePolicy(declared, 'Operation answer');
  } catch (error) {
    return error as FsError;
  }
  throw new Error('was accepted');
}

describe('resolvePolicy', () => {
  it('fills in the documented defaults', () => {
    expect(resolvePolicy({}, 'here')).toEqual({
      maxWorkers: 1,
      prefetch: 'auto',
      orderBy: undefined,
      missingKey: 'shared',
      adaptive: undefined,
      rateLimit: undefined,
      batch: undefined,
      shards: 1,
      retry: {
        maxAttempts: 5,
        backoff: 'exponential',
        delay: 200,
        maxDelay: 30_000,
        jitter: true,
        deadLetter: undefined,
        deadLetterTrim: 2_592_000_000,
      },
      handlerTimeout: undefined,
      lease: 30_000,
      group: 'fs-gen',
      startFrom: 'beginning',
      format: 'binary',
      trim: 86_400_000,
      maxBacklog: undefined,
    });
    const never = resolvePolicy({ retry: { deadLetterTrim: 'never' }, stream: { trim: 'never' } }, 'here');
    expect([never.trim, never.retry.deadLetterTrim]).toEqual([undefined, undefined]);
  });

  it.each([
    [{ concurrency: { maxWorkers: 0 } }, 'x-fs-concurrency.maxWorkers is 0, and must be at least 1'],
    [{ concurrency: { maxWorkers: 1.5 } }, 'x-fs-concurrency.maxWorkers is 1.5, and must be a whole number'],
    [{ concurrency: { prefetch: -1 } }, 'x-fs-concurrency.prefetch is -1, and must be at least 0'],
    [{ stream: { maxBacklog: 0 } }, 'x-fs-stream.maxBacklog is 0, and must be at least 1'],
    [{ stream: { trim: -1 } }, 'x-fs-stream.trim is -1, and must be at least 0'],
    [{ retry: { deadLetterTrim: 0 } }, 'x-fs-retry.deadLetterTrim is 0, and must be at least 1'],
    [{ retry: { maxAttempts: 0 } }, 'x-fs-retry.maxAttempts is 0, and must be at least 1'],
    [
      { retry: { delay: 500, maxDelay: 100 } },
      'x-fs-retry.maxDelay is 100, and must be at least 500 (x-fs-retry.delay)',
    ],
    [{ timeout: { handler: 0 } }, 'x-fs-timeout.handler is 0, and must be at least 1'],
    [{ timeout: { lease: Number.NaN } }, 'x-fs-timeout.lease is NaN, and must be at least 100'],
    [{ stream: { group: '' } }, 'x-fs-stream.group is empty'],
  ] satisfies [PolicyDeclaration, string][])('refuses %j', (declared, message) => {
    const error = failure(declared);
    expect(error.code).toBe('FS_POLICY_INVALID');
    expect(error.message).toBe(`Operation answer: ${message}`);
  });

  it.each([
    ['x-fs-concurrency.orderBy', { concurrency: { orderBy: 'key' } }],
    ['x-fs-concurrency.adaptive.min', { concurrency: { adaptive: { min: 0, max: 2 } } }],
    ['x-fs-concurrency.adaptive.max', { concurrency: { adaptive: { min: 3, max: 2 } } }],
    ['x-fs-concurrency.adaptive.groupMax', { concurrency: { adaptive: { min: 3, max: 9, groupMax: 2 } } }],
    ['x-fs-concurrency.maxWorkers', { concurrency: { maxWorkers: 9, adaptive: { min: 1, max: 2 } } }],
    ['x-fs-concurrency.rateLimit.max', { concurrency: { rateLimit: { max: 0, per: 1_000 } } }],
    ['x-fs-concurrency.rateLimit.per', { concurrency: { rateLimit: { max: 1, per: 0 } } }],
    ['x-fs-batch.maxSize', { batch: { maxSize: 0, maxWait: 10 } }],
    ['x-fs-batch.maxWait', { batch: { maxSize: 2, maxWait: -1 } }],
    ['x-fs-stream.shards', { stream: { shards: 0 } }],
  ] satisfies [string, PolicyDeclaration][])('refuses what makes no sense at %s', (field, declared) => {
    const error = failure(declared);
    expect(error.code).toBe('FS_POLICY_INVALID');
    expect(error.message).toContain(field);
  });

  it('starts an adaptive limit at its least, unless told otherwise', () => {
    expect(resolvePolicy({ concurrency: { adaptive: { min: 4, max: 8 } } }, 'here').maxWorkers).toBe(4);
  });

  it.each([
    ['x-fs-concurrency.colour', { concurrency: { colour: 'red' } }],
    ['x-fs-magic', { magic: {} }],
  ])('refuses a field that it does not know, %s, rather than ignore it', (field, declared) => {
    const error = failure(declared as PolicyDeclaration);
    expect(error.code).toBe('FS_POLICY_UNSUPPORTED');
    expect(error.message).toContain(field);
  });

  it('merges field by field', () => {
    const merged = mergePolicy(
      { concurrency: { maxWorkers: 5, prefetch: 0 }, stream: { group: 'a' } },
      { concurrency: { maxWorkers: 1 } },
    );
    expect(merged.concurrency).toEqual({ maxWorkers: 1, prefetch: 0 });
    expect(merged.stream).toEqual({ group: 'a' });
  });
});

describe('deadLetterKey', () => {
  it('lies in the slot of its stream', () => {
    expect(deadLetterKey('chat.queries')).toBe('{chat.queries}.dead');
    expect(deadLetterKey('chat.{acme}.queries')).toBe('chat.{acme}.queries.dead');
  });
});
