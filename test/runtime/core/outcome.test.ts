import { describe, expect, it } from 'vitest';
import { Settle, settlementOfReturn, settlementOfThrow } from '../../../runtime/src/core/outcome.js';
import { resolvePolicy } from '../../../runtime/src/core/policy.js';

const policy = resolvePolicy({ retry: { maxAttempts: 3, delay: 100, jitter: false } }, 'here');
const at = (attempt: number) => ({ attempt, policy, random: () => 0.5 });

describe('outcomes', () => {
  it('acknowledges what returns nothing', () => {
    expect(settlementOfReturn(undefined, at(1))).toEqual({ kind: 'ack' });
  });

  it('does what a handler asks for', () => {
    expect(settlementOfReturn({ kind: 'retry', delay: 5 }, at(1))).toEqual({ kind: 'retry', delay: 5 });
    expect(settlementOfReturn({ kind: 'retry' }, at(2))).toEqual({ kind: 'retry', delay: 200 });
    expect(settlementOfReturn({ kind: 'release' }, at(3))).toEqual({ kind: 'release' });
    expect(settlementOfReturn({ kind: 'deadLetter', reason: 'no such user' }, at(1))).toEqual({
      kind: 'dead-letter',
      reason: 'no such user',
    });
  });

  it('takes a thrown outcome like a returned one', () => {
    expect(settlementOfThrow(new Settle({ kind: 'ack' }), at(1))).toEqual({ kind: 'ack' });
  });

  it('retries what throws until the attempts are used up', () => {
    const error = new Error('no');
    expect(settlementOfThrow(error, at(1))).toEqual({ kind: 'retry', delay: 100 });
    expect(settlementOfThrow(error, at(2))).toEqual({ kind: 'retry', delay: 200 });
    expect(settlementOfThrow(error, at(3))).toEqual({
      kind: 'dead-letter',
      reason: 'the handler failed 3 times',
      error,
    });
  });

  it('never retries more often than the policy allows, even when asked', () => {
    expect(settlementOfReturn({ kind: 'retry' }, at(3)).kind).toBe('dead-letter');
  });
});
