/**
 * The vocabulary of the runtime. The glossary comes first, because the names below are the law for
 * code, logs, metrics and documentation alike.
 *
 * - **channel**: a named place of the contract that carries messages; here a Redis stream.
 * - **message**: what the contract describes: a typed payload, with headers.
 * - **frame**: the bytes of one message inside Redis (headers and body).
 * - **entry**: one element of a stream, with an id that Redis gave it.
 * - **consumer group**: the processes that share the work of one stream; each entry goes to one of them.
 * - **consumer**: one reader of a group; its name is unique per process and subscriber.
 * - **delivery**: one entry in the hands of one consumer, from the read until it is settled.
 * - **pending**: read by some consumer of the group and not yet acknowledged; Redis keeps the list.
 * - **held**: read by this process and not yet settled: queued, running or waiting for a retry.
 * - **in-flight**: its handler runs now.
 * - **settle**: end a delivery: ack, dead letter, or release.
 * - **ack**: the work is done; the entry leaves the pending list.
 * - **retry**: the handler runs again later; the entry stays pending, which is the durable record.
 * - **dead letter**: the entry is copied to the dead-letter stream with the reason, and acknowledged.
 * - **release**, **hand back**: give the entry back unsettled, so that another process runs it at once.
 * - **lease**: how long a consumer may show no life before others take over what it holds.
 * - **renew**: show life for a held entry. **lease lost**: somebody else has taken it over.
 * - **take over**, **claim**: become the consumer of an entry whose consumer shows no life.
 * - **attempt**: one start of the handler for an entry, counted over all processes, from 1.
 * - **lane**: the messages of one order key, worked one at a time in stream order.
 * - **shard**: one of the streams that a channel is spread over. **owner**: the one process that works a shard of an
 *   ordered channel. **fencing token**: a number that grows with every owner, so that an earlier one is recognised.
 * - **member**: a process that works a channel in a group.
 * - **permit**: leave to start one handler, where the contract limits the rate of starts.
 * - **batch**: messages that one handler call works together.
 * - **poison**: an entry that can't be decoded or validated; it is never retried.
 * - **prefetch**: how many messages are held beyond the running ones.
 * - **blocked**: behind a message of its key that is not settled; bounded apart from what is held.
 * - **room**: limit + prefetch − held. **Backpressure**: nothing is read while there is no room.
 * - **drain**: read nothing new, let what has started finish, hand the rest back.
 */

/** Key of a stream, as Redis knows it. */
export type StreamKey = string;

/** Id of an entry, `<milliseconds>-<sequence>`. */
export type EntryId = string & { readonly __brand?: 'EntryId' };

/** One element of a stream, as a broker hands it over. */
export interface Entry {
  readonly id: EntryId;
  /**
   * Names and values in turn, as Redis replies; `null` when the entry was deleted while it was
   * pending, so that nothing but its id is left.
   */
  readonly fields: readonly Uint8Array[] | null;
  /** Redis's delivery count: 1 when read for the first time; raised at every later handler start. */
  readonly deliveries: number;
}

/** Headers of a message. Keys and values are strings of at most 65,535 bytes of UTF-8 each. */
export type Headers = Readonly<Record<string, string>>;

// ── The broker ports ─────────────────────────────────────────────────────────────────────────────

/**
 * Where streams live. There are two brokers: Redis, and one inside the process. Every method
 * rejects with an `FsError` only; methods that may be repeated without harm have been repeated
 * by the broker itself before they reject.
 */
