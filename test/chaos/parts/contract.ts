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

/** One channel of jobs. */
export function chaosContract(policy: PolicyDeclaration = {}, stream = STREAM) {
  const jobs = {
    name: 'jobs',
    address: stream,
    transport: 'stream',
    parameters: [],
    messages: { job: { name: 'job', contentType: 'application/json', payload: job } },
    policy: whereTo(policy),
  } as const;
  const onJob = {
    name: 'onJob',
    channel: jobs,
    messages: ['job'],
    publishes: [],
    policy: { ...policy, stream: { ...policy.stream, group: GROUP } },
  } as const;
  return { service: 'chaos', channels: { jobs }, operations: { onJob } };
}

/** What a worker process is told when it starts. */
export interface WorkerConfig {
  /** An ioredis client of one's own can't be handed to another process. */
  readonly target: Omit<RedisTarget, 'client'>;
  readonly policy: PolicyDeclaration;
  /** The channel's own stream. */
  readonly stream: string;
  /** Whether it is recorded when each message was acknowledged, and in which stream. */
  readonly acks: boolean;
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
