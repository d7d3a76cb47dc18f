import { Settle } from '../../runtime/src/core/outcome.js';
import type { AnyHandler } from '../../runtime/src/engine/plan.js';
import type { BatchHandler, EntryId, Handler, HandlerContext, Outcome } from '../../runtime/src/types.js';
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

/** The handler of one process, for single messages or for batches, as the plan has it. */
export function handlerOf(world: World, member: Member): AnyHandler {
  const calls = new Calls(world, member);
  if (world.plan.policy.batch === undefined) {
    const one: Handler<Job> = ({ n }, context) =>
      calls.run([{ n, context }], context.signal, ([outcome]) => outcome);
    return one as AnyHandler;
  }
  const many: BatchHandler<Job> = (jobs, { signal, deliveries }) => {
    const messages = jobs.map(({ n }, i) => ({ n, context: deliveries[i] as HandlerContext }));
    return calls.run(messages, signal, (outcomes) => outcomes);
  };
  return many as AnyHandler;
}

interface Message {
  readonly n: number;
  readonly context: HandlerContext;
}

/** The calls of the handler of one process; keeps the books on what starts and what ends. */
class Calls {
  readonly #world: World;
  readonly #member: Member;
  readonly #running = new Set<{ readonly since: number }>();

  constructor(world: World, member: Member) {
    this.#world = world;
    this.#member = member;
  }

  /** One message, or a batch: it takes as long as the first takes, and each ends in its own way. */
  run<T>(
    messages: readonly Message[],
    signal: AbortSignal,
    result: (outcomes: (Outcome | undefined)[]) => T,
  ): Promise<T> | T {
    const { host } = this.#member;
    const behaviours = messages.map(({ n, context }) => this.#start(n, context));
    const ids = messages.map(({ context }) => context.entryId);
    const call = { since: this.#world.scheduler.now };
    this.#running.add(call);
    for (const { context } of messages) this.#member.started(context.entryId, context.signal);
    checkRunning(this.#world, this.#member, this.#running);
    const ordered = this.#world.order?.started(this.#member, messages[0]?.context.stream ?? '', ids);

    const ended = () => {
      this.#running.delete(call);
      if (ordered !== undefined) this.#world.order?.ended(ordered);
      for (const id of ids) this.#member.ended(id);
    };
    const finish = (): T => {
      ended();
      const alone = ids.length === 1;
      return result(ids.map((id, i) => this.#end(id, behaviours[i]?.ends ?? 'fails', alone)));
    };

    const { takes, onAbort } = behaviours[0] ?? { takes: undefined, onAbort: 'fails' };
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
      signal.addEventListener('abort', () => {
        if (timer !== undefined) timer.cancelled = true;
        ended();
        if (onAbort === 'fails') {
          reject(signal.reason);
          return;
        }
        for (const id of ids) this.#succeeded(id);
        resolve(result(ids.map(() => undefined)));
      });
    });
  }

  #start(n: number, context: HandlerContext): Behaviour {
    const record = this.#world.entry(context.entryId);
    record.starts += 1;
    this.#world.note(this.#member.host.name, `handles ${n}, attempt ${context.attempt}`);
    checkAttempts(this.#world, context);
    return drawBehaviour(this.#world, n, record.starts);
  }

  /** Throws what fails a call that has nothing else to say. */
  #end(id: EntryId, ends: Behaviour['ends'], alone: boolean): Outcome | undefined {
    if (ends === 'fails') {
      if (alone) throw new Error('it failed');
      return { kind: 'retry' };
    }
    if (ends === 'settles') {
      const outcome = { kind: 'deadLetter', reason: 'unwanted' } as const;
      if (alone) throw new Settle(outcome);
      return outcome;
    }
    if (ends.kind !== 'ack') return ends;
    this.#succeeded(id);
    return undefined;
  }

  #succeeded(id: EntryId): void {
    this.#world.entry(id).succeeded = true;
    this.#member.succeeded.add(id);
    this.#member.endedWell.add(id);
  }
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
