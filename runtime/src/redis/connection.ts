import type { Redis, RedisOptions } from 'ioredis';
import type { FsError } from '../errors.js';
import type { StreamKey } from '../types.js';
import type { Redirect } from './errors.js';
import type { ScriptName } from './scripts/index.js';

/** Where Redis is, and how to get in. */
export interface RedisTarget {
  /** `redis://user:password@host:port/db`, or `rediss://` for TLS; `redis+cluster://host:port,host:port` for a Cluster. */
  readonly url?: string;
  /** A client of your own: its settings are copied, the client itself is neither used nor closed. */
  readonly client?: Redis;
  /** ioredis options beside the URL, such as `tls` or `username`. Those that delivery depends on are set by us. */
  readonly options?: ConnectionOptions;
  /** Redis Sentinel: who the master is, is asked of them, again after every failover. */
  readonly sentinel?: SentinelTarget;
  /** Redis Cluster: every command goes to the node that holds its key, also when slots move and masters change. */
  readonly cluster?: ClusterTarget;
  /** Milliseconds to wait for a connection. Default 5,000. */
  readonly connectTimeout?: number;
  /**
   * Milliseconds without any reply after which a connection with commands under way counts as dead and is replaced:
   * a network that drops packets tells nobody. Default 5,000.
   */
  readonly commandTimeout?: number;
}

/** Where a server listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface SentinelTarget {
  /** Name of the master group, as in `sentinel monitor <name> …`. */
  readonly name: string;
  readonly nodes: readonly Address[];
}

export interface ClusterTarget {
  /** Some of its nodes, masters or replicas: the first that answers tells of the others. */
  readonly nodes: readonly Address[];
  /**
   * Where nodes are for us that call themselves something else, behind a NAT or in containers:
   * `{ '10.0.0.1:6379': { host: 'localhost', port: 7001 } }`.
   */
  readonly natMap?: Readonly<Record<string, Address>>;
}

/** How replies are mapped is ours to say. */
export type ConnectionOptions = Omit<RedisOptions, 'replyMapping'>;

/** What ioredis gives back for a reply of bytes. */
export type Reply = Buffer | string | number | null | readonly Reply[];

export type Argument = string | number | Buffer;

/** Runs one command whose reply keeps its bytes. */
export type Call = (command: string, ...args: Argument[]) => Promise<Reply>;

/** How long a connection may take, and how long one with commands under way may be silent, ms. */
export const TIMEOUT = 5_000;

export interface ConnectionUse {
  /**
   * Whether to come back by itself. A blocking reader must not: after any doubt it is replaced, because a read that
   * ioredis sent again would strand the reply of the first.
   */
  readonly reconnect: boolean;
  /** Milliseconds that a reply may take because Redis was asked to wait. */
  readonly silence?: number;
}

/**
 * The way to Redis, one server or a Cluster of them. Nothing is ever sent twice by itself, except what a server has
 * refused to run: what was sent and not answered rejects.
 */
export interface Connection {
  /** For people; without credentials. */
  readonly location: string;
  /**
   * Connects, or waits until a broken connection is back; rejects after the connect timeout.
   *
   * @param key whoever holds it is meant; without it anybody will do
   */
  ready(key?: StreamKey): Promise<void>;
  /** Whether what is sent for the key now goes out at once. */
  isReady(key: StreamKey): boolean;
  readonly call: Call;
  /** Runs one of our scripts, whose keys lie in one slot; it is loaded where it isn't known. */
  script(name: ScriptName, keys: readonly string[], ...args: Argument[]): Promise<Reply>;
  /** The same; what `there` runs goes to the server that ran it, on the same connection, or rejects. */
  scriptAt(
    name: ScriptName,
    keys: readonly string[],
    ...args: Argument[]
  ): Promise<{ readonly reply: Reply; readonly there: Call }>;
  /** Whether one script may touch both keys. */
  together(a: StreamKey, b: StreamKey): boolean;
  /**
   * A connection for blocking reads of one stream, and for nothing else. It doesn't come back by itself.
   *
   * @param silence milliseconds that a read may wait
   * @param redirect where the last one was sent to
   */
  dedicated(stream: StreamKey, silence: number, redirect?: Redirect): Promise<Dedicated>;
  /** An `FsError` for whatever something here rejected with. */
  error(error: unknown): FsError;
  close(): void;
}

export interface Dedicated {
  readonly location: string;
  ready(): Promise<void>;
  readonly call: Call;
  /** The same on the connection for commands to the same server. */
  readonly beside: Call;
  /** Where the stream is instead, if that is what the error says: the command was not run. */
  redirect(error: unknown): Redirect | undefined;
  close(): void;
}

/** Runs a command; whatever it rejects with is an `FsError`. */
export async function translated<T>(
  connection: Pick<Connection, 'error'>,
  command: () => Promise<T>,
): Promise<T> {
  try {
    return await command();
  } catch (error) {
    throw connection.error(error);
  }
}
