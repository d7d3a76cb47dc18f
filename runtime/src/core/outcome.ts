import type { Outcome } from '../types.js';
import { backoffDelay } from './backoff.js';
import type { Policy } from './policy.js';

/** What the engine does with a delivery whose handler has ended. */
export type Settlement =
  | { readonly kind: 'ack' }
  | { readonly kind: 'retry'; readonly delay: number }
  | { readonly kind: 'dead-letter'; readonly reason: string; readonly error?: unknown }
  | { readonly kind: 'release' };

/** Thrown by a handler to settle from deep inside: `throw new Settle({ kind: 'retry', delay: 60_000 })`. */
export class Settle extends Error {
  override readonly name = 'Settle';
  readonly outcome: Outcome;

  constructor(outcome: Outcome) {
    super(`settled as ${outcome.kind}`);
    this.outcome = outcome;
  }
}

/** Policy for what a handler returned. */
export function settlementOfReturn(outcome: Outcome | undefined, at: Attempt): Settlement {
  if (outcome === undefined) return { kind: 'ack' };
  switch (outcome.kind) {
    case 'ack':
    case 'release':
      return { kind: outcome.kind };
    case 'deadLetter':
      return { kind: 'dead-letter', reason: outcome.reason };
    case 'retry':
      return retry(at, 'the handler asked for more attempts than there are', outcome.delay);
    default:
      outcome satisfies never;
      return { kind: 'ack' };
  }
}

/** Policy for what a handler threw. */
export function settlementOfThrow(thrown: unknown, at: Attempt): Settlement {
  if (thrown instanceof Settle) return settlementOfReturn(thrown.outcome, at);
  return retry(at, `the handler failed ${times(at.attempt)}`, undefined, thrown);
}

export interface Attempt {
  readonly attempt: number;
  readonly policy: Policy;
  readonly random: () => number;
}

function retry(at: Attempt, reason: string, delay?: number, error?: unknown): Settlement {
  if (at.attempt >= at.policy.retry.maxAttempts) {
    return error === undefined ? { kind: 'dead-letter', reason } : { kind: 'dead-letter', reason, error };
  }
  return { kind: 'retry', delay: delay ?? backoffDelay(at.policy.retry, at.attempt, at.random) };
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
