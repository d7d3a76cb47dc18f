import type { Change, ChangeSide } from '../../diff/types.js';
import type { Console } from '../console.js';
import { countBySeverity } from './summary.js';
import type { DiffCommand } from './types.js';

/** Longest value that is shown. */
const WIDTH = 60;

const SIDES: Readonly<Record<ChangeSide, string | undefined>> = {
  sending: 'breaks when those who send move first',
  receiving: 'breaks when those who receive move first',
  both: 'breaks whoever moves first',
  none: undefined,
};

/** A line for each change with its place, what it was and is, and whom it breaks. */
export function printText(
  changes: readonly Change[],
  { old, new: now }: DiffCommand,
  terminal: Console,
): void {
  const { bold, cyan, dim, green, red, yellow } = terminal.out;
  if (changes.length === 0) {
    terminal.print(`${green('✔')} ${now} says the same as ${old}`);
    return;
  }
  const colours = { breaking: red, compatible: green, documentation: dim };
  for (const change of changes) {
    const { severity, kind, message, location, side } = change;
    const place = `${location.file}:${location.line}:${location.column}`;
    terminal.print(`${cyan(place)}  ${colours[severity](severity)}  ${dim(kind)}  ${bold(message)}`);
    const values = valuesOf(change);
    if (values !== undefined) terminal.print(dim(`  ${values}`));
    const said = SIDES[side];
    if (said !== undefined) terminal.print(severity === 'breaking' ? yellow(`  ${said}`) : dim(`  ${said}`));
  }
  const counts = Object.entries(countBySeverity(changes)).filter(([, count]) => count > 0);
  terminal.print('');
  terminal.print(counts.map(([severity, count]) => `${count} ${severity}`).join(', '));
}

function valuesOf({ before, after }: Change): string | undefined {
  if (before === undefined && after === undefined) return undefined;
  if (before === undefined) return `+ ${shown(after)}`;
  return after === undefined ? `- ${shown(before)}` : `${shown(before)} → ${shown(after)}`;
}

function shown(value: unknown): string {
  const text = (typeof value === 'string' ? value : JSON.stringify(value)).replace(/\s+/g, ' ').trim();
  return text.length > WIDTH ? `${text.slice(0, WIDTH - 1)}…` : text;
}
