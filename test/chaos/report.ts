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

/** A table for people; the same as JSON in a file, whose path it gives. */
export function report(result: Result): string {
  const rows = result.findings.map(({ what, figure, limit = '', ok }) => [
    what,
    String(figure),
    limit,
    limit === '' ? '' : ok ? 'ok' : 'BROKEN',
  ]);
  const table = [['figure', 'value', 'limit', ''], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  for (const row of table) {
    console.log(`  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}`.trimEnd());
  }
  console.log(`${result.passed ? 'passed' : 'FAILED'}: ${result.scenario}, ${result.seconds} s`);
  mkdirSync(FOLDER, { recursive: true });
  const name = [result.scenario, result.form, result.seed, result.sabotage].filter(Boolean).join('-');
  const path = join(FOLDER, `${name}.json`);
  writeFileSync(path, `${JSON.stringify(result, null, 2)}\n`);
  return path;
}

/** What the worker processes of a failed run have printed, beside its figures. */
export function keepLog(path: string, log: string): void {
  writeFileSync(path.replace(/json$/, 'log'), log);
}