export interface Broker {
  readonly kind: 'redis' | 'memory';
  /** For people, e.g. `redis://localhost:6379`; never holds credentials. */
  readonly location: string;
  /** Connects, or rejects with `FS_BROKER_UNREACHABLE`. Safe to call again. */
  start(): Promise<void>;
  /** Appends one entry and gives its id. Never repeated on its own: see `FS_PUBLISH_UNCERTAIN`. */
  append(stream: StreamKey, fields: readonly Uint8Array[]): Promise<EntryId>;
  /**
   * Appends entries, in their order, at most once for each `sequence` of a producer: sent again, because the reply
   * was lost, the batch is not written again and its ids are those of the first time. Sequences of a producer count
   * up by one for each stream; only the last one is remembered. Gives the ids.
   *
   * Rejects with `FS_BROKER_UNREACHABLE` when nothing was sent, and with `FS_PUBLISH_UNCERTAIN` when the connection
   * broke before the reply; then, for `FS_BROKER_BUSY`, and for `FS_PUBLISH_UNCONFIRMED`, the same call may be made
   * again. Rejects with `FS_BACKLOG_FULL`, and writes nothing, where `maxBacklog` leaves no room for all of them.
   */
  appendBatch(
    stream: StreamKey,
    entries: readonly (readonly Uint8Array[])[],
    batch: BatchNumber,
    demands?: AppendDemands,
  ): Promise<readonly EntryId[]>;
  /** Makes sure that the group exists and opens a consumer of it. */
  consume(source: ConsumerSource): Promise<Consumer>;
  /** What the processes of a group know of each other, for one channel. Sends nothing by itself. */
  coordinate(source: CoordinationSource): Coordination;
  /**
   * Spreads a channel over at least `shards` streams, from now on and for everybody. Each stream it was spread over before
   * notes where it stood, so that those that are added can wait until that is settled (`mayBegin`). Safe to repeat, and by
   * many at once. Gives the number of shards in effect, which is larger where somebody has asked for more.
   *
   * @param stream key of the channel's own stream
   */
  spread(stream: StreamKey, shards: number): Promise<number>;
  /**
   * Whether a shard may be worked in order: whether everything that stood in the channel's other streams when this one was
   * added is settled in the group.
   *
   * @param stream key of the channel's own stream
   */
  mayBegin(stream: StreamKey, shard: number, group: string): Promise<boolean>;
  /** Closes the connections that this broker opened itself. Safe to call again. */
  close(): Promise<void>;
}

/** Tells a batch that is sent again from a new one. */
export interface BatchNumber {
  /** Unique per process and client. */
  readonly producer: string;
  readonly sequence: number;
}

/** On what terms a batch is appended. */
export interface AppendDemands {
  /** Entries of the stream that may be unsettled afterwards, in the group that is furthest behind. */
  readonly maxBacklog?: number | undefined;
  readonly confirm?: Confirmation | undefined;
  /**
   * Shards that the publisher believes the channel to have, and whether this is not the channel's own. Rejects with `FS_SHARDS_CHANGED`, and writes nothing, where it
   * has been spread over more, and where the shard has not been added yet.
   */
  readonly shards?: { readonly count: number; readonly added: boolean } | undefined;
}

/** Who must have a message before it counts as published. */
export interface Confirmation {
  /** Replicas, beside the master. */
  readonly replicas: number;
  /** Whether master and replicas must have it on disk (their append-only files), and not in memory only. Default: no. */
  readonly onDisk?: boolean;
  /** Milliseconds that one look may wait; `FS_PUBLISH_UNCONFIRMED` afterwards. Default 1,000. */
  readonly timeout?: number;
}

export interface ConsumerSource {
  readonly stream: StreamKey;
  readonly group: string;
  /** Unique per process and subscriber. */
  readonly consumer: string;
  /** Where a group that never existed begins; one that did, and has vanished, begins after its last checkpoint. */
  readonly startFrom: 'beginning' | 'now';
  /** Told about what happens below: reconnects, a group made again. */
  readonly onEvent?: (event: BrokerEvent) => void;
}

/** What a broker reports about one consumer while it works. */
export type BrokerEvent =
  /** `from`: the id after which it begins; `0` is the beginning, `$` now. `again`: it had vanished. */
  | { readonly kind: 'group-created'; readonly from: string; readonly again: boolean }
  | { readonly kind: 'disconnected'; readonly reason: string }
  | { readonly kind: 'reconnected' };

