import { readFileSync } from 'node:fs';
import type { Console } from '../console.js';
import { codeFrame } from './code-frame.js';
import type { Problem } from './types.js';

export interface TextOptions {
  /** What the errors led to, after their number. */
  readonly consequence?: string;
}

/** Every problem with its place, the line that it is in, and what to do; then how many there are, and what errors led to. */
export function printProblems(
  problems: readonly Problem[],
  terminal: Console,
  { consequence = '; nothing was written' }: TextOptions = {},
): void {
  if (problems.length === 0) return;
  const { dim } = terminal.err;
  const linesOf = sourceReader();
  for (const problem of problems) {
    const { location, hint } = problem;
    terminal.complain(headline(problem, terminal));
    if (location !== undefined && 'line' in location)
      for (const line of codeFrame(linesOf(location.file), location)) terminal.complain(dim(line));
    if (hint !== undefined) terminal.complain(`  hint: ${hint}`);
    terminal.complain('');
  }
  terminal.complain(summary(problems, consequence));
}

/** One problem without a place, which is all that there is to say. */
export function printProblem(problem: Problem, terminal: Console): void {
  terminal.complain(headline(problem, terminal));
  if (problem.hint !== undefined) terminal.complain(`  hint: ${problem.hint}`);
}

function headline({ severity, code, message, location }: Problem, terminal: Console): string {
  const { bold, cyan, dim, red, yellow } = terminal.err;
  const colour = { error: red, warning: yellow, note: cyan }[severity];
  const said = `${colour(severity)}  ${dim(code)}  ${bold(message)}`;
  return location === undefined ? said : `${cyan(placeOf(location))}  ${said}`;
}

function placeOf(location: NonNullable<Problem['location']>): string {
  return 'line' in location ? `${location.file}:${location.line}:${location.column}` : location.file;
}

function summary(problems: readonly Problem[], consequence: string): string {
  const count = (severity: Problem['severity']) =>
    counted(problems.filter((problem) => problem.severity === severity).length, severity);
  const counts = [count('error'), count('warning'), count('note')].filter((text) => text !== '');
  const wrong = problems.some(({ severity }) => severity === 'error');
  return `${counts.join(', ')}${wrong ? consequence : ''}`;
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
