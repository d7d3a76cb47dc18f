/**
 * A contract as generated code hands it to the runtime: what channels there are, what they carry, and
 * how each is to be worked. Plain data apart from the schemas.
 */
import type { Schema } from './codec/schema.js';
import type { AnyContext, BatchHandler, EntryId, Handler, Headers } from './types.js';

export interface MessageDescriptor<T = unknown> {
  /** Key in its channel's `messages`. */
  readonly name: string;
  readonly contentType: string;
  readonly payload: Schema<T>;
  readonly headers?: HeadersDescriptor;
  /** Where its correlation id stands, if not in the frame's own header: `$message.payload#/requestId`. */
  readonly correlationId?: string;
}

/** What a contract says of a message's headers. */
export interface HeadersDescriptor {
  readonly schema: Schema<unknown>;
  /** Headers of the frame itself that the schema speaks of; the others are not put before it. */
  readonly frame?: readonly string[];
}

/** A parameter of an address of which more than its name is known. */
export interface ParameterDescriptor {
  readonly name: string;
  /** The only values that it may have. */
  readonly values?: readonly string[];
  /** What it is where nobody says. */
  readonly default?: string;
  /** Where a message that is published says what it is: `$message.payload#/user/id`. */
  readonly location?: string;
}

/** Where a handler's reply goes. */
export interface ReplyDescriptor {
  readonly channel: ChannelDescriptor;
  /** Names of the channel's messages that may be a reply. */
  readonly messages: readonly string[];
  /** Where the request says to which stream, instead of the channel's own: `$message.header#/replyTo`. */
  readonly address?: string;
}

export interface ChannelDescriptor {
  readonly name: string;
  /** Redis key with `{parameters}`; `null` when the contract leaves it to run time. */
  readonly address: string | null;
  readonly transport: 'stream' | 'pubsub' | 'list';
  readonly parameters: readonly (string | ParameterDescriptor)[];
  readonly messages: Readonly<Record<string, MessageDescriptor>>;
  readonly policy: PolicyDeclaration;
}

export interface OperationDescriptor {
  readonly name: string;
  readonly channel: ChannelDescriptor;
  /** Names of the channel's messages that the operation takes; unless a header says which one arrived, it is the first that accepts. */
  readonly messages: readonly string[];
  /** Names of the channels that a handler may publish to. */
  readonly publishes: readonly string[];
  readonly reply?: ReplyDescriptor;
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
    readonly missingKey?: 'shared' | 'deadLetter';
    readonly adaptive?: { readonly min: number; readonly max: number; readonly groupMax?: number };
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

/** Headers that the frame sets itself, whatever the application gives. */
export type FrameHeader = 'correlation_id' | 'content-type' | 'reply_to' | 'message_id' | 'fs-message';

/** `T` with some properties that may be left out. */
export type Optional<T, Name extends PropertyKey> = {
  readonly [Key in keyof T as Key extends Name ? never : Key]: T[Key];
} & { readonly [Key in keyof T as Key extends Name ? Key : never]?: T[Key] };

/** What the application gives of headers `H`. */
type HeadersToSend<H> = {
  readonly [Name in keyof H as Name extends FrameHeader ? never : Name]: H[Name];
};

/** The application's own headers, beside those of the frame; they can be left out unless the contract wants one. */
type WithHeaders<H> =
  Record<never, never> extends HeadersToSend<H>
    ? { readonly headers?: HeadersToSend<H> }
    : { readonly headers: HeadersToSend<H> };

/** Parameters of the address; they can be left out where each has a default, or stands in the message. */
type WithParameters<P> =
  Record<never, never> extends P ? { readonly parameters?: P } : { readonly parameters: P };

/** Options that may be left out as a whole, if each of them may. */
type OptionsOf<O> = Record<never, never> extends O ? [options?: O] : [options: O];

export interface PublishSettings {
  /** Default: what the message says where the contract has a place for it; else that of the message being handled, or a new random id. */
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

export type PublishOptions<H = Headers> = PublishSettings & WithHeaders<H>;

export interface Published {
  readonly messageId: string;
  readonly entryId: EntryId;
}

/**
 * Validates a message and its headers against the contract and appends it to the channel's stream. If Redis is away it
 * is tried again, for as long as the client's `publishTimeout`, and never written twice. Messages of one client to one
 * stream keep their order.
 *
 * @throws FsError `FS_PUBLISH_INVALID`, `FS_HEADER_INVALID`, `FS_BROKER_UNREACHABLE`, `FS_BROKER_FULL`, `FS_BROKER_BUSY`,
 * `FS_BROKER_COMMAND`, `FS_BROKER_AUTH`, `FS_PUBLISH_UNCERTAIN`, `FS_PUBLISH_UNCONFIRMED`, `FS_PUBLISH_TOO_LARGE`,
 * `FS_BACKLOG_FULL`, `FS_BROKER_CLOSED`
 */
export type Publish<T, H = Headers> = (
  message: T,
  ...options: OptionsOf<PublishOptions<H>>
) => Promise<Published>;

/** Like `Publish`, for a channel whose address has parameters. */
export type PublishTo<T, Parameters, H = Headers> = (
  message: T,
  ...options: OptionsOf<PublishOptions<H> & WithParameters<Parameters>>
) => Promise<Published>;

/** Like `Publish`, for a channel whose address the contract leaves to run time. */
export type PublishAt<T, H = Headers> = (
  message: T,
  options: PublishOptions<H> & { readonly address: string },
) => Promise<Published>;

/** One handler per message of a channel that carries several. */
export type MessageHandlers<Messages extends object, C extends AnyContext> = {
  readonly [Name in keyof Messages]: Handler<Messages[Name], C>;
};

/** The same where the contract asks for batches, each of which has one kind of message. */
export type MessageBatchHandlers<Messages extends object, C extends AnyContext> = {
  readonly [Name in keyof Messages]: BatchHandler<Messages[Name], C>;
};
