import { anything } from '../codec/anything.js';
import type { ChannelDescriptor, Contract, PolicyDeclaration } from '../contract.js';
import { Client } from '../engine/client.js';
import type { AnyHandler } from '../engine/plan.js';
import { Worker } from '../engine/worker.js';
import { memory } from '../memory/broker.js';
import { silentLogger } from '../telemetry/logger.js';
import type { Handler } from '../types.js';
import type { PlanClock } from './clock.js';
import { farAway } from './latency.js';
import { randomOf } from './load.js';
import type { Setup } from './options.js';

type Publish = (
  payload: unknown,
  options: {
    readonly messageId: string;
    readonly correlationId: string;
    readonly headers: Readonly<Record<string, string>>;
  },
) => Promise<unknown>;

/** The engine itself, on a broker inside the process: nothing of how messages are worked is written here. */
export interface Stage {
  readonly workers: readonly Worker[];
  readonly publish: Publish;
}

/**
 * Sets the engine up; nothing runs before the workers are started.
 *
 * @throws FsError `FS_POLICY_INVALID`, `FS_POLICY_UNSUPPORTED`
 */
export function stageOf(setup: Setup, clock: PlanClock, handler: Handler<never, never>): Stage {
  const { operation, processes, roundTrip, seed } = setup;
  const contract = contractOf(setup);
  const near = memory({ clock });
  // What is measured begins when a message is in the stream: publishers take no time.
  const client = new Client<{ readonly planned: Publish }>(contract, {
    broker: near,
    ownsBroker: false,
    clock,
    random: randomOf(seed, 'engine').next,
  });
  const handlers: Readonly<Record<string, AnyHandler>> = { [operation]: handler };
  const workers = Array.from({ length: processes }, (_, i) => {
    const broker = farAway(near, clock, roundTrip);
    const random = randomOf(seed, 'engine', i + 1).next;
    return new Worker(contract, {
      broker,
      ownsBroker: false,
      logger: silentLogger,
      consumerName: `process-${i + 1}`,
      handlers,
      clock,
      random,
    });
  });
  return { workers, publish: client.publish.planned };
}

/** A channel of one message, which may be anything, worked by the policy. */
function contractOf({ operation, policy: declared }: Setup): Contract {
  // Nothing that is measured hangs on what is removed, and to look for it among all that there is takes long.
  const policy: PolicyDeclaration = { ...declared, stream: { ...declared.stream, trim: 'never' } };
  const channel: ChannelDescriptor = {
    name: 'planned',
    address: 'planned',
    transport: 'stream',
    parameters: [],
    messages: { message: { name: 'message', contentType: 'application/json', payload: anything } },
    policy,
  };
  return {
    service: 'plan',
    channels: { planned: channel },
    operations: {
      [operation]: { name: operation, channel, messages: ['message'], publishes: [], policy },
    },
  };
}
