import type { StreamKey } from '../types.js';
import { type Connection, type Dedicated, type RedisTarget, type Reply, TIMEOUT } from './connection.js';
import { isGroupGone, type Redirect } from './errors.js';
import { patiently, pause } from './patience.js';

/** No read waits longer, ms: the bound on silence that the connection itself knows. */
const MAX_WAIT = 60_000;

/** How often in a row a read goes where a node of a Cluster says that the stream is. */
const MAX_HOPS = 5;

/**
 * The blocking connection of one consumer. It is thrown away after any doubt and made anew for the next read.
 */
export class BlockingReader {
  readonly #target: RedisTarget;
  readonly #commands: Connection;
  readonly #stream: StreamKey;
  #connection: Dedicated | undefined;
  #clientId: number | undefined;
  #busy: Promise<unknown> | undefined;
  #interrupted = false;
  /** How long past its own wait a blocking read may stay silent before its connection is given up as half-open, ms. */
  readonly #silence: number;

  constructor(target: RedisTarget, commands: Connection, stream: StreamKey) {
    this.#target = target;
    this.#silence = target.commandTimeout ?? TIMEOUT;
    this.#commands = commands;
    this.#stream = stream;
  }

  get interrupted(): boolean {
    return this.#interrupted;
  }

  /** Runs one command that may wait; `null` when it ended with nothing or was interrupted. */
  async run(waitMs: number, command: string, ...args: (string | number)[]): Promise<Reply> {
    let redirect: Redirect | undefined;
    for (let hop = 0; ; hop++) {
      if (this.#interrupted) return null;
      let connection: Dedicated | undefined;
      try {
        connection = await this.#connected(redirect);
        if (this.#interrupted) return null;
        const reply = connection.call(command, ...args);
        this.#busy = reply;
        return await patiently(reply, waitMs + this.#silence, connection.location);
      } catch (error) {
        if (!isGroupGone(error)) this.#discard();
        redirect = connection?.redirect(error);
        if (redirect === undefined || hop === MAX_HOPS) throw error;
      } finally {
        this.#busy = undefined;
      }
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
        await this.#connection?.beside('CLIENT', 'UNBLOCK', this.#clientId);
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

  async #connected(redirect: Redirect | undefined): Promise<Dedicated> {
    if (this.#connection !== undefined) return this.#connection;
    const connection = await this.#commands.dedicated(this.#stream, MAX_WAIT, redirect);
    // Closed meanwhile.
    if (this.#interrupted) {
      connection.close();
      return connection;
    }
    this.#connection = connection;
    const patience = this.#silence + (this.#target.connectTimeout ?? TIMEOUT);
    await patiently(connection.ready(), patience, connection.location);
    // Without it (an ACL may forbid it) an interrupted read costs its connection.
    const id = connection.call('CLIENT', 'ID').then(Number, () => undefined);
    this.#clientId = await patiently(id, this.#silence, connection.location);
    return connection;
  }

  #discard(): void {
    this.#connection?.close();
    this.#connection = undefined;
    this.#clientId = undefined;
  }
}
