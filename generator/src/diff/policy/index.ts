import { sameJson } from '../../model/schemas/keywords.js';
import type { PolicyModel } from '../../model/types.js';
import { concurrencyRules } from './concurrency.js';
import { deliveryRules } from './delivery.js';
import type { Judgement, PolicyRule } from './types.js';

/** One field of a policy that says something else than before, and what that means. */
export interface PolicyChange extends Judgement {
  /** `['retry', 'maxAttempts']`, or a whole section. */
  readonly field: readonly [keyof PolicyModel, ...string[]];
  readonly before: unknown;
  readonly after: unknown;
}

/** Every rule, in the order in which fields are shown. */
export const policyRules: readonly PolicyRule[] = [...concurrencyRules, ...deliveryRules];

/** What has changed between two merged policies. Saying what was the default anyway is no change. */
export function policyChanges(before: PolicyModel, after: PolicyModel): readonly PolicyChange[] {
  return policyRules.flatMap((rule): readonly PolicyChange[] => {
    const { section, field } = rule;
    const [one, other] = [fieldIn(before, rule), fieldIn(after, rule)];
    if (one === other || (one !== undefined && other !== undefined && sameJson(one, other))) return [];
    const judgement = rule.judge({ before: one, after: other, old: before, new: after });
    return [
      {
        ...judgement,
        field: field === undefined ? [section] : [section, field],
        before: shown(one, rule),
        after: shown(other, rule),
      },
    ];
  });
}

function fieldIn(policy: PolicyModel, { section, field, default: fallback }: PolicyRule): unknown {
  return field === undefined ? policy[section] : (policy[section]?.[field] ?? fallback);
}

/** Durations as people write them. */
function shown(value: unknown, { isDuration = false }: PolicyRule): unknown {
  if (!isDuration || typeof value !== 'number') return value;
  const units = [
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1_000],
  ] as const;
  const [unit, size] = units.find(([, each]) => value > 0 && value % each === 0) ?? ['ms', 1];
  return `${value / size}${unit}`;
}