/** One consumer of one group on one stream. Not more than one `read` is under way at a time. */
export interface Consumer {
  /**
   * Takes up to `count` entries that no consumer has seen; waits up to `waitMs` milliseconds for the
   * first. Resolves with none after the wait, or after `interrupt()`. Rejects when the connection
   * broke: entries may then be stranded in this consumer's pending list (see `stranded`).
   */
  read(count: number, waitMs: number): Promise<readonly Entry[]>;
  /**
   * Waits up to `waitMs` milliseconds until the stream has an entry that the last `take` could not have seen, and takes
   * nothing: `true` when there is one. Resolves early with `false` after `interrupt()`. Rejects when the connection broke.
   */
  awaitNew(waitMs: number): Promise<boolean>;
  /**
   * Takes up to `count` entries that no consumer has seen, and does not wait for any. While this consumer has been made
   * owner (`own`), only if it still is: rejects with `FS_NOT_OWNER` otherwise. Rejects when the connection broke: entries
   * may then be stranded. What was sent may arrive yet, and must not take what the order has gone past: the token is given
   * up with it, and the next `own` gives another.
   */
  take(count: number): Promise<readonly Entry[]>;
  /** Makes a waiting `read` or `awaitNew` resolve now, and later ones at once with nothing. */
  interrupt(): Promise<void>;
  /**
   * Becomes or remains the owner of the stream in its group for `leaseMs` milliseconds. Gives the fencing token, which is
   * the same for as long as this consumer knows it and remains the owner without a gap; `undefined`: another one's lease has not ended.
   */
  own(leaseMs: number): Promise<number | undefined>;
  /** Gives the ownership up, if it is this consumer's, so that another becomes the owner at once. */
  disown(): Promise<void>;
  /**
   * Claims pending entries, whoever holds them and whatever their idle time, in the order of their ids, from `cursor` on
   * (`'0-0'` at first): what an owner does before it takes anything new. Those of `known` are skipped. Delivery counts
   * stay. Rejects with `FS_NOT_OWNER` unless this consumer is the owner.
   */
  drain(request: DrainRequest): Promise<TakeOver>;
  /**
   * Entries that Redis counts as delivered to this consumer but that are not among `known`: their
   * reply was lost. Delivery counts and idle times stay as they are. At most `count`.
   */
  stranded(known: ReadonlySet<EntryId>, count: number): Promise<readonly Entry[]>;
  /** Takes the ids off the pending list, whoever holds them; gives how many were on it. */
  ack(ids: readonly EntryId[]): Promise<number>;
  /** Shows life for ids that are still this consumer's; gives those that are not, or whose entry was deleted. */
  renew(ids: readonly EntryId[]): Promise<readonly EntryId[]>;
  /**
   * Records that attempt number `attempt` begins. `false`: no longer this consumer's, or deleted; or this consumer was
   * made owner (`own`) and is it no longer.
   */
  recordAttempt(id: EntryId, attempt: number): Promise<boolean>;
  /**
   * Gives entries back unsettled: the next take-over by anyone gets them, however long the lease.
   * `deliveries` is the count to leave behind. Those no longer this consumer's, and deleted ones, are left alone.
   * Gives how many were handed back.
   */
  handBack(entries: readonly { id: EntryId; deliveries: number }[]): Promise<number>;
  /**
   * Claims up to `count` entries whose consumer has shown no life for `idleMs` milliseconds,
   * beginning at `cursor` (`'0-0'` at first, then the last result's). Delivery counts stay.
   */
  takeOver(request: TakeOverRequest): Promise<TakeOver>;
  /**
   * Appends `fields` to the target and takes the entry off the pending list, in one step, if the entry is
   * still this consumer's. `false`: it is not, and nothing was written.
   */
  deadLetter(id: EntryId, target: DeadLetterTarget, fields: readonly Uint8Array[]): Promise<boolean>;
  /** Takes the entry off the pending list if it is still this consumer's. `false`: it is not. */
  drop(id: EntryId): Promise<boolean>;
  /** What the entry holds; `null` when it was deleted. */
  fetch(id: EntryId): Promise<readonly Uint8Array[] | null>;
  /**
   * Looks after the group: notes up to where everything is settled, so that a group that vanishes begins there again;
   * shows that this consumer is alive, and removes those that hold nothing and have shown no life for long; trims what
   * every group has settled. Harmless at any time and by any number of processes.
   */
  tidy(request: TidyRequest): Promise<Tidied>;
  /** How the group stands, for people. */
  inspect(): Promise<GroupState>;
  /** Removes the consumer if nothing is pending for it, and closes what was opened for it. */
  close(): Promise<void>;
}

export interface TakeOverRequest {
  readonly idleMs: number;
  readonly count: number;
  readonly cursor: EntryId;
}

export interface DrainRequest {
  readonly count: number;
  readonly cursor: EntryId;
  readonly known: ReadonlySet<EntryId>;
}

