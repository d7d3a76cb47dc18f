import { readFileSync } from 'node:fs';
import type { Diagnostic } from '../document/types.js';
import { codeFrame } from './code-frame.js';
import type { Console } from './console.js';

/** Every problem with its place, the line that it is in, and what to do; then how many there are, and what errors led to. */
export function printDiagnostics(
  diagnostics: readonly Diagnostic[],
  terminal: Console,
  { consequence = '; nothing was written' }: { readonly consequence?: string } = {},
): void {
  if (diagnostics.length === 0) return;
  const { bold, cyan, dim, red, yellow } = terminal.err;
  const linesOf = sourceReader();
  for (const { severity, code, message, location, hint } of diagnostics) {
    const colour = severity === 'error' ? red : yellow;
    const place = `${location.file}:${location.line}:${location.column}`;
    terminal.complain(`${cyan(place)}  ${colour(severity)}  ${dim(code)}  ${bold(message)}`);
    for (const line of codeFrame(linesOf(location.file), location)) terminal.complain(dim(line));
    if (hint !== undefined) terminal.complain(`  hint: ${hint}`);
    terminal.complain('');
  }
  terminal.complain(summary(diagnostics, consequence));
}

function summary(diagnostics: readonly Diagnostic[], consequence: string): string {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  const warnings = diagnostics.length - errors;
  const counts = [counted(errors, 'error'), counted(warnings, 'warning')].filter((text) => text !== '');
  return `${counts.join(', ')}${errors > 0 ? consequence : ''}`;
}

function counted(count: number, noun: string): string {
  return count === 0 ? '' : `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Lines of a file, each file read once; none for what is no readable file. */
function sourceReader(): (file: string) => readonly string[] {
  const known = new Map<string, readonly string[]>();
  return (file) => {
    const lines = known.get(file) ?? read(file);
    known.set(file, lines);
    return lines;
  };
}

function read(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split(/\r?\n/);
  } catch {
    return [];
  }
}
