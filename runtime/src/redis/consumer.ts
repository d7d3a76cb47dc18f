import { asBuffer } from '../bytes.js';
import { isFsError } from '../errors.js';
import type {
  Consumer,
  ConsumerSource,
  DeadLetterTarget,
  DrainRequest,
  Entry,
  EntryId,
  GroupState,
  TakeOver,
  TakeOverRequest,
  Tidied,
  TidyRequest,
} from '../types.js';
import { type Connection, type RedisTarget, type Reply, translated } from './connection.js';
import { DeadLetterCopy, WIDEST } from './dead-letter-copy.js';
import { isGroupGone, isStreamGone } from './errors.js';
import { RedisIntake } from './intake.js';
import { besides } from './keys.js';
import { BlockingReader } from './reader.js';
import { entriesOf, fieldMap, fieldsOf, list, number, pendingOf, takenOver, text } from './replies.js';

/** Longer than any lease: an entry this idle is anybody's. */
const ABANDONED = 30 * 24 * 3_600_000;

/** A script blocks the server while it runs, so that long lists go out in pieces. */
const CHUNK = 200;

/** Entries trimmed in one call. */
const TRIM_LIMIT = 10_000;

/** Checkpoint and list of consumers are written again every few seconds; the last outlive a long weekend. In ms. */
const REMEMBERED = 7 * 24 * 3_600_000;

export class RedisConsumer implements Consumer {
  readonly #source: ConsumerSource;
  readonly #commands: Connection;
  readonly #reader: BlockingReader;
  readonly #intake: RedisIntake;
  readonly #onClose: () => void;
  #connected = true;
  #closed = false;

