import { promises as files } from 'node:fs';
import { nearest } from '../../document/near.js';
import { GeneratorError } from '../../errors.js';
import type { OperationModel, SdkModel } from '../../model/types.js';
import type { Console } from '../console.js';
import { loadContract } from '../contract.js';
import { printProblems } from '../report/text.js';
import { planJson } from './json.js';
import { Progress } from './progress.js';
import { type HandlerTime, loadPlan, type Plan } from './runtime.js';
import { printPlanned } from './text.js';
import type { ChartFile, PlanCommand, PlanRequest } from './types.js';
import { readValues } from './values.js';
import type { Planned } from './words.js';

/**
 * Carries out `fs-gen plan`.
 *
 * @returns `wrong` when the document or a value is, and that has been printed
 * @throws GeneratorError, or an error of the runtime with a code and a hint
 */
export async function runPlan(command: PlanCommand, terminal: Console): Promise<'done' | 'wrong'> {
  const request = readValues(command);
  if (!('arrivals' in request)) {
    printProblems(request, terminal, { consequence: '' });
    return 'wrong';
  }
  const { model, diagnostics } = await loadContract(command);
  if (model === undefined) {
    // Warnings are about the code that would be generated.
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    printProblems(errors, terminal, { consequence: '' });
    return 'wrong';
  }
  const operations = chooseOperations(model, command, request, terminal);
  const plan = await loadPlan(command.document, process.cwd());
  const planned: Planned[] = [];
  for (const { operation, time } of operations) {
    const one = await exploreOne(plan, operation, time, request, terminal);
    if (!command.json) printPlanned(one, terminal);
    planned.push(one);
  }
  if (command.json) terminal.print(JSON.stringify(planJson(planned), null, 2));
  if (request.chart !== undefined) await drawChart(request.chart, planned, command, terminal);
  return 'done';
}

async function exploreOne(
  plan: Plan,
  { name, policy }: OperationModel,
  time: HandlerTime,
  request: PlanRequest,
  terminal: Console,
): Promise<Planned> {
  const { arrivals, processes, duration, keys, failures, roundTrip, seed, target } = request;
  const progress = new Progress(terminal, name);
  try {
    const exploration = await plan.explore({
      operation: name,
      policy,
      arrivals,
      time,
      processes,
      failures,
      ...(duration !== undefined && { duration }),
      ...(keys !== undefined && { keys }),
      ...(roundTrip !== undefined && { roundTrip }),
      ...(seed !== undefined && { seed }),
      ...(target !== undefined && { target }),
      onSimulation: (limit) => progress.simulating(limit),
    });
    return { operation: name, target, exploration };
  } finally {
    progress.end();
  }
}

interface Chosen {
  readonly operation: OperationModel;
  readonly time: HandlerTime;
}

/**
 * The operations that are meant, and what their handlers take.
 *
 * @throws GeneratorError `FS_OPTION_INVALID`
 */
function chooseOperations(
  model: SdkModel,
  command: PlanCommand,
  { time }: PlanRequest,
  terminal: Console,
): readonly Chosen[] {
  const streams = new Set(
    model.channels.filter(({ transport }) => transport === 'stream').map(({ name }) => name),
  );
  const received = model.operations.filter(
    ({ action, channel }) => action === 'receive' && streams.has(channel),
  );
  const wanted = received.filter(({ name }) => command.operation === undefined || name === command.operation);
  if (wanted.length === 0) throw unknown(command.operation, received);
  const chosen = wanted.flatMap((operation): readonly Chosen[] => {
    const own = timeOf(operation.name, time);
    return own === undefined ? [] : [{ operation, time: own }];
  });
  const silent = wanted.filter(({ name }) => !chosen.some(({ operation }) => operation.name === name));
  if (chosen.length === 0) {
    const names = silent.map(({ name }) => name).join(' or ');
    throw new GeneratorError('FS_OPTION_INVALID', `--samples ${command.samples} has no times of ${names}.`, {
      hint: 'The lines name other operations: {"operation": "…", "took": 120}.',
    });
  }
  for (const { name } of silent)
    terminal.complain(`${terminal.err.yellow('warning')}  ${name} is left out: there are no samples of it.`);
  return chosen;
}

function timeOf(operation: string, time: PlanRequest['time']): HandlerTime | undefined {
  if ('kind' in time) return time;
  const ms = [...(time.get(operation) ?? []), ...(time.get('') ?? [])];
  return ms.length === 0 ? undefined : { kind: 'samples', ms };
}

function unknown(name: string | undefined, received: readonly OperationModel[]): GeneratorError {
  const names = received.map((operation) => operation.name);
  if (name === undefined || names.length === 0) {
    return new GeneratorError('FS_OPTION_INVALID', 'The document receives nothing from a stream.', {
      hint: 'Is it the other side that receives? Then add --perspective peer.',
    });
  }
  const near = nearest(name, names);
  const hint = near === undefined ? `It receives ${names.join(', ')}.` : `Did you mean \`${near}\`?`;
  return new GeneratorError('FS_OPTION_INVALID', `The document has no operation \`${name}\` that receives.`, {
    hint,
  });
}

/** @throws GeneratorError `FS_WRITE_FAILED`, `FS_CHART_LIBRARY_MISSING` */
async function drawChart(
  { path, kind }: ChartFile,
  planned: readonly Planned[],
  { document }: PlanCommand,
  terminal: Console,
): Promise<void> {
  const { chartSvg } = await import('./chart.js');
  const svg = chartSvg(planned);
  const content = kind === 'svg' ? svg : await (await import('./png.js')).pngOf(svg, document);
  try {
    await files.writeFile(path, content);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new GeneratorError('FS_WRITE_FAILED', `The chart could not be written: ${reason}.`, {
      cause,
      hint: 'Mend what the message says, or name another file.',
    });
  }
  terminal.complain(`chart  ${path}`);
}
