/**
 * A contract as generated code hands it to the runtime: what channels there are, what they carry, and
 * how each is to be worked. Plain data apart from the schemas.
 */
import type { Schema } from './codec/schema.js';
import type { EntryId, Handler, HandlerContext, Headers } from './types.js';

export interface MessageDescriptor<T = unknown> {
  /** Key in its channel's `messages`. */
  readonly name: string;
  readonly contentType: string;
  readonly payload: Schema<T>;
  readonly headers?: Schema<unknown>;
}

export interface ChannelDescriptor {
  readonly name: string;
  /** Redis key with `{parameters}`; `null` when the contract leaves it to run time. */
  readonly address: string | null;
  readonly transport: 'stream' | 'pubsub' | 'list';
  readonly parameters: readonly string[];
  readonly messages: Readonly<Record<string, MessageDescriptor>>;
  readonly policy: PolicyDeclaration;
}

export interface OperationDescriptor {
  readonly name: string;
  readonly channel: ChannelDescriptor;
  /** Names of the channel's messages that the operation takes. */
  readonly messages: readonly string[];
  /** Names of the channels that a handler may publish to. */
  readonly publishes: readonly string[];
  readonly policy: PolicyDeclaration;
}

export interface Contract {
  /** The document's title, for logs. */
  readonly service: string;
  readonly channels: Readonly<Record<string, ChannelDescriptor>>;
  /** What the application receives; there must be a handler for each. */
  readonly operations: Readonly<Record<string, OperationDescriptor>>;
}

/**
 * The `x-fs-*` extensions of a channel after root, channel and operation were merged: only what was
 * declared, durations in milliseconds. Source of every field and default: docs/extensions.md.
 */
export interface PolicyDeclaration {
  readonly concurrency?: {
    readonly maxWorkers?: number;
    readonly prefetch?: number | 'auto';
    readonly orderBy?: string;
    readonly adaptive?: { readonly min: number; readonly max: number };
    readonly rateLimit?: { readonly max: number; readonly per: number; readonly scope?: 'group' | 'process' };
  };
  readonly batch?: { readonly maxSize: number; readonly maxWait: number };
  readonly retry?: {
    readonly maxAttempts?: number;
    readonly backoff?: 'exponential' | 'fixed';
    readonly delay?: number;
    readonly maxDelay?: number;
    readonly jitter?: boolean;
    readonly deadLetter?: string | false;
    readonly deadLetterTrim?: number | 'never';
  };
  readonly timeout?: { readonly handler?: number; readonly lease?: number };
  readonly stream?: {
    readonly group?: string;
    readonly startFrom?: 'beginning' | 'now';
    readonly shards?: number;
    readonly trim?: number | 'never';
    readonly maxBacklog?: number;
    readonly format?: 'binary' | 'json';
  };
}

// ── The typed front doors that generated interfaces are made of ──────────────────────────────────

export interface PublishOptions {
  /** The application's own headers, beside those of the frame. */
  readonly headers?: Headers;
  /** Default: a new random id, or that of the message being handled. */
  readonly correlationId?: string;
  /** Withdraws the message if it has not been sent yet; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /**
   * What to do when the channel's `maxBacklog` is reached: `refuse` rejects at once with `FS_BACKLOG_FULL`, `wait` after
   * the client's `publishTimeout` only. Default `refuse`.
   */
  readonly whenFull?: 'refuse' | 'wait';
  /** Stays the same when the message is delivered again. Default: a new random id. */
  readonly messageId?: string;
}

export interface Published {
  readonly messageId: string;
  readonly entryId: EntryId;
}

/**
 * Validates a message against the contract and appends it to the channel's stream. If Redis is away it is tried again,
 * for as long as the client's `publishTimeout`, and never written twice. Messages of one client to one stream keep
 * their order.
 *
 * @throws FsError `FS_PUBLISH_INVALID`, `FS_HEADER_INVALID`, `FS_BROKER_UNREACHABLE`, `FS_BROKER_FULL`, `FS_BROKER_BUSY`,
 * `FS_BROKER_COMMAND`, `FS_BROKER_AUTH`, `FS_PUBLISH_UNCERTAIN`, `FS_PUBLISH_UNCONFIRMED`, `FS_PUBLISH_TOO_LARGE`,
 * `FS_BACKLOG_FULL`, `FS_BROKER_CLOSED`
 */
export type Publish<T> = (message: T, options?: PublishOptions) => Promise<Published>;

/** Like `Publish`, for a channel whose address has parameters. */
export type PublishTo<T, Parameters> = (
  message: T,
  options: PublishOptions & { readonly parameters: Parameters },
) => Promise<Published>;

/** Like `Publish`, for a channel whose address the contract leaves to run time. */
export type PublishAt<T> = (
  message: T,
  options: PublishOptions & { readonly address: string },
) => Promise<Published>;

/** One handler per message of a channel that carries several. */
export type MessageHandlers<Messages extends object, C extends HandlerContext> = {
  readonly [Name in keyof Messages]: Handler<Messages[Name], C>;
};
