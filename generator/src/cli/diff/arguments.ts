import { Command, Option } from 'commander';
import type { ChangeArea } from '../../diff/types.js';
import { formatOption } from '../options.js';
import type { DiffCommand } from './types.js';

/** As commander gives them. */
interface Given extends Pick<DiffCommand, 'perspective' | 'format' | 'failOn'> {
  readonly only?: readonly ChangeArea[];
}

const AREAS: readonly ChangeArea[] = ['wire', 'code', 'policy', 'documentation'];

const EXAMPLES = `
Examples:
  fs-gen diff old.yaml specs/api.yaml
  fs-gen diff old.yaml specs/api.yaml --perspective both --only wire policy
  fs-gen diff old.yaml specs/api.yaml --format json --fail-on none

Exit codes: 0 nothing that breaks, 1 something that does, 2 a document or the
arguments are wrong, 3 a mistake of fs-gen.
`;

/** The command `fs-gen diff`; calls `found` with what was asked for. */
export function diffCommand(found: (command: DiffCommand) => void): Command {
  return new Command('diff')
    .description('What has changed from one document to the next, and whom it breaks.')
    .summary('compare two documents: what breaks, and for whom')
    .argument('<old>', 'the document that is in use')
    .argument('<new>', 'the document that is to follow')
    .addOption(
      new Option('--perspective <side>', 'who moves to the new document while the others stay with the old')
        .choices(['application', 'peer', 'both'])
        .default('application'),
    )
    .addOption(formatOption())
    .addOption(
      new Option('--fail-on <severity>', 'exit with 1 on changes as bad as this, or worse')
        .choices(['breaking', 'compatible', 'documentation', 'none'])
        .default('breaking'),
    )
    .addOption(new Option('--only <area...>', 'only changes of these areas').choices(AREAS))
    .helpCommand(false)
    .addHelpText('after', EXAMPLES.trimEnd())
    .action((old: string, now: string, { only = [], ...given }: Given) =>
      found({ old, new: now, ...given, areas: only }),
    );
}
