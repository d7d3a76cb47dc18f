import { Redis, type RedisOptions } from 'ioredis';
import { FsError } from '../errors.js';
import { toFsError } from './errors.js';
import { SCRIPTS, type ScriptName } from './scripts/index.js';

/** Where Redis is, and how to get in. */
export interface RedisTarget {
  /** `redis://user:password@host:port/db`, or `rediss://` for TLS. */
  readonly url?: string;
  /** A client of your own: its settings are copied, the client itself is neither used nor closed. */
  readonly client?: Redis;
  /** ioredis options beside the URL, such as `tls` or `username`. Those that delivery depends on are set by us. */
  readonly options?: ConnectionOptions;
  /** Redis Sentinel: who the master is, is asked of them, again after every failover. */
  readonly sentinel?: SentinelTarget;
  /** Milliseconds to wait for a connection. Default 5,000. */
  readonly connectTimeout?: number;
  /**
   * Milliseconds without any reply after which a connection with commands under way counts as dead and is replaced:
   * a network that drops packets tells nobody. Default 5,000.
   */
  readonly commandTimeout?: number;
}

export interface SentinelTarget {
  /** Name of the master group, as in `sentinel monitor <name> …`. */
  readonly name: string;
  readonly nodes: readonly { readonly host: string; readonly port: number }[];
}

/** How replies are mapped is ours to say. */
type ConnectionOptions = Omit<RedisOptions, 'replyMapping'>;

/** What ioredis gives back for a reply of bytes. */
export type Reply = Buffer | string | number | null | readonly Reply[];

const MAX_RECONNECT_DELAY = 2_000;
/** How long a connection may take, and how long one with commands under way may be silent, ms. */
export const TIMEOUT = 5_000;
/** How often all Sentinels are asked before a first connection is given up. */
const SENTINEL_ROUNDS = 3;

interface ConnectionUse {
  /**
   * Whether to come back by itself. A blocking reader must not: after any doubt it is replaced, because a read that
   * ioredis sent again would strand the reply of the first.
   */
  readonly reconnect: boolean;
  /** Milliseconds that a reply may take because Redis was asked to wait. */
  readonly silence?: number;
}

/** A connection that is used for commands or for blocking reads, never for both. */
export class RedisConnection {
  readonly client: Redis;
  readonly location: string;
  #lastError: Error | undefined;
  #closed = false;
  #wasReady = false;
  #ready: Promise<void> | undefined;

  constructor(target: RedisTarget, options: ConnectionUse) {
    const overrides: ConnectionOptions = {
      ...target.options,
      lazyConnect: true,
      connectTimeout: target.connectTimeout ?? TIMEOUT,
      // Destroys the socket, which rejects what is under way. A blocking read brings its own, longer patience.
      socketTimeout: (target.commandTimeout ?? TIMEOUT) + (options.silence ?? 0),
      // Rejects what was under way when the connection broke, instead of sending it twice or never settling it.
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
      enableAutoPipelining: false,
      // The same replies from every version of ioredis and Redis; ioredis 5 knows nothing else.
      protocol: 2,
      // Nothing is asked of the server that the documented ACL does not allow.
      disableClientInfo: true,
      // Not before it has been there once: ioredis would go on connecting behind a caller who was told that it
      // failed, and `disconnect()` in that state leaves a client that never ends.
      retryStrategy: (attempt) =>
        options.reconnect && this.#wasReady ? Math.min(MAX_RECONNECT_DELAY, 50 * 2 ** attempt) : null,
      // A server that is loading is asked again soon: its own estimate of how long it takes is wild at first.
      maxLoadingRetryTime: 250,
      // A master that was demoted goes on answering: leave it, so that the new one is looked up. Nothing is sent again.
      reconnectOnError: (error) => (error.message.startsWith('READONLY') ? 1 : false),
      ...(target.sentinel && {
        sentinels: [...target.sentinel.nodes],
        name: target.sentinel.name,
        failoverDetector: true,
        sentinelRetryStrategy: (attempt: number) =>
          (options.reconnect && this.#wasReady) || attempt < SENTINEL_ROUNDS
            ? Math.min(MAX_RECONNECT_DELAY, 50 * 2 ** attempt)
            : null,
      }),
    };
    this.client = target.client?.duplicate(overrides) ?? new Redis(target.url ?? DEFAULT_URL, overrides);
    this.location = target.sentinel ? describeSentinel(target.sentinel) : describe(this.client);
    this.client.on('error', (error: Error) => {
      this.#lastError = error;
    });
    this.client.on('ready', () => {
      this.#wasReady = true;
    });
    for (const [name, script] of Object.entries(SCRIPTS)) this.client.defineCommand(name, script);
  }

  /** Connects, or waits until a broken connection is back; rejects after the connect timeout. */
  ready(): Promise<void> {
    if (this.#closed) return Promise.reject(new FsError('FS_BROKER_CLOSED', 'The connection is closed'));
    if (this.client.status === 'ready') return Promise.resolve();
    this.#ready ??= this.#waitUntilReady().finally(() => {
      this.#ready = undefined;
    });
    return this.#ready;
  }

  /** Runs one command whose reply keeps its bytes. */
  async call(command: string, ...args: (string | number | Buffer)[]): Promise<Reply> {
    await this.ready();
    return (await this.client.callBuffer(command, ...args)) as Reply;
  }

  /** Runs one of our scripts; ioredis sends EVALSHA and loads the script where it isn't known. */
  async script(
    name: ScriptName,
    keys: readonly string[],
    ...args: (string | number | Buffer)[]
  ): Promise<Reply> {
    await this.ready();
    const commands = this.client as unknown as Record<string, (...args: unknown[]) => Promise<Reply>>;
    const run = commands[`${name}Buffer`];
    if (run === undefined) throw new Error(`script ${name} is not defined`);
    return run.call(this.client, ...keys, ...args);
  }

  error(error: unknown): FsError {
    return toFsError(error, this.location, this.client.status === 'ready' ? undefined : this.#lastError);
  }

  close(): void {
    this.#closed = true;
    this.client.disconnect();
  }

  async #waitUntilReady(): Promise<void> {
    try {
      const { status } = this.client;
      if (status === 'wait' || status === 'end') await this.client.connect();
      else await this.#nextReady();
    } catch (error) {
      throw this.error(error);
    }
  }

  #nextReady(): Promise<void> {
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void) => {
        clearTimeout(timer);
        this.client.off('ready', onReady);
        this.client.off('end', onEnd);
        settle();
      };
      const onReady = () => finish(resolve);
      const onEnd = () => finish(() => reject(new Error('Connection is closed.')));
      const timer = setTimeout(
        () => finish(() => reject(new Error('no answer in time'))),
        this.client.options.connectTimeout,
      );
      this.client.once('ready', onReady);
      this.client.once('end', onEnd);
    });
  }
}

const DEFAULT_URL = 'redis://localhost:6379';

/** Host and port for people; user names, passwords and query strings stay out. */
function describe(client: Redis): string {
  const { host, port, path, tls, db } = client.options;
  if (path) return `unix:${path}`;
  return `${tls ? 'rediss' : 'redis'}://${host}:${port}${db ? `/${db}` : ''}`;
}

function describeSentinel({ name, nodes }: SentinelTarget): string {
  return `sentinel://${nodes.map(({ host, port }) => `${host}:${port}`).join(',')}/${name}`;
}