export interface TakeOver {
  readonly entries: readonly Entry[];
  /** Entries that had been deleted while pending; they are off the pending list now. */
  readonly deleted: readonly EntryId[];
  /** Where to go on; `'0-0'` when the list has been gone through. */
  readonly cursor: EntryId;
}

/** Where dead letters go. */
export interface DeadLetterTarget {
  readonly stream: StreamKey;
  /** Milliseconds after which they are removed; `undefined`: never. */
  readonly keep: number | undefined;
}

export interface TidyRequest {
  /** Milliseconds after which settled entries are removed; `undefined`: never. */
  readonly trimAfter: number | undefined;
  /** Milliseconds without a sign of life after which a consumer that holds nothing is removed. */
  readonly consumerIdle: number;
}

export interface Tidied {
  /** Entries removed from the stream. */
  readonly trimmed: number;
  /** Whether there is more to trim: one call removes a bounded number. */
  readonly more: boolean;
  /** Consumers removed from the group. */
  readonly removed: number;
}

export interface GroupState {
  /** Entries in the stream. */
  readonly length: number;
  /** Entries delivered to some consumer and not acknowledged. */
  readonly pending: number;
  /** Entries that no consumer has read; `null` when Redis can't tell. */
  readonly lag: number | null;
  readonly consumers: number;
}

// ── What the processes of a group know of each other ─────────────────────────────────────────────

export interface CoordinationSource {
  /** Key of the channel's stream; of its first shard, where there are several. What is shared lies in its slot. */
  readonly stream: StreamKey;
  readonly group: string;
  /** Unique per process: its consumer name. */
  readonly member: string;
}

export interface Coordination {
  /** Shows that this process works the channel, for `ttlMs` milliseconds, and learns what the group knows. */
  meet(request: MeetRequest): Promise<GroupView>;
  /** What `meet` tells, without being counted as a member. */
  look(): Promise<GroupView>;
  /** This process works the channel no more. */
  leave(): Promise<void>;
  /** Changes how every process of the group works the channel, from its next `meet` on. */
  steer(change: Partial<Steering>): Promise<Steering>;
  /** Asks for permits to start handlers, and tells what became of earlier ones. */
  permits(request: PermitRequest): Promise<PermitGrant>;
}

export interface MeetRequest {
  /** Milliseconds after which others count this process out. */
  readonly ttlMs: number;
}

export interface GroupView {
  /** Consumer names of the processes that work the channel, one that has just met included, sorted. */
  readonly members: readonly string[];
  /** Shards that the channel is spread over. */
  readonly shards: number;
  readonly steering: Steering;
}

/** What operators set for a whole group. */
export interface Steering {
  /** Nothing new is taken; what has started goes on. */
  readonly paused: boolean;
  /** Handlers that run at once in each process, instead of the contract's; `null`: the contract's. */
  readonly limit: number | null;
}

export interface PermitRequest {
  /** At most `max` handler starts in any `per` milliseconds, over all processes of the group. */
  readonly max: number;
  readonly per: number;
  /** Permits wanted now. */
  readonly want: number;
  /** Permits of earlier grants that were used, `ago` milliseconds ago at least. */
  readonly used: number;
  readonly ago: number;
  /** Permits of earlier grants that are not needed. */
  readonly returned: number;
}

export interface PermitGrant {
  /** May be used at once, and until they are told used or returned. */
  readonly granted: number;
  /** Milliseconds until it makes sense to ask again; 0 when all that were wanted were granted. */
  readonly waitMs: number;
}

// ── Handlers ─────────────────────────────────────────────────────────────────────────────────────

/**
 * What becomes of a delivery. A handler that returns nothing acknowledges; one that throws is
 * retried by the channel's policy. Returned or thrown (see `Settle`), an outcome decides for itself.
 */
export type Outcome =
  | { readonly kind: 'ack' }
  /** Run again after `delay` milliseconds; default: the policy's backoff. Counts as an attempt. */
  | { readonly kind: 'retry'; readonly delay?: number }
  /** Never run again: to the dead-letter stream with `reason`. */
  | { readonly kind: 'deadLetter'; readonly reason: string }
  /** Not for this process: give it back, so that any process may take it at once. */
  | { readonly kind: 'release' };

/**
 * Works one message. `context.signal` is aborted when the handler runs longer than its timeout, when
 * the lease is lost and when a stopping worker's grace is over; what is returned after that is ignored,
 * except a success, which still acknowledges.
 */
