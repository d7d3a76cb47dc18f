import { parseArgs } from 'node:util';
import type { Rule } from './rules/rule.js';

/** What `npm run simulate` was asked for. */
export type Command =
  /** Replays one, with its log. */
  | { readonly kind: 'one'; readonly seed: number; readonly rule: Rule | undefined }
  | { readonly kind: 'many'; readonly from: number; readonly seeds: number }
  /** Which seeds catch it when this rule is switched off. */
  | { readonly kind: 'rule'; readonly from: number; readonly seeds: number; readonly rule: Rule }
  /** The same for every rule, as a table. */
  | { readonly kind: 'rules'; readonly from: number; readonly seeds: number }
  | { readonly kind: 'wrong'; readonly message: string };

export const USAGE = `npm run simulate -- --seed N [--rule NAME]         replay one seed, with everything that happens
npm run simulate -- --seeds 100000 --from S        run many
npm run simulate -- --rule NAME [--seeds N]        switch a rule off, and see which seeds notice
npm run simulate -- --rules [--seeds N]            the same for each rule, as a table`;

const OPTIONS = {
  seed: { type: 'string' },
  seeds: { type: 'string' },
  from: { type: 'string' },
  rule: { type: 'string' },
  rules: { type: 'boolean' },
} as const;

export function parse(args: readonly string[], rules: readonly Rule[]): Command {
  try {
    const { values } = parseArgs({ args: [...args], options: OPTIONS });
    const rule = values.rule === undefined ? undefined : ruleNamed(values.rule, rules);
    if (values.seed !== undefined) return { kind: 'one', seed: whole('--seed', values.seed), rule };
    const from = whole('--from', values.from ?? '1');
    const asked = values.seeds === undefined ? undefined : whole('--seeds', values.seeds);
    if (values.rules) return { kind: 'rules', from, seeds: asked ?? 300 };
    if (rule !== undefined) return { kind: 'rule', from, seeds: asked ?? 300, rule };
    return { kind: 'many', from, seeds: asked ?? 1_000 };
  } catch (error) {
    return { kind: 'wrong', message: error instanceof Error ? error.message : String(error) };
  }
}

function whole(option: string, text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 0 && text.trim() !== '') return number;
  throw new Error(`${option} takes a whole number, and was given ${text}`);
}

function ruleNamed(name: string, rules: readonly Rule[]): Rule {
  const rule = rules.find((each) => each.name === name);
  if (rule !== undefined) return rule;
  throw new Error(`There is no rule called ${name}; there are ${rules.map((each) => each.name).join(', ')}`);
}