  constructor(source: ConsumerSource, target: RedisTarget, commands: Connection, onClose: () => void) {
    this.#source = source;
    this.#commands = commands;
    this.#reader = new BlockingReader(target, commands, source.stream);
    this.#intake = new RedisIntake(source, this.#reader, {
      script: (name, keys, ...args) => this.#run(() => commands.script(name, keys, ...args)),
      position: async () => {
        const position = (await this.#ownGroup())?.get('last-delivered-id');
        return position === undefined ? undefined : text(position);
      },
      makeAgain: () => this.ensureGroup(true),
      onAnswer: () => this.#reconnected(),
    });
    this.#onClose = onClose;
  }

  /** Makes the group, and the stream, if they don't exist. `again`: it was there before and has vanished. */
  async ensureGroup(again = false): Promise<void> {
    const { group, consumer, startFrom } = this.#source;
    // A group that vanished must never begin at `$`: what was published meanwhile would be skipped.
    const from = startFrom === 'now' && !again ? '$' : '0';
    const make = () => this.#commands.script('fsMakeGroup', this.#groupKeys, group, consumer, from);
    const made = await this.#run(make).catch(async (error) => {
      // Full memory refuses this even where nothing has to be made; and it is consumers who can free some.
      if (isFsError(error, 'FS_BROKER_FULL') && (await this.#ownGroup()) !== undefined) return null;
      throw error;
    });
    if (made !== null) this.#source.onEvent?.({ kind: 'group-created', from: text(made), again });
  }

  async read(count: number, waitMs: number): Promise<readonly Entry[]> {
    const { stream, group, consumer } = this.#source;
    const block = waitMs > 0 ? ['BLOCK', Math.ceil(waitMs)] : [];
    try {
      const reply = await this.#reader.run(
        waitMs,
        'XREADGROUP',
        'GROUP',
        group,
        consumer,
        'COUNT',
        count,
        ...block,
        'STREAMS',
        stream,
        '>',
      );
      this.#reconnected();
      return reply === null ? [] : entriesOf(reply);
    } catch (error) {
      if (!isGroupGone(error)) throw this.#disconnected(error);
      await this.ensureGroup(true);
      return [];
    }
  }

  async awaitNew(waitMs: number): Promise<boolean> {
    try {
      return await this.#intake.awaitNew(waitMs);
    } catch (error) {
      throw this.#disconnected(error);
    }
  }

  async take(count: number): Promise<readonly Entry[]> {
    try {
      return await this.#intake.take(count);
    } catch (error) {
      throw this.#disconnected(error);
    }
  }

  interrupt(): Promise<void> {
    return this.#reader.interrupt();
  }

  own(leaseMs: number): Promise<number | undefined> {
    return this.#intake.own(leaseMs);
  }

  disown(): Promise<void> {
    return this.#intake.disown();
  }

  drain(request: DrainRequest): Promise<TakeOver> {
    return this.#intake.drain(request);
  }

  async stranded(known: ReadonlySet<EntryId>, count: number): Promise<readonly Entry[]> {
    const { stream, group, consumer } = this.#source;
    const found: Entry[] = [];
    let from = '-';
    while (found.length < count) {
      const page = pendingOf(
        await this.#run(() => this.#commands.call('XPENDING', stream, group, from, '+', CHUNK, consumer)),
      );
      for (const { id, deliveries } of page) {
        if (known.has(id) || found.length === count) continue;
        found.push({ id, deliveries, fields: await this.fetch(id) });
      }
      const last = page.at(-1);
      if (page.length < CHUNK || last === undefined) break;
      from = `(${last.id}`;
    }
    return found;
  }

  async ack(ids: readonly EntryId[]): Promise<number> {
    if (ids.length === 0) return 0;
    const { stream, group } = this.#source;
    return number(await this.#run(() => this.#commands.call('XACK', stream, group, ...ids)));
  }

  async renew(ids: readonly EntryId[]): Promise<readonly EntryId[]> {
    const lost: EntryId[] = [];
    for (let i = 0; i < ids.length; i += CHUNK) {
      const reply = await this.#script('fsRenew', ...ids.slice(i, i + CHUNK));
      lost.push(...list(reply).map(text));
    }
    return lost;
  }

  async recordAttempt(id: EntryId, attempt: number): Promise<boolean> {
    return this.#intake.recordAttempt(id, attempt);
  }

  async handBack(entries: readonly { id: EntryId; deliveries: number }[]): Promise<number> {
    let count = 0;
    for (let i = 0; i < entries.length; i += CHUNK) {
      const chunk = entries.slice(i, i + CHUNK).flatMap(({ id, deliveries }) => [id, deliveries]);
      count += number(await this.#script('fsHandBack', ABANDONED, ...chunk));
    }
    return count;
  }

  async takeOver(request: TakeOverRequest): Promise<TakeOver> {
    const { idleMs, cursor, count } = request;
    return takenOver(await this.#script('fsTakeOver', Math.ceil(idleMs), cursor, count));
  }

  async deadLetter(id: EntryId, target: DeadLetterTarget, fields: readonly Uint8Array[]): Promise<boolean> {
    const { stream, group, consumer } = this.#source;
    const inOneStep = fields.length <= WIDEST && this.#commands.together(stream, target.stream);
    if (!inOneStep) return this.#deadLetterInTwoSteps(id, target, fields);
    const keys = [stream, target.stream];
    const rest = [id, target.keep ?? -1, ...fields.map(asBuffer)];
    const write = () => this.#commands.script('fsDeadLetter', keys, group, consumer, ...rest);
    return (await this.#run(write)) === 1;
  }

  async drop(id: EntryId): Promise<boolean> {
    return (await this.#script('fsAckOurs', id)) === 1;
  }

  async fetch(id: EntryId): Promise<readonly Uint8Array[] | null> {
    const { stream } = this.#source;
    return fieldsOf(await this.#run(() => this.#commands.call('XRANGE', stream, id, id)));
  }

  async tidy({ trimAfter, consumerIdle }: TidyRequest): Promise<Tidied> {
    const { group, consumer } = this.#source;
    const args = [consumerIdle, trimAfter ?? -1, TRIM_LIMIT, REMEMBERED].map(Math.ceil);
    const tidy = () => this.#commands.script('fsTidy', this.#groupKeys, group, consumer, ...args);
    const reply = await this.#run(tidy);
    const [trimmed = 0, removed = 0, more = 0] = list(reply).map(number);
    return { trimmed, removed, more: more === 1 };
  }

  async inspect(): Promise<GroupState> {
    const { stream } = this.#source;
    const length = number(await this.#run(() => this.#commands.call('XLEN', stream)));
    const ours = await this.#ownGroup();
    const lag = ours?.get('lag');
    return {
      length,
      pending: Number(ours?.get('pending') ?? 0),
      lag: typeof lag === 'number' ? lag : null,
      consumers: Number(ours?.get('consumers') ?? 0),
    };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#reader.close();
    this.#onClose();
    // Without Redis there is nobody to tell; a consumer that is left behind holds nothing and is harmless.
    const { stream, group, consumer } = this.#source;
    if (!this.#commands.isReady(stream)) return;
    await this.#commands.script('fsLeave', [stream, this.#alive], group, consumer).catch(() => undefined);
  }

  /** What XINFO says of our group; `undefined`: there is none. */
  async #ownGroup(): Promise<Map<string, Reply> | undefined> {
    const { stream, group } = this.#source;
    const reply = await this.#run(() =>
      this.#commands.call('XINFO', 'GROUPS', stream).catch((error) => {
        // A stream that was deleted has no groups to ask about.
        if (isStreamGone(error)) return [];
        throw error;
      }),
    );
    const groups = list(reply).map(fieldMap);
    return groups.find((info) => info.get('name')?.toString() === group);
  }

  /** Where no script can do both: written first, acknowledged second. */
  async #deadLetterInTwoSteps(
    id: EntryId,
    target: DeadLetterTarget,
    fields: readonly Uint8Array[],
  ): Promise<boolean> {
    if ((await this.renew([id])).length > 0) return false;
    const copy = new DeadLetterCopy(this.#commands, target, { ...this.#source, id });
    await this.#run(() => copy.write(fields));
    const settled = await this.drop(id);
    // What can't be told now is forgotten later.
    if (settled) await copy.forget().catch(() => undefined);
    return settled;
  }

  get #alive(): string {
    return besides(this.#source.stream, `alive:${this.#source.group}`);
  }

  /** Stream, checkpoint, and who is alive. */
  get #groupKeys(): string[] {
    const { stream, group } = this.#source;
    return [stream, besides(stream, `checkpoint:${group}`), this.#alive];
  }

  async #script(name: Parameters<Connection['script']>[0], ...args: (string | number)[]) {
    const { stream, group, consumer } = this.#source;
    return this.#run(() => this.#commands.script(name, [stream], group, consumer, ...args));
  }

  /** Runs a command; once more if the group had vanished and was made again. */
  #run<T>(command: () => Promise<T>): Promise<T> {
    return translated(this.#commands, () =>
      command().catch(async (error) => {
        if (!isGroupGone(error)) throw error;
        await this.ensureGroup(true);
        return command();
      }),
    );
  }

  #disconnected(error: unknown): Error {
    const known = this.#commands.error(error);
    if (this.#connected && known.code === 'FS_BROKER_UNREACHABLE') {
      this.#connected = false;
      this.#source.onEvent?.({ kind: 'disconnected', reason: known.message });
    }
    return known;
  }

  #reconnected(): void {
    if (this.#connected) return;
    this.#connected = true;
    this.#source.onEvent?.({ kind: 'reconnected' });
  }
}
