import type { BatchContext, HandlerContext } from '../types.js';
import { type Bound, boundsOf, workingProcesses } from './capacity.js';
import { PlanClock } from './clock.js';
import { distributionOf } from './level.js';
import { type Load, loadOf } from './load.js';
import { Measures, type SimulationResult } from './measures.js';
import { type Setup, type SimulationOptions, setupOf } from './options.js';
import { type Stage, stageOf } from './stage.js';

/**
 * Works messages as the policy says, with the engine that works them in production, on a clock that takes no time:
 * what would it do?
 *
 * @throws FsError `FS_PLAN_INVALID`, `FS_POLICY_INVALID`, `FS_POLICY_UNSUPPORTED`
 */
export function simulate(options: SimulationOptions): Promise<SimulationResult> {
  return simulateSetup(setupOf(options));
}

/** @param load default: what the setup says */
export async function simulateSetup(setup: Setup, load: Load = loadOf(setup)): Promise<SimulationResult> {
  const { duration, warmUp } = setup;
  const clock = new PlanClock();
  const measures = new Measures(clock, { from: warmUp, to: duration }, load.arrivals.length);
  const stage = stageOf(setup, clock, handlerOf(load, measures, clock));
  measures.watch(stage.workers, setup.seed);
  await start(stage, clock);
  const failed = publishAll(stage, load, measures, clock);
  // What came in time is waited for, so that long waits count as well; where too much comes, there is no end of it.
  await clock.run(() => failed.reason !== undefined, duration);
  await clock.run(() => failed.reason !== undefined || measures.allStarted, 2 * duration);
  if (failed.reason !== undefined) throw failed.reason;
  // The workers aren't stopped: they hang on nothing but the clock, which stands still now.
  return resultOf(setup, load, measures, boundsOf(setup));
}

async function start({ workers }: Stage, clock: PlanClock): Promise<void> {
  let open = workers.length;
  let failure: { readonly reason: unknown } | undefined;
  for (const worker of workers) {
    worker.start().then(
      () => {
        open -= 1;
      },
      (reason: unknown) => {
        failure ??= { reason };
      },
    );
  }
  await clock.run(() => open === 0 || failure !== undefined, STARTED_WITHIN);
  if (failure !== undefined) throw failure.reason;
}

function publishAll({ publish }: Stage, load: Load, measures: Measures, clock: PlanClock) {
  const { arrivals } = load;
  const failed: { reason: unknown } = { reason: undefined };
  const next = (n: number) => {
    const at = arrivals[n];
    if (at !== undefined) clock.after(at - clock.now(), () => arrive(n));
  };
  const arrive = (n: number) => {
    const id = String(n);
    const { payload, headers } = load.message(n);
    measures.arrived(n);
    publish(payload, { messageId: id, correlationId: id, headers }).catch((error: unknown) => {
      if (codeOf(error) === 'FS_BACKLOG_FULL') measures.refused(n);
      else failed.reason ??= error;
    });
    next(n + 1);
  };
  next(0);
  return failed;
}

/** Milliseconds; far more than it takes. */
const STARTED_WITHIN = 60_000;

type AnyCall = (message: unknown, context: HandlerContext | BatchContext) => Promise<void>;

/** A handler, or one for batches, that takes its time and sometimes fails; it stops when its signal says so. */
function handlerOf(load: Load, measures: Measures, clock: PlanClock): AnyCall {
  return (_message, context) => {
    const deliveries = 'deliveries' in context ? context.deliveries : [context];
    const numbers = deliveries.map(({ id }) => Number(id));
    const attempt = deliveries[0]?.attempt ?? 1;
    const { ms, fails } = load.call(numbers[0] ?? 0, attempt);
    measures.started(numbers);
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        cancel();
        context.signal.removeEventListener('abort', abort);
        measures.ended();
        settle();
      };
      const abort = () => end(() => reject(context.signal.reason));
      const cancel = clock.after(ms, () => end(fails ? () => reject(FAILURE) : resolve));
      context.signal.addEventListener('abort', abort);
    });
  };
}

/** One for all: making the trace of each would take longer than the rest. */
const FAILURE = new Error('failed, as planned');

function resultOf(setup: Setup, load: Load, measures: Measures, bounds: readonly Bound[]): SimulationResult {
  const { operation, processes, duration, warmUp, rate } = setup;
  const counted = measures.end();
  const seconds = (duration - warmUp) / 1_000;
  const [tightest] = bounds;
  const impossible = tightest !== undefined && tightest.perSecond <= rate ? tightest : undefined;
  const growth = measures.growth();
  return {
    operation,
    processes,
    working: workingProcesses(setup),
    duration,
    warmUp,
    arrived: load.arrivals.length,
    offered: rate,
    throughput: counted.handled / seconds,
    waiting: distributionOf(counted.waits),
    utilisation: counted.limit.mean === 0 ? 0 : counted.running.mean / counted.limit.mean,
    running: counted.running,
    limit: counted.limit,
    held: counted.held,
    inSystem: counted.inSystem,
    retries: counted.retries,
    deadLettered: counted.deadLettered,
    refused: counted.refused,
    overload:
      impossible === undefined && !growth.lasting
        ? undefined
        : { growth: Math.max(0, growth.perSecond), by: impossible?.by },
  };
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
