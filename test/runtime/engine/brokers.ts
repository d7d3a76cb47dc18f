import { afterEach } from 'vitest';
import type { PolicyDeclaration } from '../../../runtime/src/contract.js';
import { memory } from '../../../runtime/src/memory/broker.js';
import { connect } from '../../../runtime/src/redis/broker.js';
import type { Broker, Handler } from '../../../runtime/src/types.js';
import type { SharedRedis } from '../../support/shared-redis.js';
import { type Job, type JobContract, jobContract, jobPublisher, jobWorker } from './harness.js';

export interface KeyedJob extends Job {
  readonly key?: string;
}

/** The two brokers, for `describe.each`. */
export const eachBroker = (redis: SharedRedis): [string, () => Broker][] => [
  ['redis', () => connect(redis.url)],
  ['in-process', () => memory()],
];

/** Workers of one contract over brokers that are closed after each test, in the right order. */
export function stage(open: () => Broker) {
  const opened: { close: () => Promise<unknown> }[] = [];
  afterEach(async () => {
    for (const each of opened.splice(0).reverse()) await each.close();
  });

  function broker(): Broker {
    const broker = open();
    opened.push(broker);
    return broker;
  }

  /** Another worker of the same contract; it starts when it is told to. */
  function another(contract: JobContract, on: Broker, handler: unknown) {
    const job = jobWorker(on, contract, handler as Handler<Job>);
    opened.push({ close: () => job.worker.stop({ grace: 0 }) });
    return job;
  }

  function start(policy: PolicyDeclaration, handler: unknown, on: Broker = broker()) {
    const contract = jobContract(policy);
    const publisher = jobPublisher(on, contract, 5_000);
    opened.push(publisher);
    const publish = (job: KeyedJob) => publisher.jobs(job);
    return { contract, broker: on, publish, ...another(contract, on, handler) };
  }

  return { broker, start, another };
}
