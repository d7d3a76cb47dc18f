import { FsError } from '../errors.js';
import type { ConsumerSource, DrainRequest, Entry, EntryId, TakeOver } from '../types.js';
import type { Reply } from './connection.js';
import { isGroupGone } from './errors.js';
import { besides } from './keys.js';
import type { BlockingReader } from './reader.js';
import { entriesOf, list, number, takenOver, text } from './replies.js';
import type { ScriptName } from './scripts/index.js';

/** What the intake asks of its consumer. Rejects with an `FsError`. */
interface IntakeHost {
  readonly script: (
    name: ScriptName,
    keys: readonly string[],
    ...args: (string | number)[]
  ) => Promise<Reply>;
  /** Id of the last entry that the group was given; `undefined`: there is no group. */
  readonly position: () => Promise<EntryId | undefined>;
  /** Makes the group that has vanished. */
  readonly makeAgain: () => Promise<void>;
  /** Redis has answered a wait or a take. */
  readonly onAnswer: () => void;
}

/** A token that nobody has. */
const NONE = 0;

/** The counter of tokens outlives a long weekend without any owner. In ms. */
const REMEMBERED = 7 * 24 * 3_600_000;

/** Pending entries that one drain looks at for each that it may claim; many may be known. */
const SCANNED_PER_CLAIM = 10;

/** Takes entries one step at a time, where a stream has an owner or its pace is limited: wait, take, drain. */
export class RedisIntake {
  readonly #source: ConsumerSource;
  readonly #reader: BlockingReader;
  readonly #host: IntakeHost;
  /** `undefined` until this consumer asks to be the owner: then it may do nothing without a token. */
  #token: number | undefined;
  /** Where the group stood after the last take, if there was nothing more then. */
  #position: EntryId | undefined;

  constructor(source: ConsumerSource, reader: BlockingReader, host: IntakeHost) {
    this.#source = source;
    this.#reader = reader;
    this.#host = host;
  }

  /**
   * XREAD brings the first new entry along, payload and all, and Redis has no way to wait without; a busy stream gives
   * full takes, after which nothing waits.
   */
  async awaitNew(waitMs: number): Promise<boolean> {
    if (this.#reader.interrupted) return false;
    if (this.#position === undefined) return true;
    const { stream } = this.#source;
    const block = waitMs > 0 ? ['BLOCK', Math.ceil(waitMs)] : [];
    try {
      const args = ['COUNT', 1, ...block, 'STREAMS', stream, this.#position];
      const found = await this.#reader.run(waitMs, 'XREAD', ...args);
      this.#host.onAnswer();
      if (found !== null) return true;
    } catch (error) {
      if (!isGroupGone(error)) throw error;
    }
    if (this.#reader.interrupted) return false;
    // Nothing wakes an XREAD when the group vanishes, or is sent back by hand.
    const position = await this.#host.position();
    if (position === undefined) await this.#host.makeAgain();
    return position !== this.#position;
  }

  async take(count: number): Promise<readonly Entry[]> {
    const { stream, group, consumer } = this.#source;
    if (count < 1) return [];
    this.#position = undefined;
    const args = [group, consumer, this.#fence, count];
    const reply = await this.#host.script('fsTake', [stream, this.#owner], ...args).catch((error) => {
      // It may arrive yet, and would take what later ones have gone past: its token must not be good any more.
      if (this.#token !== undefined) this.#token = NONE;
      throw error;
    });
    this.#host.onAnswer();
    if (reply === null) throw this.#notOwner();
    const [position, taken = null] = list(reply);
    this.#position = text(position) || undefined;
    return entriesOf(taken);
  }

  async own(leaseMs: number): Promise<number | undefined> {
    this.#token ??= NONE;
    const known = this.#token;
    const args = [this.#source.consumer, Math.ceil(leaseMs), REMEMBERED, known];
    const reply = await this.#host.script('fsOwn', [this.#owner], ...args);
    // Given up meanwhile: the next time there is a new one.
    if (this.#token !== known) return undefined;
    this.#token = reply === null ? NONE : number(reply);
    return this.#token || undefined;
  }

  async disown(): Promise<void> {
    if (this.#token === undefined) return;
    const token = this.#token;
    this.#token = NONE;
    await this.#host.script('fsDisown', [this.#owner], this.#source.consumer, token);
  }

  async drain({ count, cursor, known }: DrainRequest): Promise<TakeOver> {
    const { stream, group, consumer } = this.#source;
    const args = [group, consumer, this.#token ?? NONE, cursor, count, count * SCANNED_PER_CLAIM, ...known];
    const reply = await this.#host.script('fsDrain', [stream, this.#owner], ...args);
    if (reply === null) throw this.#notOwner();
    return takenOver(reply);
  }

  async recordAttempt(id: EntryId, attempt: number): Promise<boolean> {
    const { stream, group, consumer } = this.#source;
    const args = [group, consumer, id, attempt, this.#fence];
    return (await this.#host.script('fsAttempt', [stream, this.#owner], ...args)) === 1;
  }

  get #owner(): string {
    return besides(this.#source.stream, `owner:${this.#source.group}`);
  }

  get #fence(): number | '' {
    return this.#token ?? '';
  }

  #notOwner(): FsError {
    const { stream, group, consumer } = this.#source;
    return new FsError('FS_NOT_OWNER', `${consumer} is not the owner of ${stream} in ${group}`);
  }
}
