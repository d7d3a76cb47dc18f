import { Command, Option } from 'commander';
import { DOCUMENT, perspectiveOption } from '../options.js';
import type { PlanCommand } from './types.js';

/** As commander gives them: a switch that was not set is absent. */
type Given = Omit<PlanCommand, 'document' | 'json'> & { readonly json?: boolean };

const EXAMPLES = `
Examples:
  fs-gen plan specs/api.yaml --rate 50/s --time 200ms
  fs-gen plan specs/api.yaml --rate 50/s --time p50=120ms,p95=900ms --processes 3 --target p95=2s
  fs-gen plan specs/api.yaml --operation onJob --rate 20/s --samples took.jsonl --chart plan.svg

Exit codes: 0 done, whatever the figures say; 2 the document or the arguments
are wrong; 3 a mistake of fs-gen.
`;

/** The command `fs-gen plan`; calls `found` with what was asked for. */
export function planCommand(found: (command: PlanCommand) => void): Command {
  return new Command('plan')
    .description(
      'What the policies of a document would do: the engine itself, on a clock that takes no time.',
    )
    .summary('simulate what the policies would do, and find the limit to set')
    .argument('<document>', DOCUMENT)
    .option('--operation <name>', 'only this one (default: everything that is received)')
    .option('--rate <messages>', 'how many come: `50/s`, `3000/m` or `10000/h`')
    .addOption(
      new Option('--arrivals <how>', 'how they come: each independently of the others, or evenly')
        .choices(['poisson', 'constant'])
        .default('poisson'),
    )
    .option(
      '--time <duration>',
      'what a handler takes: `200ms` always, `mean=200ms` exponential, `p50=120ms,p95=900ms` log-normal; two of mean, p50, p95, p99',
    )
    .option('--samples <file>', 'what handlers took: a number of ms, a duration, or JSON with `took` a line')
    .option('--processes <count>', 'how many share the work (default: 1)')
    .option('--for <duration>', 'how long messages come (default: until 10,000 have, and at least a minute)')
    .option(
      '--target <p95=2s>',
      'find the smallest maxWorkers with which none of mean, p50, p95, p99 or max waits longer',
    )
    .option('--keys <count>', 'how many order keys there are (default: 1000, where the policy has orderBy)')
    .option('--zipf <exponent>', 'how uneven they are: 0 all alike, 1 a few have most')
    .option('--failures <share>', 'handler calls that fail: `2%` or `0.02` (default: none)')
    .option('--round-trip <duration>', 'what one call of Redis takes (default: 0.3ms)')
    .option('--seed <number>', 'another course of events (default: 1)')
    .option('--chart <file>', 'draw a chart into this file, .svg or .png')
    .addOption(perspectiveOption())
    .option('--json', 'print one JSON document')
    .helpCommand(false)
    .addHelpText('after', EXAMPLES.trimEnd())
    .action((document: string, { json = false, ...given }: Given) => found({ document, ...given, json }));
}
