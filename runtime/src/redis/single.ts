import { Redis } from 'ioredis';
import { FsError } from '../errors.js';
import {
  type Address,
  type Argument,
  type Call,
  type Connection,
  type ConnectionOptions,
  type ConnectionUse,
  type Dedicated,
  type RedisTarget,
  type Reply,
  type SentinelTarget,
  TIMEOUT,
} from './connection.js';
import { connectionClosed, toFsError } from './errors.js';
import { SCRIPTS, type ScriptName } from './scripts/index.js';

const DEFAULT_URL = 'redis://localhost:6379';
const MAX_RECONNECT_DELAY = 2_000;
/** How often all Sentinels are asked before a first connection is given up. */
const SENTINEL_ROUNDS = 3;

/** A connection to one server, used for commands or for blocking reads, never for both. */
export class SingleConnection implements Connection {
  readonly location: string;
  readonly #target: RedisTarget;
  readonly #client: Redis;
  #lastError: Error | undefined;
  #closed = false;
  #wasReady = false;
  /** Counts the sockets that it has had. */
  #socket = 0;
  #ready: Promise<void> | undefined;

  /** @param address replaces what the target says */
  constructor(target: RedisTarget, use: ConnectionUse, address?: Address) {
    this.#target = target;
    const overrides: ConnectionOptions = {
      ...target.options,
      ...address,
      lazyConnect: true,
      connectTimeout: target.connectTimeout ?? TIMEOUT,
      // Destroys the socket, which rejects what is under way. A blocking read brings its own, longer patience.
      socketTimeout: (target.commandTimeout ?? TIMEOUT) + (use.silence ?? 0),
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
        use.reconnect && this.#wasReady ? Math.min(MAX_RECONNECT_DELAY, 50 * 2 ** attempt) : null,
      // A server that is loading is asked again soon: its own estimate of how long it takes is wild at first.
      maxLoadingRetryTime: 250,
      // A master that was demoted goes on answering: leave it, so that the new one is looked up. Nothing is sent again.
      reconnectOnError: (error) => (error.message.startsWith('READONLY') ? 1 : false),
      ...(target.sentinel && {
        sentinels: [...target.sentinel.nodes],
        name: target.sentinel.name,
        failoverDetector: true,
        sentinelRetryStrategy: (attempt: number) =>
          (use.reconnect && this.#wasReady) || attempt < SENTINEL_ROUNDS
            ? Math.min(MAX_RECONNECT_DELAY, 50 * 2 ** attempt)
            : null,
      }),
    };
    // What a URL says would come before the address.
    const anew = () => (address ? new Redis(overrides) : new Redis(target.url ?? DEFAULT_URL, overrides));
    this.#client = target.client?.duplicate(overrides) ?? anew();
    this.location = target.sentinel ? describeSentinel(target.sentinel) : describe(this.#client);
    this.#client.on('error', (error: Error) => {
      this.#lastError = error;
    });
    this.#client.on('ready', () => {
      this.#wasReady = true;
      this.#socket += 1;
    });
    for (const [name, script] of Object.entries(SCRIPTS)) this.#client.defineCommand(name, script);
  }

  ready(): Promise<void> {
    if (this.#closed) return Promise.reject(new FsError('FS_BROKER_CLOSED', 'The connection is closed'));
    if (this.isReady()) return Promise.resolve();
    this.#ready ??= this.#waitUntilReady().finally(() => {
      this.#ready = undefined;
    });
    return this.#ready;
  }

  isReady(): boolean {
    return this.#client.status === 'ready';
  }

  readonly call: Call = (command, ...args) => this.#run(() => this.#send(command, args));

  script(name: ScriptName, keys: readonly string[], ...args: Argument[]): Promise<Reply> {
    return this.#run(() => this.#sendScript(name, keys, args));
  }

  scriptAt(name: ScriptName, keys: readonly string[], ...args: Argument[]) {
    return this.scriptAsked(false, name, keys, args);
  }

  /** @param asking a node of a Cluster is only about to become the one that holds the keys: it serves this and no more */
  async scriptAsked(
    asking: boolean,
    name: ScriptName,
    keys: readonly string[],
    args: readonly Argument[],
  ): Promise<{ readonly reply: Reply; readonly there: Call }> {
    let socket = 0;
    const reply = await this.#run(() => {
      socket = this.#socket;
      return this.#sendScript(name, keys, args);
    }, asking);
    const there: Call = async (command, ...rest) => {
      // Another server would answer for another write.
      if (!this.isReady() || socket !== this.#socket) throw connectionClosed();
      return this.#send(command, rest);
    };
    return { reply, there };
  }

  /** @param asking as for scripts */
  callAsked(asking: boolean, command: string, args: readonly Argument[]): Promise<Reply> {
    return this.#run(() => this.#send(command, args), asking);
  }

  together(): boolean {
    return true;
  }

  async dedicated(_stream: string, silence: number): Promise<Dedicated> {
    const own = new SingleConnection(this.#target, { reconnect: false, silence });
    return {
      location: own.location,
      ready: () => own.ready(),
      call: own.call,
      beside: this.call,
      redirect: () => undefined,
      close: () => own.close(),
    };
  }

  error(error: unknown): FsError {
    return toFsError(error, this.location, this.isReady() ? undefined : this.#lastError);
  }

  close(): void {
    this.#closed = true;
    this.#client.disconnect();
  }

  /** Sends when there is a connection. */
  async #run<T>(send: () => Promise<T>, asking = false): Promise<T> {
    await this.ready();
    // Holds for the very next command on the connection: nothing may come in between.
    if (asking) this.#client.call('ASKING').catch(() => undefined);
    return send();
  }

  async #send(command: string, args: readonly Argument[]): Promise<Reply> {
    return (await this.#client.callBuffer(command, ...args)) as Reply;
  }

  /** ioredis sends EVALSHA, and the script itself where it isn't known. */
  #sendScript(name: ScriptName, keys: readonly string[], args: readonly Argument[]): Promise<Reply> {
    const commands = this.#client as unknown as Record<string, (...args: unknown[]) => Promise<Reply>>;
    const run = commands[`${name}Buffer`];
    if (run === undefined) throw new Error(`script ${name} is not defined`);
    return run.call(this.#client, ...keys, ...args);
  }

  async #waitUntilReady(): Promise<void> {
    try {
      const { status } = this.#client;
      if (status === 'wait' || status === 'end') await this.#client.connect();
      else await this.#nextReady();
    } catch (error) {
      throw this.error(error);
    }
  }

  #nextReady(): Promise<void> {
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void) => {
        clearTimeout(timer);
        this.#client.off('ready', onReady);
        this.#client.off('end', onEnd);
        settle();
      };
      const onReady = () => finish(resolve);
      const onEnd = () => finish(() => reject(connectionClosed()));
      const timer = setTimeout(
        () => finish(() => reject(new Error('no answer in time'))),
        this.#client.options.connectTimeout,
      );
      this.#client.once('ready', onReady);
      this.#client.once('end', onEnd);
    });
  }
}

/** Host and port for people; user names, passwords and query strings stay out. */
function describe(client: Redis): string {
  const { host, port, path, tls, db } = client.options;
  if (path) return `unix:${path}`;
  return `${tls ? 'rediss' : 'redis'}://${host}:${port}${db ? `/${db}` : ''}`;
}

function describeSentinel({ name, nodes }: SentinelTarget): string {
  return `sentinel://${nodes.map(({ host, port }) => `${host}:${port}`).join(',')}/${name}`;
}
