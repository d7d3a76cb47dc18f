import type { PolicyModel } from '../../model/types.js';
import type { Judgement, PolicyFieldChange } from './types.js';

/** Nobody is worse off. */
export function fine(reason: string): Judgement {
  return { breaks: { sending: false, receiving: false }, reason };
}

/** Those who receive by the new document do worse what they did by the old one. */
export function worseForReceivers(reason: string): Judgement {
  return { breaks: { sending: false, receiving: true }, reason };
}

/** Those who send by the new document meet what they did not by the old one. */
export function worseForSenders(reason: string): Judgement {
  return { breaks: { sending: true, receiving: false }, reason };
}

/** Both sides have to change at the same time. */
export function worseForBoth(reason: string): Judgement {
  return { breaks: { sending: true, receiving: true }, reason };
}

/** A figure of which less is worse. Nothing and `never` are the most there can be. */
export function lessIsWorse({ before, after }: PolicyFieldChange, less: string, more: string): Judgement {
  return amount(after) < amount(before) ? worseForReceivers(less) : fine(more);
}

export function amount(value: unknown): number {
  return typeof value === 'number' ? value : Number.POSITIVE_INFINITY;
}

/** At most how many handlers run at once in one process. */
export function limitOf({ concurrency }: PolicyModel): number {
  const { adaptive, maxWorkers } = concurrency ?? {};
  const most = (adaptive as { readonly max?: unknown } | undefined)?.max ?? maxWorkers;
  return typeof most === 'number' ? most : 1;
}

export function isSpread({ stream }: PolicyModel): boolean {
  return amount(stream?.shards ?? 1) > 1;
}
