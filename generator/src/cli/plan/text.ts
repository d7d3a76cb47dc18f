import type { Console } from '../console.js';
import { rounded, share, type TimeAxis, time, timeAxis } from './figures.js';
import type { Trial } from './runtime.js';
import { answerOf, loadOf, overloadOf, type Planned, standingByOf, targetText } from './words.js';

/** Columns of the figures, left of the chart. */
const FIGURES = 47;
const WIDEST = 110;

/** One operation, for people: figures of the policy as it is, then other limits as figures and as a chart. */
export function printPlanned(planned: Planned, terminal: Console): void {
  const { bold, cyan, dim, green, red, yellow } = terminal.out;
  const { asIs, limit } = planned.exploration;
  const { waiting, held, inSystem, retries, deadLettered, refused } = asIs;
  const row = (name: string, value: string) => terminal.print(`  ${dim(name.padEnd(14))}${value}`);
  const workers = limit === undefined ? 'adaptive' : `maxWorkers ${limit}`;
  terminal.print(`${bold(cyan(planned.operation))}  ${bold(workers)}  ${dim(loadOf(asIs))}`);
  terminal.print('');
  const overload = overloadOf(planned.exploration);
  if (overload !== undefined) terminal.print(`  ${red('overloaded')}    ${overload}`);
  const idle = standingByOf(asIs);
  if (idle !== undefined) terminal.print(`  ${yellow('standing by')}   ${idle}`);
  row('throughput', `${rounded(asIs.throughput)} of ${rounded(asIs.offered)} messages a second`);
  row('busy', `${share(asIs.utilisation)} of the workers, ${rounded(asIs.running.mean)} on average`);
  if (limit === undefined) row('limit', `${rounded(asIs.limit.mean)} on average, in all processes`);
  const percentiles = (['p50', 'p95', 'p99', 'max'] as const).map(
    (name) => `${dim(name)} ${time(waiting[name])}`,
  );
  row('waiting', percentiles.join('   '));
  row('held', `${rounded(held.mean)} on average, ${held.max} at most, in all processes`);
  row('in the system', `${rounded(inSystem.mean)} on average, ${inSystem.max.toLocaleString('en')} at most`);
  if (retries + deadLettered > 0) row('retries', `${retries}, and ${deadLettered} dead letters`);
  if (refused > 0) row('refused', `${refused} publications, because the backlog was full`);
  const answer = answerOf(planned);
  if (answer !== undefined) {
    const met = planned.exploration.answer?.kind === 'limit';
    terminal.print('');
    terminal.print(`  ${met ? green('target') : red('target')}        ${answer}`);
  }
  terminal.print('');
  printCurve(planned, terminal);
  terminal.print('');
}

function printCurve({ exploration, target }: Planned, terminal: Console): void {
  const { curve, limit, answer } = exploration;
  const { bold, dim } = terminal.out;
  const stable = curve.filter(({ result }) => result.overload === undefined);
  const waits = stable.flatMap(({ result }) => [result.waiting.p50, result.waiting.p99]);
  const axis = timeAxis(target === undefined ? waits : [...waits, target.ms]);
  const width = Math.max(16, Math.min(terminal.width, WIDEST) - FIGURES - 1);
  const heading = `   maxWorkers  busy${['p50', 'p95', 'p99'].map((name) => name.padStart(9)).join('')}`;
  terminal.print(dim(`${heading.padEnd(FIGURES)}${decades(axis, width)}`));
  for (const trial of curve) {
    const { limit: workers, result } = trial;
    const mark = answer?.kind === 'limit' && answer.limit === workers ? '→' : ' ';
    const head = ` ${mark}${workers === limit ? '*' : ' '}${String(workers).padStart(10)}`;
    if (result.overload !== undefined) {
      const { growth } = result.overload;
      const grows = `overloaded: ${growth > 0 ? `the backlog grows by ${rounded(growth)}/s` : 'more comes than gets done'}`;
      terminal.print(`${head}${dim(`${share(result.utilisation).padStart(6)}   ${grows}`)}`);
      continue;
    }
    const { p50, p95, p99 } = result.waiting;
    const figures = `${share(result.utilisation).padStart(6)}${[p50, p95, p99].map((ms) => time(ms).padStart(9)).join('')}`;
    const line = `${head}${figures}`.padEnd(FIGURES);
    terminal.print(`${workers === limit ? bold(line) : line}${plot(trial, axis, width, target?.ms)}`);
  }
  const legend = ['● p50  ◆ p95  ■ p99 of waiting'];
  if (target !== undefined) legend.push(`┊ ${targetText(target)}`);
  if (limit !== undefined) legend.push('* as it is');
  if (answer?.kind === 'limit') legend.push('→ meets it');
  terminal.print(dim(`   ${legend.join('   ')}`));
}

/** The tick of each power of ten, as far as there is room. */
function decades(axis: TimeAxis, width: number): string {
  let line = '';
  for (const { ms, label } of axis.ticks) {
    const column = columnOf(axis, ms, width);
    const at = Math.min(column, width - label.length);
    if (at < line.length + (line === '' ? 0 : 1)) continue;
    line = line.padEnd(at) + label;
  }
  return line;
}

function plot({ result }: Trial, axis: TimeAxis, width: number, target: number | undefined): string {
  const { p50, p95, p99 } = result.waiting;
  const cells = Array.from({ length: width }, () => ' ');
  if (target !== undefined) cells[columnOf(axis, target, width)] = '┊';
  for (let at = columnOf(axis, p50, width); at <= columnOf(axis, p99, width); at++) cells[at] = '─';
  cells[columnOf(axis, p99, width)] = '■';
  cells[columnOf(axis, p50, width)] = '●';
  cells[columnOf(axis, p95, width)] = '◆';
  return cells.join('').trimEnd();
}

function columnOf(axis: TimeAxis, ms: number, width: number): number {
  return Math.round(axis.at(ms) * (width - 1));
}
