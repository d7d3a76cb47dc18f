import { FsError } from '../errors.js';
import { RedisConnection, type RedisTarget, type Reply, TIMEOUT } from './connection.js';
import { isGroupGone } from './errors.js';

/** No read waits longer, ms: the bound on silence that the connection itself knows. */
const MAX_WAIT = 60_000;

/**
 * The blocking connection of one consumer. It is thrown away after any doubt and made anew for the next read.
 */
export class BlockingReader {
  readonly #target: RedisTarget;
  readonly #commands: RedisConnection;
  #connection: RedisConnection | undefined;
  #clientId: number | undefined;
  #busy: Promise<unknown> | undefined;
  #interrupted = false;
  /** How long past its own wait a blocking read may stay silent before its connection is given up as half-open, ms. */
  readonly #silence: number;

  constructor(target: RedisTarget, commands: RedisConnection) {
    this.#target = target;
    this.#silence = target.commandTimeout ?? TIMEOUT;
    this.#commands = commands;
  }

  get interrupted(): boolean {
    return this.#interrupted;
  }

  /** Runs one command that may wait; `null` when it ended with nothing or was interrupted. */
  async run(waitMs: number, command: string, ...args: (string | number)[]): Promise<Reply> {
    if (this.#interrupted) return null;
    try {
      const connection = await this.#connected();
      if (this.#interrupted) return null;
      const reply = connection.call(command, ...args);
      this.#busy = reply;
      return await withTimeout(reply, waitMs + this.#silence, connection.location);
    } catch (error) {
      if (!isGroupGone(error)) this.#discard();
      throw error;
    } finally {
      this.#busy = undefined;
    }
  }

  /**
   * Ends a waiting read from outside. CLIENT UNBLOCK lets Redis answer it with nothing, so that no entry can
   * be on its way to a connection that has been closed; where the user may not run it, the connection goes.
   */
  async interrupt(): Promise<void> {
    this.#interrupted = true;
    const read = this.#busy;
    if (read === undefined) return;
    const ended = read.then(
      () => true,
      () => true,
    );
    try {
      // The read may have been sent and not be blocked yet: ask until it has ended.
      for (let ask = 0; ask < 50 && this.#clientId !== undefined; ask++) {
        await this.#commands.call('CLIENT', 'UNBLOCK', this.#clientId);
        if (await Promise.race([ended, pause(5 + ask)])) return;
      }
    } catch {
      // Fall through: the connection is given up.
    }
    this.#discard();
    await ended;
  }

  close(): void {
    this.#interrupted = true;
    this.#discard();
  }

  async #connected(): Promise<RedisConnection> {
    if (this.#connection !== undefined) return this.#connection;
    const connection = new RedisConnection(this.#target, { reconnect: false, silence: MAX_WAIT });
    this.#connection = connection;
    const patience = this.#silence + (this.#target.connectTimeout ?? TIMEOUT);
    await withTimeout(connection.ready(), patience, connection.location);
    // Without it (an ACL may forbid it) an interrupted read costs its connection.
    const id = connection.call('CLIENT', 'ID').then(Number, () => undefined);
    this.#clientId = await withTimeout(id, this.#silence, connection.location);
    return connection;
  }

  #discard(): void {
    this.#connection?.close();
    this.#connection = undefined;
    this.#clientId = undefined;
  }
}

function pause(ms: number): Promise<false> {
  return new Promise((resolve) => setTimeout(() => resolve(false), ms));
}

async function withTimeout<T>(promise: Promise<T>, ms: number, location: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(new FsError('FS_BROKER_UNREACHABLE', `Redis at ${location} did not answer a read in time`)),
      ms,
    );
    timer.unref();
  });
  try {
    return await Promise.race([promise, silence]);
  } finally {
    clearTimeout(timer);
  }
}
