import {
  amount,
  fine,
  isSpread,
  limitOf,
  worseForBoth,
  worseForReceivers,
  worseForSenders,
} from './judge.js';
import type { Judgement, PolicyFieldChange, PolicyRule } from './types.js';

/** How many handlers run at once, and in what order. */
export const concurrencyRules: readonly PolicyRule[] = [
  { section: 'concurrency', field: 'maxWorkers', default: 1, judge: judgeLimit },
  {
    section: 'concurrency',
    field: 'prefetch',
    default: 'auto',
    judge: () => fine('only how many messages are held ready changes'),
  },
  { section: 'concurrency', field: 'orderBy', judge: judgeOrder },
  { section: 'concurrency', field: 'missingKey', default: 'shared', judge: judgeMissingKey },
  { section: 'concurrency', field: 'adaptive', judge: judgeAdaptive },
  { section: 'concurrency', field: 'rateLimit', judge: judgeRate },
  {
    section: 'batch',
    judge: ({ before, after }) =>
      before === undefined || after === undefined
        ? worseForReceivers('handlers get lists where they got single messages, or the other way round')
        : fine('handlers get lists of another size, at other times'),
  },
];

function judgeLimit(change: PolicyFieldChange): Judgement {
  const [before, after] = [limitOf(change.old), limitOf(change.new)];
  if (after < before) {
    return worseForReceivers('fewer messages are worked at once, so that what was kept up with may pile up');
  }
  const isOrdered = change.new.concurrency?.orderBy !== undefined;
  if (before === 1 && after > 1) {
    return worseForReceivers(
      isOrdered
        ? 'messages were worked one after the other; now only those of one key are'
        : 'messages were worked one after the other; now a later one may overtake an earlier one',
    );
  }
  return fine(after > before ? 'more messages are worked at once' : 'as many messages are worked at once');
}

function judgeOrder({ before, after, old, new: now }: PolicyFieldChange): Judgement {
  if (after === undefined) {
    const reason = 'messages of one key were worked in order; now a later one may overtake an earlier one';
    return isSpread(old) || isSpread(now) ? worseForBoth(reason) : worseForReceivers(reason);
  }
  if (before !== undefined) {
    return worseForBoth('what had one key may have several now, and is worked in another order');
  }
  if (isSpread(old) || isSpread(now)) {
    return worseForBoth(
      'publishers choose the shard by the key: those of the old document put one key into several shards',
    );
  }
  return fine('messages of one key are worked in order, which they were not');
}

function judgeMissingKey({ after, new: { concurrency } }: PolicyFieldChange): Judgement {
  if (concurrency?.orderBy === undefined) return fine('no order is asked for');
  return after === 'shared'
    ? worseForSenders('messages without the key may be sent, and are dead letters to those who do not know')
    : worseForBoth('messages without the key are refused by publishers, and are dead letters');
}

function judgeAdaptive(change: PolicyFieldChange): Judgement {
  const judgement = judgeLimit(change);
  const [before, after] = [groupLimitOf(change.before), groupLimitOf(change.after)];
  if (judgement.breaks.receiving || after >= before) return judgement;
  return worseForReceivers(
    'all processes together work fewer messages at once, so that what was kept up with may pile up',
  );
}

function groupLimitOf(adaptive: unknown): number {
  return amount((adaptive as { readonly groupMax?: unknown } | undefined)?.groupMax);
}

interface RateLimit {
  readonly max: number;
  readonly per: number;
  readonly scope?: string;
}

function judgeRate({ before, after }: PolicyFieldChange): Judgement {
  const [one, other] = [before as RateLimit | undefined, after as RateLimit | undefined];
  const less = 'fewer handlers are started in the same time, so that what was kept up with may pile up';
  if (other === undefined) return fine('handlers are started without a limit');
  if (one === undefined || rate(other) < rate(one)) return worseForReceivers(less);
  const isShared = ({ scope = 'group' }: RateLimit) => scope === 'group';
  if (isShared(other) && !isShared(one)) {
    return worseForReceivers('all processes share the limit now, which each had for itself');
  }
  if (other.max < one.max) return worseForReceivers('fewer handlers may be started in one go');
  return fine('as many handlers are started, or more');
}

function rate({ max, per }: RateLimit): number {
  return amount(max) / amount(per);
}
