import type { PolicyDeclaration } from '../contract.js';
import { parseExpression } from '../core/expression.js';
import { FsError } from '../errors.js';
import { type HandlerTime, type TimeSource, timeSource } from './times.js';

/** How messages come. */
export type Arrivals =
  /** One independently of the other, as from many users. */
  | { readonly kind: 'poisson'; readonly perSecond: number }
  /** Evenly, as from a clock. */
  | { readonly kind: 'constant'; readonly perSecond: number }
  /** At these milliseconds after the start, in their order. */
  | { readonly kind: 'list'; readonly ms: readonly number[] };

/** Order keys of the messages. */
export interface Keys {
  /** How many there are. */
  readonly count: number;
  /** The share of the key in place n goes as 1 / n^zipf. Default 0: all keys alike. */
  readonly zipf?: number;
}

export interface SimulationOptions {
  /** Name of the operation, for messages. */
  readonly operation: string;
  /** The operation's `x-fs-*`, merged; as in generated code. */
  readonly policy: PolicyDeclaration;
  readonly arrivals: Arrivals;
  /** What one call of the handler takes; for a batch handler, what one batch takes. */
  readonly time: HandlerTime;
  /** Processes that share the work, each with the policy's limit. Default 1. */
  readonly processes?: number;
  /** Milliseconds during which messages arrive. Default: long enough for 10,000 messages, and at least a minute. */
  readonly duration?: number;
  /** Milliseconds at the beginning of which nothing counts. Default: a tenth of the duration. */
  readonly warmUp?: number;
  /** Default, where the policy asks for an order: 1,000 keys, all alike. */
  readonly keys?: Keys;
  /** Share of handler calls that fail, 0 up to, but not including, 1. Default 0. */
  readonly failures?: number;
  /** Milliseconds that one call of Redis takes, there and back. Default 0.3, which is one network switch away. */
  readonly roundTrip?: number;
  /** The same seed gives the same figures. Default 1. */
  readonly seed?: number;
}

/** Options with every default filled in. */
export interface Setup extends Required<Omit<SimulationOptions, 'keys'>> {
  readonly keys: Keys | undefined;
  readonly source: TimeSource;
  /** Messages per second. */
  readonly rate: number;
}

const MESSAGES = 10_000;
const SHORTEST = 60_000;
const KEYS = 1_000;
/** More would take minutes, and gigabytes. */
const MOST_MESSAGES = 2_000_000;

/**
 * Fills in defaults.
 *
 * @throws FsError `FS_PLAN_INVALID` with all that is wrong
 */
export function setupOf(options: SimulationOptions): Setup {
  const { policy, arrivals, processes = 1, failures = 0, roundTrip = 0.3, seed = 1 } = options;
  const source = timeSource(options.time);
  const wrong = typeof source === 'string' ? [`time: ${source}`] : [];
  const demand = (right: boolean, message: string) => {
    if (!right) wrong.push(message);
  };
  const { rate, span } = demandOf(arrivals, demand);
  const duration = options.duration ?? span ?? Math.max(SHORTEST, (MESSAGES / rate) * 1_000);
  const warmUp = options.warmUp ?? duration / 10;
  const orderBy = policy.concurrency?.orderBy;
  const keys = options.keys ?? (orderBy === undefined ? undefined : { count: KEYS });
  demand(isCount(processes), `processes: ${processes} is no whole number from 1 on`);
  demand(
    failures >= 0 && failures < 1,
    `failures: ${failures} is no share from 0 up to, but not including, 1`,
  );
  demand(isTime(roundTrip), `roundTrip: ${roundTrip} is no number of milliseconds`);
  demand(isTime(duration) && duration > 0, `duration: ${duration} is no number of milliseconds`);
  demand(isTime(warmUp) && warmUp < duration, `warmUp: ${warmUp} has to be below the duration, ${duration}`);
  demand(Number.isSafeInteger(seed), `seed: ${seed} is no whole number`);
  if (keys !== undefined) {
    demand(isCount(keys.count), `keys.count: ${keys.count} is no whole number from 1 on`);
    demand(isTime(keys.zipf ?? 0), `keys.zipf: ${keys.zipf} is no number from 0 on`);
  }
  if (orderBy !== undefined && parseExpression(orderBy) === undefined)
    wrong.push(`policy: ${orderBy} names no place in a message`);
  const messages = (duration / 1_000) * rate;
  demand(
    !(messages > MOST_MESSAGES),
    `duration: ${Math.round(messages)} messages are more than ${MOST_MESSAGES}`,
  );
  if (wrong.length > 0 || typeof source === 'string')
    throw new FsError('FS_PLAN_INVALID', `Operation ${options.operation}: ${wrong.join('; ')}`);
  return { ...options, processes, failures, roundTrip, seed, duration, warmUp, keys, source, rate };
}

/** Messages per second, and the milliseconds that a list takes. */
function demandOf(arrivals: Arrivals, demand: (right: boolean, message: string) => void) {
  if (arrivals.kind !== 'list') {
    const { perSecond } = arrivals;
    demand(Number.isFinite(perSecond) && perSecond > 0, `arrivals: ${perSecond} a second is no rate`);
    return { rate: perSecond, span: undefined };
  }
  const { ms } = arrivals;
  const inOrder = ms.every((at, i) => isTime(at) && at >= (ms[i - 1] ?? 0));
  demand(ms.length > 1 && inOrder, 'arrivals: the list has to have two times at least, in their order');
  const span = Math.max(ms.at(-1) ?? 0, 1);
  return { rate: (ms.length / span) * 1_000, span };
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1;
}

function isTime(value: number): boolean {
  return Number.isFinite(value) && value >= 0;
}
