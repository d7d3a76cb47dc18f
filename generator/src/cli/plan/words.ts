/** What figures mean, in sentences; the same for the screen and the chart. */
import { rounded, time } from './figures.js';
import type { Exploration, Result, Target } from './runtime.js';

/** One operation, and what came out. */
export interface Planned {
  readonly operation: string;
  readonly target: Target | undefined;
  readonly exploration: Exploration;
}

export function loadOf({ offered, processes, duration, arrived }: Result): string {
  const shared = processes === 1 ? 'one process' : `${processes} processes`;
  const messages = arrived.toLocaleString('en');
  return `${rounded(offered)} messages a second for ${shared}, ${time(duration)}, ${messages} messages`;
}

/** `undefined`: it keeps up. */
export function overloadOf({ asIs, curve, limit }: Exploration): string | undefined {
  const { overload, offered, throughput } = asIs;
  if (overload === undefined) return undefined;
  const grows = `${rounded(offered)}/s come and ${rounded(throughput)}/s are handled: the backlog grows without end.`;
  switch (overload.by) {
    case 'rate limit':
      return `${grows} The rate limit lets no more through; more workers don't help.`;
    case 'hottest key':
      return `${grows} The messages of the most frequent key, one after the other, take longer than they have; more workers don't help.`;
    default: {
      const enough = curve.find(({ result }) => result.overload === undefined);
      if (enough === undefined || enough.limit <= (limit ?? 0)) return grows;
      return `${grows} It takes ${enough.limit} workers in each process to keep up.`;
    }
  }
}

/** `undefined`: every process has work. */
export function standingByOf({ processes, working }: Result): string | undefined {
  if (working === processes) return undefined;
  const [idle, shards] = [processes - working, working === 1 ? 'one shard' : `${working} shards`];
  return `${idle} of ${processes} processes: an ordered channel is worked by one process a shard, and has ${shards}.`;
}

export function targetText({ of, ms }: Target): string {
  return `${of} ≤ ${time(ms)}`;
}

export function answerOf({ target, exploration }: Planned): string | undefined {
  const { answer } = exploration;
  if (target === undefined || answer === undefined) return undefined;
  const what = targetText(target);
  if (answer.kind === 'limit') return `${what}: maxWorkers ${answer.limit} is the smallest that meets it.`;
  const none = `${what}: not even maxWorkers ${answer.tried} meets it`;
  switch (answer.why) {
    case 'unused':
      return `${none}, and more would change nothing: so many are never at work.`;
    case 'rate limit':
      return `${none}: the rate limit lets through less than comes.`;
    case 'hottest key':
      return `${none}: the messages of the most frequent key, one after the other, take longer than they have.`;
    case 'most':
      return `${none}, and no larger one was tried.`;
    default:
      return answer.why satisfies never;
  }
}
