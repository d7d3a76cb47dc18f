import { Settle } from '../../runtime/src/core/outcome.js';
import type { Handler, HandlerContext, Outcome } from '../../runtime/src/types.js';
import type { Job } from './contract.js';
import type { Member } from './member.js';
import { Random } from './random.js';
import type { World } from './world.js';

/** The engine waits for a handler that has been told to end because it ran too long, and a rounding error longer, ms. */
const ABANDONED_AFTER = 4_999;

/** What one call of the handler does. */
interface Behaviour {
  /** `undefined`: it ends before it returns; `Infinity`: by itself never. */
  readonly takes: number | undefined;
  readonly ends: Outcome | 'fails' | 'settles';
  /** When its signal is aborted. */
  readonly onAbort: 'fails' | 'succeeds' | 'goes on';
}

/** The handler of one process; keeps the books on what starts and what ends. */
export function simulatedHandler(world: World, member: Member): Handler<Job> {
  const { host } = member;
  const running = new Set<{ readonly since: number }>();

  return ({ n }, context) => {
    const record = world.entry(context.entryId);
    record.starts += 1;
    world.note(host.name, `handles ${n}, attempt ${context.attempt}`);
    checkAttempts(world, context);
    const call = { since: world.scheduler.now };
    running.add(call);
    member.started(context.entryId, context.signal);
    checkRunning(world, member, running);
    const behaviour = drawBehaviour(world, n, record.starts);

    const ended = () => {
      running.delete(call);
      member.ended(context.entryId);
    };
    const succeeded = () => {
      record.succeeded = true;
      member.succeeded.add(context.entryId);
      member.endedWell.add(context.entryId);
    };
    const finish = (): Outcome | undefined => {
      ended();
      const { ends } = behaviour;
      if (ends === 'fails') throw new Error('it failed');
      if (ends === 'settles') throw new Settle({ kind: 'deadLetter', reason: 'unwanted' });
      if (ends.kind !== 'ack') return ends;
      succeeded();
      return undefined;
    };

    const { takes, onAbort } = behaviour;
    if (takes === undefined) return finish();
    return new Promise((resolve, reject) => {
      const end = () => {
        try {
          resolve(finish());
        } catch (error) {
          reject(error);
        }
      };
      const timer = takes === Number.POSITIVE_INFINITY ? undefined : host.schedule(takes, 'timer', end);
      if (onAbort === 'goes on') return;
      context.signal.addEventListener('abort', () => {
        if (timer !== undefined) timer.cancelled = true;
        ended();
        if (onAbort === 'fails') {
          reject(context.signal.reason);
          return;
        }
        succeeded();
        resolve(undefined);
      });
    });
  };
}

/** From the seed, the message and the count of starts alone: what is going on elsewhere changes nothing. */
function drawBehaviour({ plan }: World, n: number, start: number): Behaviour {
  const random = new Random(plan.seed).fork(1_000 * n + start);
  const { handler } = plan.policy.timeout ?? {};
  const hopeless = new Random(plan.seed).fork(n).chance(plan.failing.hopeless);
  const takes = random.pick([
    undefined,
    0,
    random.between(0, 20),
    random.between(0, 20),
    random.between(0, 200),
    random.between(0, plan.lease),
    random.chance(0.3) ? random.between(0, 3 * plan.lease) : 1,
    handler !== undefined && random.chance(0.3) ? Number.POSITIVE_INFINITY : 1,
  ]);
  const fails = hopeless || random.chance(plan.failing.calls);
  return {
    takes,
    ends: fails
      ? random.pick(['fails', 'fails', 'fails', { kind: 'retry', delay: random.int(0, 300) }] as const)
      : random.pick<Behaviour['ends']>([...SUCCESSES, { kind: 'release' }, 'settles']),
    onAbort: random.pick(['fails', 'fails', 'succeeds', 'goes on']),
  };
}

const SUCCESSES: readonly Outcome[] = Array.from({ length: 20 }, () => ({ kind: 'ack' }));

function checkRunning(world: World, { host, status }: Member, running: ReadonlySet<{ since: number }>): void {
  const { concurrency, timeout } = world.plan.policy;
  const limit = concurrency?.maxWorkers ?? 1;
  // A handler that goes on long after it was told to end has lost its place.
  const patience = (timeout?.handler ?? Number.POSITIVE_INFINITY) + ABANDONED_AFTER;
  const counted = [...running].filter(({ since }) => world.scheduler.now - since < patience).length;
  if (counted > limit) world.violated('running <= maxWorkers', `${host.name}: ${counted} of ${limit} run`);
  const seen = status()?.running ?? 0;
  if (seen > limit)
    world.violated('running <= maxWorkers', `${host.name}: says that ${seen} of ${limit} run`);
}

/**
 * Attempts are counted over all processes, and never further than `maxAttempts`; one more where a process may have
 * died with the last of them. A start repeats a number only where the number was put down again on purpose (released,
 * aborted by a stop: those don't count), or the reply to a take-over was lost.
 */
function checkAttempts(world: World, { entryId, attempt }: HandlerContext): void {
  const most = (world.plan.policy.retry?.maxAttempts ?? 0) + 1;
  const record = world.entry(entryId);
  const { starts, takeOvers, uncounted, repeats } = record;
  const last = takeOvers > 0 ? most : most - 1;
  const bound = last * (world.generation + 1) + uncounted + repeats;
  record.lastAttempt = Math.max(record.lastAttempt, attempt);
  const uncountedStarts = world.generation === 0 ? starts - record.lastAttempt - uncounted - repeats : 0;
  if (attempt > most || starts > bound || uncountedStarts > 0) {
    world.violated(
      'attempts <= maxAttempts',
      `${entryId}: attempt ${attempt}, ${starts} starts of ${bound} (${uncounted} uncounted, ${repeats} repeated)`,
    );
  }
}
