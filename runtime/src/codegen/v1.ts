/**
 * Version 1 of what generated code may use of the runtime. A symbol here never changes its meaning; what
 * must change gets a new version beside this one, so that code generated long ago goes on working.
 */
import type { ChannelDescriptor, Contract, OperationDescriptor } from '../contract.js';
import type { PolicyOverride } from '../core/policy.js';
import { Client as EngineClient } from '../engine/client.js';
import type { AnyHandler, PlanOptions } from '../engine/plan.js';
import { Worker } from '../engine/worker.js';
import { connect } from '../redis/broker.js';
import type { RedisTarget } from '../redis/connection.js';
import { logEvents } from '../telemetry/event-log.js';
import { createLogger } from '../telemetry/logger.js';
import type { Broker, Confirmation, Logger } from '../types.js';

export type {
  MessageBatchHandlers,
  MessageHandlers,
  Optional,
  Publish,
  PublishAt,
  Published,
  PublishOptions,
  PublishTo,
} from '../contract.js';
export type { BatchContext, BatchHandler, BatchOutcome, Handler, HandlerContext, Headers } from '../types.js';
export type { Worker };
export type Client<Publishers> = EngineClient<Publishers>;

export * from '../codec/keywords/index.js';

/** Where to connect: one of the two, or neither. */
interface Target {
  /**
   * `redis://user:password@host:port/db`, `redis+cluster://user:password@host:port,host:port`, or a `RedisTarget`.
   * Default: `REDIS_URL`, else `redis://localhost:6379`.
   */
  readonly redis?: string | RedisTarget;
  /** A broker of your own, from `connect()` or `memory()`: it is used, and it is yours to close. */
  readonly broker?: Broker;
  /** Milliseconds that publishing a message is tried for while Redis is away. Default 10,000. */
  readonly publishTimeout?: number;
  /** Bytes of the largest message that is published or handled; a worker treats a larger one as poison. Default 16 MiB. */
  readonly maxMessageBytes?: number;
  /**
   * Who must have a message before publishing it resolves, e.g. `{ replicas: 1 }`. Default: the server that took it,
   * which may fail over before its replica has heard of the message.
   */
  readonly confirm?: Confirmation;
}

export interface ClientOptions extends Target {}

/** Options of a worker for operations named `Operation`. */
export interface WorkerOptions<Operation extends string = string> extends Target {
  /** Default: `createLogger()`. `silentLogger` writes nothing. */
  readonly logger?: Logger;
  /** Shown in consumer names, so that `XINFO CONSUMERS` tells who is who. Default: the host's name. */
  readonly name?: string;
  /** Replaces fields of the contract's policy, by operation. */
  readonly policy?: { readonly [Name in Operation]?: PolicyOverride };
}

/** Checks the shape of a contract's channels and keeps their exact types. */
export function defineChannels<const T extends Record<string, ChannelDescriptor>>(channels: T): T {
  return channels;
}

/** Checks the shape of a contract's operations and keeps their exact types. */
export function defineOperations<const T extends Record<string, OperationDescriptor>>(operations: T): T {
  return operations;
}

/** Opens the publishers of a contract. Connects with the first message, or with `start()`. */
export function openClient<Publishers>(
  contract: Pick<Contract, 'service' | 'channels'>,
  options: ClientOptions = {},
): Client<Publishers> {
  const { broker, owned } = target(options);
  const { publishTimeout: timeout, maxMessageBytes, confirm } = options;
  return new EngineClient<Publishers>(contract, {
    broker,
    ownsBroker: owned,
    ...(timeout !== undefined && { timeout }),
    ...(maxMessageBytes !== undefined && { maxMessageBytes }),
    ...(confirm !== undefined && { confirm }),
  });
}

/**
 * Makes a worker; it reads nothing before `start()` or `run()`.
 *
 * @throws FsError `FS_HANDLER_MISSING`, `FS_POLICY_INVALID`, `FS_POLICY_UNSUPPORTED`, `FS_TRANSPORT_UNSUPPORTED`,
 * `FS_PUBLISH_PARAMETER`
 */
export function openWorker(
  contract: Contract,
  options: WorkerOptions & Omit<PlanOptions, 'handlers'> & { readonly handlers: object },
): Worker {
  const { broker, owned } = target(options);
  const logger = options.logger ?? createLogger();
  const worker = new Worker(contract, {
    ...options,
    handlers: options.handlers as Readonly<Record<string, AnyHandler>>,
    broker,
    ownsBroker: owned,
    logger,
  });
  logEvents((kinds, listener) => worker.on(kinds, listener), logger);
  return worker;
}

function target({ broker, redis }: Target): { broker: Broker; owned: boolean } {
  if (broker !== undefined) return { broker, owned: false };
  return { broker: connect(redis ?? process.env.REDIS_URL ?? {}), owned: true };
}
