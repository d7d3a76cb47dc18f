import type { Change, ChangeSeverity, Contract } from '../../diff/types.js';
import { inOrder } from '../../document/order.js';
import type { Diagnostic } from '../../document/types.js';
import type { Perspective } from '../../model/types.js';
import type { ExitCode, Reporter } from '../report/index.js';
import { reportChanges } from './report.js';
import type { DiffCommand } from './types.js';

/** From the worst to the least. */
const SEVERITIES: readonly ChangeSeverity[] = ['breaking', 'compatible', 'documentation'];

/**
 * Carries out `fs-gen diff`.
 *
 * @returns 1 for changes as bad as `--fail-on` says, 2 when a document is wrong, and that has been reported
 */
export async function runDiff(command: DiffCommand, reporter: Reporter): Promise<ExitCode> {
  const { perspective, areas, failOn } = command;
  const seen = perspective === 'peer' ? 'peer' : 'application';
  const [before, after] = [await load(command.old, seen), await load(command.new, seen)];
  if (before.contract === undefined || after.contract === undefined) {
    reporter.problems([...before.errors, ...after.errors], { consequence: '' });
    return 2;
  }
  const { diffContracts } = await import('../../diff/index.js');
  const changes = diffContracts(before.contract, after.contract, perspective).filter(
    ({ area }) => areas.length === 0 || areas.includes(area),
  );
  reportChanges(changes, command, reporter);
  return changes.some((change) => isAsBad(change, failOn)) ? 1 : 0;
}

function isAsBad({ severity }: Change, failOn: DiffCommand['failOn']): boolean {
  return failOn !== 'none' && SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(failOn);
}

interface Loaded {
  readonly contract?: Contract;
  readonly errors: readonly Diagnostic[];
}

/** Warnings are left out: they are about the code that would be generated. */
async function load(file: string, perspective: Perspective): Promise<Loaded> {
  const [{ loadDocument }, { buildModel }] = await Promise.all([
    import('../../document/index.js'),
    import('../../model/index.js'),
  ]);
  const { document, diagnostics } = await loadDocument(file);
  const built = document && buildModel(document, { perspective });
  const errors = inOrder([...diagnostics, ...(built?.diagnostics ?? [])]).filter(
    ({ severity }) => severity === 'error',
  );
  return document === undefined || built === undefined || errors.length > 0
    ? { errors }
    : { contract: { document, built }, errors };
}
