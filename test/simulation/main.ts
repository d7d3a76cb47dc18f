/** `npm run simulate`: see `USAGE`. Exits with 1 when a seed failed, or a rule was switched off and no seed noticed. */
import { catchesOf } from './catches.js';
import { parse, USAGE } from './command-line.js';
import { describeViolation } from './invariants.js';
import { runMany } from './many.js';
import { RULES } from './rules/index.js';
import type { Rule } from './rules/rule.js';
import { simulate } from './simulation.js';

/** Seeds that are named for each rule. */
const NAMED = 5;

const command = parse(process.argv.slice(2), RULES);
switch (command.kind) {
  case 'wrong':
    console.error(`${command.message}\n\n${USAGE}`);
    process.exitCode = 2;
    break;
  case 'one':
    if (!(await showOne(command.seed, command.rule))) process.exitCode = 1;
    break;
  case 'many':
    if ((await runMany(command.from, command.seeds)) > 0) process.exitCode = 1;
    break;
  case 'rule':
  case 'rules': {
    const rules = command.kind === 'rule' ? [command.rule] : RULES;
    console.log('| rule | what it says | caught by seeds | as a violation of |\n| --- | --- | --- | --- |');
    for (const rule of rules) {
      if (!(await showRule(rule, command.from, command.seeds))) process.exitCode = 1;
    }
    break;
  }
  default:
    command satisfies never;
}

async function showOne(seed: number, rule: Rule | undefined): Promise<boolean> {
  const mutation = rule === undefined ? {} : { mutation: rule.mutation };
  const { log, plan, hash, violations } = await simulate(seed, { verbose: true, ...mutation });
  console.log(log.join('\n'));
  console.log(JSON.stringify(plan));
  for (const violation of violations) console.log(`✘ ${describeViolation(violation)}`);
  console.log(`seed ${seed}, ${violations.length} violations, hash ${hash}`);
  return violations.length === 0;
}

async function showRule(rule: Rule, from: number, seeds: number): Promise<boolean> {
  const { seeds: caught } = await catchesOf(rule, from, seeds, NAMED);
  const by = caught.length === 0 ? '**none**' : caught.join(', ');
  console.log(`| \`${rule.name}\` | ${rule.says} | ${by} | ${rule.breaks} |`);
  return caught.length > 0;
}
