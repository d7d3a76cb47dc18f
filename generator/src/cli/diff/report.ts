import type { Change, ChangeSeverity } from '../../diff/types.js';
import type { Problem, Reporter } from '../report/index.js';
import { countBySeverity } from './summary.js';
import { printText } from './text.js';
import type { DiffCommand } from './types.js';

/** Nothing but what breaks asks for anything. */
const LEVELS: Readonly<Record<ChangeSeverity, Problem['severity']>> = {
  breaking: 'error',
  compatible: 'note',
  documentation: 'note',
};

/** Says what has changed, in the format that was asked for. */
export function reportChanges(changes: readonly Change[], command: DiffCommand, reporter: Reporter): void {
  const { old, new: now, perspective, format } = command;
  switch (format) {
    case 'text':
      printText(changes, command, reporter.terminal);
      break;
    case 'json':
      reporter.findings({ old, new: now, perspective, summary: countBySeverity(changes), changes });
      break;
    case 'github':
    case 'sarif':
      reporter.problems(changes.map(asProblem));
      break;
    default:
      format satisfies never;
  }
}

function asProblem({ severity, kind, message, location, path }: Change): Problem {
  return { severity: LEVELS[severity], code: kind, message, location, path };
}
