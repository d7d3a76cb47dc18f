import { z } from 'zod';
import type { PolicyDeclaration } from '../../../runtime/src/contract.js';
import type { RedisTarget } from '../../../runtime/src/redis/connection.js';

/** What the handler does with a message is written in the message. */
const job = z.strictObject({
  n: z.int().min(0),
  /** How long the handler works, ms. */
  ms: z.number().min(0).optional(),
  /** Throws when it has worked, if that took longer than so many ms: 0 is always. */
  failAfter: z.number().min(0).optional(),
  /** Fails no more than so many attempts; all of them where it isn't said. */
  failures: z.int().min(0).optional(),
  /** Messages of a key are worked in order, and numbered from 0 for that. */
  key: z.string().optional(),
  place: z.int().min(0).optional(),
  text: z.string().optional(),
});

export type Job = z.infer<typeof job>;

export const STREAM = 'chaos.jobs';
export const DEAD = `{${STREAM}}.dead`;
export const GROUP = 'chaos';

export interface Publishers {
  readonly jobs: (message: Job) => Promise<{ readonly entryId: string }>;
}

/** What publishers go by as well. */
function whereTo({ concurrency, stream }: PolicyDeclaration): PolicyDeclaration {
  return {
    ...(concurrency?.orderBy !== undefined && { concurrency: { orderBy: concurrency.orderBy } }),
    ...(stream?.shards !== undefined && { stream: { shards: stream.shards } }),
  };
}

/** A channel of jobs for each stream: `jobs` and `onJob`, `jobs1` and `onJob1`, and so on. */
export function chaosContract(policy: PolicyDeclaration = {}, streams: readonly string[] = [STREAM]) {
  const channels = streams.map((address, i) => ({
    name: `jobs${i || ''}`,
    address,
    transport: 'stream' as const,
    parameters: [],
    messages: { job: { name: 'job', contentType: 'application/json', payload: job } },
    policy: whereTo(policy),
  }));
  const operations = channels.map((channel, i) => ({
    name: `onJob${i || ''}`,
    channel,
    messages: ['job'],
    publishes: [],
    policy: { ...policy, stream: { ...policy.stream, group: GROUP } },
  }));
  return { service: 'chaos', channels: byName(channels), operations: byName(operations) };
}

function byName<T extends { readonly name: string }>(all: readonly T[]): Readonly<Record<string, T>> {
  return Object.fromEntries(all.map((each) => [each.name, each]));
}

/** What a worker process is told when it starts. */
export interface WorkerConfig {
  /** An ioredis client of one's own can't be handed to another process. */
  readonly target: Omit<RedisTarget, 'client'>;
  readonly policy: PolicyDeclaration;
  /** One unless told otherwise; of several, when each was acknowledged is recorded. */
  readonly streams: readonly string[];
  /** Whether each start is held against the one before it of the same key. */
  readonly judged: boolean;
  /** Folder of the ledgers. */
  readonly ledgers: string;
  /** How long a handler works whose message doesn't say, ms. */
  readonly handlerMs: number;
  /** Whether messages that make handlers fail don't any more: the bug has been found. */
  readonly fixed: boolean;
  /** What a stop leaves to running handlers, ms. */
  readonly grace: number;
  /** A rule to break, to see that the scenario notices. */
  readonly sabotage: string | undefined;
}
