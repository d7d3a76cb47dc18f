import { mkdirSync, writeFileSync } from 'node:fs';
import { arch, availableParallelism, platform } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Finding } from './scenario.js';

/** Ignored by git. */
const FOLDER = fileURLToPath(new URL('../../.tmp/chaos/', import.meta.url));

export interface Result {
  readonly scenario: string;
  readonly form: 'long' | 'short';
  readonly seed: number;
  readonly sizes: Readonly<Record<string, number>>;
  readonly sabotage: string | null;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly seconds: number;
  readonly machine: string;
  readonly findings: readonly Finding[];
  readonly passed: boolean;
}

/** What the figures depend on. */
export function machine(redis: string): string {
  return `${availableParallelism()} cores, ${platform()} ${arch()}, Node ${process.versions.node}, Redis ${redis}`;
}

/** Longer words stick out instead of widening their column. */
const WIDEST = 20;

/** For people: a line for each figure, and the verdict. */
export function tableOf({ findings, passed, scenario, seconds }: Result): readonly string[] {
  const rows = findings.map(({ what, figure, limit = '', ok }) => [
    what,
    String(figure),
    limit,
    limit === '' ? '' : ok ? 'ok' : 'BROKEN',
  ]);
  const table = [['figure', 'value', 'limit', ''], ...rows];
  const widthOf = (column: number) =>
    Math.max(
      ...table.map((row) => row[column]?.length ?? 0).filter((width) => column === 0 || width <= WIDEST),
    );
  const widths = [0, 1, 2, 3].map(widthOf);
  return [
    ...table.map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd()),
    `${passed ? 'passed' : 'FAILED'}: ${scenario}, ${seconds} s`,
  ];
}

/** Keeps the figures as JSON, and beside them what the worker processes have printed, if any. Gives the path. */
export function keep(result: Result, workersLog: string): string {
  const { scenario, form, seed, sabotage } = result;
  const name = [scenario, form, seed, sabotage].filter(Boolean).join('-');
  const path = join(FOLDER, `${name}.json`);
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(path, `${JSON.stringify(result, null, 2)}\n`);
  if (workersLog !== '') writeFileSync(path.replace(/json$/, 'log'), workersLog);
  return path;
}
