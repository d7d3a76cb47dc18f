/** Values of options, read; all that are wrong are told at once. */
import { extname } from 'node:path';
import { UNITS } from '../../document/duration.js';
import { nearest } from '../../document/near.js';
import type { Problem } from '../report/index.js';
import type { HandlerTime, Keys, Target, TimeName } from './runtime.js';
import { readSamples } from './samples.js';
import type { ChartFile, PlanCommand, PlanRequest } from './types.js';

type Complain = (message: string, hint: string) => undefined;

const PER = { s: 1, m: 60, min: 60, h: 3_600 } as const;
const TARGETS = ['mean', 'p50', 'p95', 'p99', 'max'] as const;
const TIMES: readonly TimeName[] = ['mean', 'p50', 'p95', 'p99'];
const DURATION = 'Write a number and a unit, such as 0.3ms, 200ms, 1.5s, 10m or 1h.';

/** What was asked for, or everything that is wrong with it. */
export function readValues(command: PlanCommand): PlanRequest | readonly Problem[] {
  const problems: Problem[] = [];
  const complain: Complain = (message, hint) => {
    problems.push({ severity: 'error', code: 'FS_OPTION_INVALID', message, hint });
    return undefined;
  };
  const duration = (name: string, text: string | undefined) =>
    text === undefined ? undefined : (msOf(text) ?? complain(`--${name} ${text} is no duration.`, DURATION));
  const rate = rateOf(command.rate, complain);
  const time = timeOf(command, complain, problems);
  const request = {
    processes: count('processes', command.processes, complain) ?? 1,
    duration: duration('for', command.for),
    target: targetOf(command.target, complain),
    keys: keysOf(command, complain),
    failures: shareOf(command.failures, complain) ?? 0,
    roundTrip: duration('round-trip', command.roundTrip),
    seed: command.seed === undefined ? undefined : seedOf(command.seed, complain),
    chart: chartOf(command.chart, complain),
  };
  if (request.duration === 0) complain('--for 0 is no time for anything to come.', DURATION);
  if (rate === undefined || time === undefined || problems.length > 0) return problems;
  return { ...request, arrivals: { kind: command.arrivals, perSecond: rate }, time };
}

function msOf(text: string): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text.trim()) ?? [];
  return number === undefined ? undefined : Number(number) * UNITS[unit as keyof typeof UNITS];
}

function rateOf(text: string | undefined, complain: Complain): number | undefined {
  const hint = 'Write how many messages come in what time, such as 50/s, 3000/m or 0.5/s.';
  if (text === undefined) return complain('--rate is missing: how many messages come?', hint);
  const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)(?:\/(s|m|min|h))?$/.exec(text.trim()) ?? [];
  const rate = Number(number ?? 0) / PER[unit as keyof typeof PER];
  return rate > 0 ? rate : complain(`--rate ${text} is no rate.`, hint);
}

function timeOf(
  { time, samples }: PlanCommand,
  complain: Complain,
  problems: Problem[],
): PlanRequest['time'] | undefined {
  const hint = 'Write 200ms, mean=200ms, or two of mean, p50, p95 and p99, such as p50=120ms,p95=900ms.';
  if (time !== undefined && samples !== undefined)
    return complain('--time and --samples both say what handlers take.', 'Leave one of the two out.');
  if (samples !== undefined) {
    const read = readSamples(samples);
    if (read instanceof Map) return read;
    problems.push(...read);
    return undefined;
  }
  if (time === undefined) return complain('--time or --samples is missing: what does a handler take?', hint);
  const ms = msOf(time);
  if (ms !== undefined) return ms > 0 ? { kind: 'fixed', ms } : complain(`--time ${time} is no time.`, hint);
  return distributionOf(time, hint, complain);
}

function distributionOf(text: string, hint: string, complain: Complain): HandlerTime | undefined {
  const known: { [Name in TimeName]?: number } = {};
  for (const part of text.split(',')) {
    const [name = '', value = ''] = part.split('=').map((each) => each.trim());
    const ms = msOf(value);
    const field = TIMES.find((each) => each === name);
    if (field === undefined || ms === undefined || ms === 0 || known[field] !== undefined)
      return complain(`--time ${text} says nothing at \`${part}\`.`, hint);
    known[field] = ms;
  }
  const names = Object.keys(known);
  if (names.length === 1 && known.mean !== undefined) return { kind: 'exponential', mean: known.mean };
  if (names.length !== 2)
    return complain(`--time ${text} has ${names.length} figures where it takes two.`, hint);
  const inOrder = [known.p50, known.p95, known.p99].filter((ms) => ms !== undefined);
  if (inOrder.some((ms, i) => ms < (inOrder[i - 1] ?? 0)))
    return complain(`--time ${text} is not in order.`, 'p50 is below p95, and p95 below p99.');
  return { kind: 'lognormal', ...known };
}

function targetOf(text: string | undefined, complain: Complain): Target | undefined {
  if (text === undefined) return undefined;
  const [name = '', value = ''] = text.split('=').map((each) => each.trim());
  const of = TARGETS.find((each) => each === name);
  const ms = msOf(value);
  if (of !== undefined && ms !== undefined) return { of, ms };
  const meant = of === undefined ? nearest(name, TARGETS) : undefined;
  const hint =
    meant === undefined
      ? 'Write what must not wait longer, and how long: p95=2s. There are mean, p50, p95, p99 and max.'
      : `Did you mean \`${meant}=${value || '2s'}\`?`;
  return complain(`--target ${text} is no target.`, hint);
}

function keysOf({ keys, zipf }: PlanCommand, complain: Complain): Keys | undefined {
  const number = count('keys', keys, complain);
  if (zipf === undefined) return number === undefined ? undefined : { count: number };
  if (!/^\d+(\.\d+)?$/.test(zipf))
    return complain(`--zipf ${zipf} is no exponent.`, 'Write a number from 0 on, such as 1.1.');
  return { count: number ?? 1_000, zipf: Number(zipf) };
}

function count(name: string, text: string | undefined, complain: Complain): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  return complain(`--${name} ${text} is no count.`, 'Write a whole number from 1 on.');
}

function seedOf(text: string, complain: Complain): number | undefined {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  return complain(`--seed ${text} is no seed.`, 'Write a whole number.');
}

function shareOf(text: string | undefined, complain: Complain): number | undefined {
  if (text === undefined) return undefined;
  const [, number, percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text.trim()) ?? [];
  const share = Number(number ?? 1) / (percent === '%' ? 100 : 1);
  if (share < 1) return share;
  return complain(`--failures ${text} is no share.`, 'Write 2% or 0.02; it has to be less than all of them.');
}

function chartOf(path: string | undefined, complain: Complain): ChartFile | undefined {
  if (path === undefined) return undefined;
  const kind = extname(path).slice(1).toLowerCase();
  if (kind === 'svg' || kind === 'png') return { path, kind };
  return complain(`--chart ${path} is no kind of chart.`, 'Name a file that ends with .svg or .png.');
}
