import { FsError } from '../../runtime/src/errors.js';
import type { Consumer, Entry } from '../../runtime/src/types.js';
import type { Member } from './member.js';
import type { Wire } from './wire.js';
import type { World } from './world.js';

export interface ReaderOptions {
  readonly world: World;
  readonly member: Member;
  readonly wire: Wire;
  /** Another connection to the broker, under the same name. */
  readonly open: () => Promise<Consumer>;
  /** A reply has brought entries. */
  readonly onGiven: (entries: readonly Entry[]) => void;
  /** The broker counts entries as delivered, and the connection broke before they came. */
  readonly onLost: (entries: readonly Entry[]) => void;
}

/** The connection of its own that reads wait on; given up when in doubt. */
export class SimulatedReader {
  readonly #options: ReaderOptions;
  #connection: Promise<Consumer> | undefined;
  #waitingFor: Consumer | undefined;
  #interrupted = false;

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  async read(count: number, waitMs: number): Promise<readonly Entry[]> {
    const { wire, open, onGiven, onLost } = this.#options;
    if (this.#interrupted) return [];
    this.#connection ??= open();
    const connection = await this.#connection;
    let sent: readonly Entry[] = [];
    const breaks = this.#breakDuring(waitMs, () => {
      onLost(sent);
      this.#abandon(connection);
    });
    const reply = wire.request({
      name: `read ${count}`,
      execute: async () => {
        sent = await this.#readFrom(connection, count, waitMs);
        return sent;
      },
      onReply: (entries) => {
        if (!breaks.broken) onGiven(entries);
      },
      // What a broken connection was given later, nobody can know of until it shows no life.
      onLost: (entries) => {
        if (!breaks.broken) onLost(entries);
      },
    });
    try {
      return await Promise.race([reply, breaks.promise]);
    } catch (error) {
      this.#abandon(connection);
      throw error;
    } finally {
      breaks.cancel();
    }
  }

  /**
   * Waits on the consumer that takes, for it knows what it has seen. A connection that breaks leaves that wait behind,
   * which nobody hears of.
   */
  async awaitNew(consumer: Consumer, waitMs: number): Promise<boolean> {
    if (this.#interrupted) return false;
    this.#waitingFor = consumer;
    const breaks = this.#breakDuring(waitMs);
    const reply = this.#options.wire.request({
      name: 'awaitNew',
      execute: async () => !this.#interrupted && (await consumer.awaitNew(waitMs)),
    });
    try {
      return await Promise.race([reply, breaks.promise]);
    } finally {
      breaks.cancel();
    }
  }

  /** Nothing is read any more. */
  refuse(): void {
    this.#interrupted = true;
  }

  /** Whatever waits ends, too. */
  async interrupt(): Promise<void> {
    this.#interrupted = true;
    await this.#waitingFor?.interrupt();
    await (await this.#connection)?.interrupt();
  }

  /** Its process is no more; the broker notices sooner or later. */
  crash(): void {
    void this.#connection?.then((connection) => this.#abandon(connection));
  }

  async #readFrom(connection: Consumer, count: number, waitMs: number): Promise<readonly Entry[]> {
    const entries = this.#interrupted ? [] : await connection.read(count, waitMs);
    for (const { id } of entries) this.#options.world.entry(id).read = true;
    return entries;
  }

  /** The connection may break while a read waits: it is answered at once, and the broker finds out later. */
  #breakDuring(waitMs: number, onBroken: () => void = () => {}) {
    const { world, member } = this.#options;
    const { random, plan, scheduler } = world;
    const breaks = { broken: false, promise: new Promise<never>(() => {}), cancel: () => {} };
    const { requestLost, replyLost } = plan.risks;
    if (scheduler.now > plan.duration || waitMs === 0 || !random.chance((requestLost + replyLost) / 2)) {
      return breaks;
    }
    breaks.promise = new Promise((_, reject) => {
      const happening = member.host.schedule(random.between(0, waitMs), 'reply', () => {
        breaks.broken = true;
        onBroken();
        world.note(member.host.name, 'read broke while it waited');
        world.count('read broke while it waited');
        member.host.disturbed(scheduler.now);
        reject(new FsError('FS_BROKER_UNREACHABLE', 'read: the connection broke'));
      });
      breaks.cancel = () => {
        happening.cancelled = true;
      };
    });
    return breaks;
  }

  #abandon(connection: Consumer): void {
    const { scheduler, random } = this.#options.world;
    this.#connection = undefined;
    scheduler.after(random.chance(0.5) ? 0 : random.between(0, 1_500), () => void connection.interrupt());
  }
}
