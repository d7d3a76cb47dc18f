import { isSabotage, SABOTAGES, type Sabotage } from './sabotage.js';
import type { Chosen, Scenario, Sizes } from './scenario.js';

export interface Command {
  readonly scenarios: readonly Scenario[];
  readonly short: boolean;
  readonly seed: number;
  readonly sabotage: Sabotage | undefined;
  /** Scenarios at a time. */
  readonly jobs: number;
  /** Sizes named on the command line. */
  readonly sizes: Readonly<Record<string, number>>;
}

/** What was asked for, or what is wrong with it. */
export type Parsed =
  | { readonly kind: 'command'; readonly command: Command }
  | { readonly kind: 'wrong'; readonly message: string };

const wrong = (message: string): Parsed => ({ kind: 'wrong', message });

const OPTIONS = '<scenario>|all [--short] [--seed N] [--jobs N] [--sabotage rule] [--<size> N …]';

/** Understands `OPTIONS`. */
export function parse(args: readonly string[], known: readonly Scenario[], randomSeed: () => number): Parsed {
  const [name, ...options] = args;
  if (name === undefined || name.startsWith('-')) return wrong('Name a scenario, or `all`.');
  const chosen = name === 'all' ? known : known.filter((one) => one.name === name);
  if (chosen.length === 0) return wrong(`There is no scenario called ${name}.`);
  let short = false;
  let seed: number | undefined;
  let jobs = 1;
  let sabotage: Sabotage | undefined;
  const sizes: Record<string, number> = {};
  const rest = [...options];
  for (let option = rest.shift(); option !== undefined; option = rest.shift()) {
    if (option === '--short') {
      short = true;
      continue;
    }
    const value = rest.shift();
    if (option === '--sabotage') {
      if (value === undefined || !isSabotage(value)) {
        return wrong(`--sabotage takes one of: ${Object.keys(SABOTAGES).join(', ')}.`);
      }
      sabotage = value;
      continue;
    }
    const number = Number(value);
    if (value === undefined || !Number.isInteger(number) || number < 0) {
      return wrong(`${option} takes a whole number.`);
    }
    const size = option.slice('--'.length);
    if (option === '--seed') seed = number;
    else if (option === '--jobs') jobs = Math.max(1, number);
    else if (option.startsWith('--') && chosen.some((one) => size in one.sizes)) sizes[size] = number;
    else return wrong(`There is no option ${option} here; ${optionsOf(chosen)}`);
  }
  const command = { scenarios: chosen, short, seed: seed ?? randomSeed(), sabotage, jobs, sizes };
  return { kind: 'command', command };
}

/** The sizes of a run: what was asked for, else those of the long or the short form. */
export function sizesOf<S extends Sizes>(scenario: Scenario<S>, { sizes, short }: Command): Chosen<S> {
  const entries = Object.entries(scenario.sizes);
  return Object.fromEntries(
    entries.map(([name, size]) => [name, sizes[name] ?? (short ? size.short : size.long)]),
  ) as Chosen<S>;
}

export function usage(known: readonly Scenario[]): string {
  const width = Math.max(...known.map(({ name }) => name.length));
  return [
    `npm run chaos -- ${OPTIONS}`,
    '',
    ...known.map(({ name, what }) => `  ${name.padEnd(width)}  ${what}`),
  ].join('\n');
}

function optionsOf(chosen: readonly Scenario[]): string {
  const names = new Set(chosen.flatMap(({ sizes }) => Object.keys(sizes)));
  return `there are --short, --seed, --jobs, --sabotage and the sizes ${[...names].map((name) => `--${name}`).join(', ')}.`;
}
