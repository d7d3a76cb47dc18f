import { z } from 'zod';
import type { PolicyDeclaration } from '../../../runtime/src/contract.js';
import { Client } from '../../../runtime/src/engine/client.js';
import { type EngineOptions, Worker } from '../../../runtime/src/engine/worker.js';
import type { EngineEvent, EventKind, EventOf } from '../../../runtime/src/events.js';
import { silentLogger } from '../../../runtime/src/telemetry/logger.js';
import type { Broker, Consumer, Handler } from '../../../runtime/src/types.js';
import { EVENT_KINDS } from '../../support/event-kinds.js';

export interface Job {
  readonly n: number;
}

type JobPublishers = { readonly jobs: (job: Job, options?: object) => Promise<{ entryId: string }> };

let streams = 0;

export const GROUP = 'test';

/** A contract of one channel, on a stream that no other test uses. */
export function jobContract(policy: PolicyDeclaration = {}) {
  streams += 1;
  const stream = `jobs:${process.pid}:${streams}`;
  const jobs = {
    name: 'jobs',
    address: stream,
    transport: 'stream',
    parameters: [],
    messages: {
      job: { name: 'job', contentType: 'application/json', payload: z.looseObject({ n: z.int() }) },
    },
    policy,
  } as const;
  const onJob = {
    name: 'onJob',
    channel: jobs,
    messages: ['job'],
    publishes: ['jobs'],
    policy: { ...policy, stream: { group: GROUP, ...policy.stream } },
  };
  return { stream, contract: { service: 'jobs', channels: { jobs }, operations: { onJob } } };
}

export type JobContract = ReturnType<typeof jobContract>;

/** A client of its own, which tries for `timeout` milliseconds. */
export function jobPublisher(broker: Broker, { contract }: JobContract, timeout: number) {
  const client = new Client<JobPublishers>(contract, { broker, ownsBroker: false, timeout });
  return { jobs: client.publish.jobs, close: () => client.close() };
}

/** Publishes jobs numbered from `from`; gives a broker that is on its way back as long as a service would. */
export async function publishJobs(broker: Broker, { contract }: JobContract, count: number, from = 0) {
  const client = new Client<JobPublishers>(contract, { broker, ownsBroker: false });
  return Promise.all(Array.from({ length: count }, (_, i) => client.publish.jobs({ n: from + i })));
}

/** A worker whose events are kept, so that a test can wait for them instead of sleeping. */
export function jobWorker(
  broker: Broker,
  { contract }: JobContract,
  handler: Handler<Job>,
  options: Partial<EngineOptions> = {},
) {
  const worker = new Worker(contract, {
    broker,
    ownsBroker: false,
    logger: silentLogger,
    handlers: { onJob: handler as Handler<never> },
    ...options,
  });
  const events: EngineEvent[] = [];
  const watchers = new Set<() => void>();
  worker.on(EVENT_KINDS, (event) => {
    events.push(event);
    for (const watcher of watchers) watcher();
  });
  const of = <K extends EventKind>(kind: K) =>
    events.filter((event): event is EventOf<K> => event.kind === kind);
  return {
    worker,
    events,
    of,
    /** Resolves when `count` events of the kind have come. */
    async until<K extends EventKind>(kind: K, count = 1): Promise<EventOf<K>[]> {
      while (of(kind).length < count) {
        await new Promise<void>((resolve) => {
          const watcher = () => {
            watchers.delete(watcher);
            resolve();
          };
          watchers.add(watcher);
        });
      }
      return of(kind);
    },
  };
}

/** Another process of the group, driven by hand. */
export function otherConsumer(
  broker: Broker,
  { stream }: JobContract,
  consumer = 'other',
): Promise<Consumer> {
  return broker.consume({ stream, group: GROUP, consumer, startFrom: 'beginning' });
}

/** A handler that tells when it was called and ends when it is told to. */
export function controlledHandler() {
  interface Call {
    readonly job: Job;
    readonly signal: AbortSignal;
    readonly attempt: number;
    succeed(): void;
    fail(error: Error): void;
  }
  const calls: Call[] = [];
  const waiting: ((call: Call) => void)[] = [];
  let taken = 0;
  const handler: Handler<Job> = (job, { signal, attempt }) =>
    new Promise<void>((resolve, reject) => {
      const call = { job, signal, attempt, succeed: resolve, fail: reject };
      calls.push(call);
      waiting.shift()?.(call);
    });
  return {
    handler,
    calls,
    /** The next call that has not been taken yet. */
    next(): Promise<Call> {
      const call = calls[taken];
      taken += 1;
      return call === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(call);
    },
  };
}