export type Handler<T, C extends AnyContext = HandlerContext> = (
  message: T,
  context: C,
) => Promise<Outcome | void> | Outcome | void;

/** What becomes of a batch: one outcome for all, or one for each message in their order; none: `ack`. */
export type BatchOutcome = Outcome | readonly (Outcome | undefined)[];

/**
 * Works a batch of messages, in the order in which they are in the stream. Returns nothing: all are acknowledged. Returns
 * outcomes: each is settled by its own. Throws: all of them have failed, and are retried by the channel's policy.
 */
export type BatchHandler<T, C extends AnyContext = HandlerContext> = (
  messages: readonly T[],
  context: BatchContext<C>,
) => Promise<BatchOutcome | void> | BatchOutcome | void;

/** What a handler knows of a batch. */
export interface BatchContext<C extends AnyContext = HandlerContext> {
  /** What is known of each message, in the order of the messages; each has a signal, publishers and a log of its own. */
  readonly deliveries: readonly C[];
  /** The channel's name in the generated code. */
  readonly channel: string;
  /** Key of the stream that they came from. */
  readonly stream: StreamKey;
  /** Which message of the channel they all are. */
  readonly message: string;
  /** Their order key; `undefined` where the contract asks for no order. */
  readonly key: string | undefined;
  readonly parameters: C['parameters'];
  /** Aborted when the batch runs longer than its timeout, when the lease of every message is lost, and by a stop. */
  readonly signal: AbortSignal;
  readonly log: Logger;
  readonly publish: C['publish'];
}

/** A context of any contract. */
export type AnyContext = HandlerContext<unknown, unknown, unknown, unknown>;

/**
 * What a handler knows of its delivery, and what it may do besides returning.
 *
 * @typeParam Publishers of the channels that the contract lets the application send to
 * @typeParam Parameters of the channel's address
 * @typeParam H headers as the contract types them
 * @typeParam Reply what sends the answer, where the contract wants one
 */
export interface HandlerContext<Publishers = unknown, Parameters = unknown, H = Headers, Reply = unknown> {
  /** Id of the message: its `message_id` header, else the entry's id. The same on every redelivery. */
  readonly id: string;
  /** Id of the entry in its stream. */
  readonly entryId: EntryId;
  /** The channel's name in the generated code. */
  readonly channel: string;
  /** Key of the stream that it came from. */
  readonly stream: StreamKey;
  /** Which message of the channel arrived. */
  readonly message: string;
  /** The message's order key; `undefined` where the contract asks for no order, or the message has none. */
  readonly key: string | undefined;
  /** From 1; counted over all processes. A process that died while it held the message may count as one. */
  readonly attempt: number;
  /** Those of the contract with its types; the others are text. */
  readonly headers: H & Readonly<Record<string, unknown>>;
  /** Parameters of the channel's address. */
  readonly parameters: Parameters;
  readonly signal: AbortSignal;
  /** Writes with channel, id and attempt attached. */
  readonly log: Logger;
  /** Publishers of what the contract lets the application send. Keeps the correlation id. */
  readonly publish: Publishers;
  /**
   * Sends the answer to where the contract says, or to where the request says if the contract leaves it to that. Keeps the
   * correlation id.
   */
  readonly reply: Reply;
}

// ── Logging ──────────────────────────────────────────────────────────────────────────────────────

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** The smallest interface that pino, winston and console can all meet. */
export interface Logger {
  debug(fields: object, message: string): void;
  debug(message: string): void;
  info(fields: object, message: string): void;
  info(message: string): void;
  warn(fields: object, message: string): void;
  warn(message: string): void;
  error(fields: object, message: string): void;
  error(message: string): void;
  child(fields: object): Logger;
}

// ── Time ─────────────────────────────────────────────────────────────────────────────────────────

/** The engine's only source of time and of turns, so that tests can bring their own. */
export interface Clock {
  /** Milliseconds of a clock that never goes back. */
  now(): number;
  /** Milliseconds since 1970, for people and for ids; may jump. */
  time(): number;
  /** Calls back once after `ms`; gives a function that cancels. Never keeps the process alive. */
  after(ms: number, callback: () => void): () => void;
  /** Calls back once in the next turn of the event loop, so that what comes up in this one can be gathered. */
  nextTurn(callback: () => void): void;
}
