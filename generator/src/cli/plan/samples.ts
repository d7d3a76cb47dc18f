import { readFileSync } from 'node:fs';
import { UNITS } from '../../document/duration.js';
import type { Problem } from '../report/index.js';

/** Lines that can't be read are told up to so many. */
const TOLD = 5;

type Sample = { readonly operation: string; readonly ms: number } | 'nothing' | 'wrong';

/**
 * What handlers took: a number of milliseconds, a duration, or a JSON object with `took`, and perhaps `operation`, on
 * each line. Other objects are passed over, so that a log can be given as it is.
 *
 * @returns milliseconds by operation, those of none under `''`; or what is wrong
 */
export function readSamples(file: string): Map<string, number[]> | readonly Problem[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'is not there' : 'can not be read';
    return [
      problem(`--samples ${file} ${reason}.`, 'Check the path; it counts from where the command runs.'),
    ];
  }
  const samples = new Map<string, number[]>();
  const wrong: Problem[] = [];
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    const sample = sampleOf(line.trim());
    if (sample === 'nothing') continue;
    if (sample === 'wrong') {
      const location = { file, line: i + 1, column: 1 };
      const message = `This line is neither a time nor a JSON object.`;
      wrong.push({ ...problem(message, 'Write 120, 120ms, or {"took": 120}; one on each line.'), location });
      continue;
    }
    const { operation, ms } = sample;
    const known = samples.get(operation);
    if (known === undefined) samples.set(operation, [ms]);
    else known.push(ms);
  }
  if (wrong.length > 0) return wrong.slice(0, TOLD);
  if (samples.size > 0) return samples;
  return [
    problem(
      `--samples ${file} has no times.`,
      'Collect them with worker.on("handler-succeeded", ({ operation, took }) => …); docs/plan.md shows how.',
    ),
  ];
}

function sampleOf(line: string): Sample {
  if (line === '' || line.startsWith('#')) return 'nothing';
  const [, number, unit = 'ms'] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(line) ?? [];
  if (number !== undefined) return { operation: '', ms: Number(number) * UNITS[unit as keyof typeof UNITS] };
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return 'wrong';
  }
  if (typeof value !== 'object' || value === null) return 'wrong';
  const { took, operation, event } = value as Readonly<Record<string, unknown>>;
  // A log has the times of handlers that failed, and those alone would be a picture of something else.
  if (took === undefined || event === 'handler-failed') return 'nothing';
  if (typeof took !== 'number' || !(took >= 0)) return 'wrong';
  return { operation: typeof operation === 'string' ? operation : '', ms: took };
}

function problem(message: string, hint: string): Problem {
  return { severity: 'error', code: 'FS_OPTION_INVALID', message, hint };
}
