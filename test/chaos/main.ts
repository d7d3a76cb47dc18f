/**
 * `npm run chaos -- <scenario>|all [--short] [--seed N] …`: real processes, real servers, real kills. Exits with 1 when a
 * limit was broken, with 2 when it was not told what to do.
 */
import { randomInt } from 'node:crypto';
import { type Command, parse, sizesOf, usage } from './command-line.js';
import { keep, machine, tableOf } from './report.js';
import type { Finding, Scenario } from './scenario.js';
import { scenarios } from './scenarios/index.js';
import { Stage } from './stage.js';

/** Where it is decided whether a change goes in, the same each time. */
const CI_SEED = 20_251_117;
const anySeed = () => (process.env.CI === undefined ? randomInt(2 ** 31) : CI_SEED);

const parsed = parse(process.argv.slice(2), scenarios, anySeed);
if (parsed.kind === 'wrong') {
  console.error(`${parsed.message}\n\n${usage(scenarios)}`);
  process.exitCode = 2;
} else {
  await performAll(parsed.command);
  // Not by itself: Node 20 turns in circles for ever over a socket that was reset while something was still to be written.
  process.exit();
}

/** Several at a time print nothing before they are over, so that their lines don't mix. */
async function performAll(command: Command): Promise<void> {
  const waiting = [...command.scenarios];
  const lane = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const lines: string[] = [];
      const print = command.jobs === 1 ? console.log : (line: string) => void lines.push(line);
      if (!(await perform(next, command, print))) process.exitCode = 1;
      if (lines.length > 0) console.log(lines.join('\n'));
    }
  };
  await Promise.all(Array.from({ length: command.jobs }, lane));
}

async function perform(
  scenario: Scenario,
  command: Command,
  print: (line: string) => void,
): Promise<boolean> {
  const { seed, short, sabotage } = command;
  const form = short ? 'short' : 'long';
  const sizes = sizesOf(scenario, command);
  print(`\n${scenario.name}: ${scenario.what}`);
  print(`  ${form} form, seed ${seed}, ${inWords(sizes)}${sabotage ? `, sabotage ${sabotage}` : ''}`);
  const startedAt = new Date();
  const stage = new Stage({ seed, short, sabotage, say: (what) => print(`  … ${what}`) });
  const interrupted = () => void stage.end().then(() => process.exit(130));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  let findings: readonly Finding[];
  let workersLog = '';
  try {
    findings = await scenario.run(stage, sizes);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    findings = [{ what: 'ran to its end', figure: why, limit: 'yes', ok: false }];
  } finally {
    await stage.end(() => {
      workersLog = stage.workersLog();
    });
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
  }
  const passed = findings.every(({ ok }) => ok);
  const seconds = Math.round((Date.now() - startedAt.getTime()) / 100) / 10;
  const result = {
    scenario: scenario.name,
    form,
    seed,
    sizes,
    sabotage: sabotage ?? null,
    startedAt: startedAt.toISOString(),
    seconds,
    machine: machine(stage.redisVersion),
    findings,
    passed,
  } as const;
  for (const line of tableOf(result)) print(line);
  print(`  ${keep(result, passed ? '' : workersLog)}`);
  return passed;
}

function inWords(sizes: Readonly<Record<string, number>>): string {
  return Object.entries(sizes)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}
