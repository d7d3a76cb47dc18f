import { backoffDelay } from '../core/backoff.js';
import { sleep } from '../core/clock.js';
import { sizeOf } from '../core/limits.js';
import { FsError, isFsError } from '../errors.js';
import type { AppendDemands, Broker, Clock, EntryId, StreamKey } from '../types.js';

/** Entries in one batch; a script holds up the server while it writes them. */
const MAX_ENTRIES = 500;
/** Bytes in one batch, unless a single entry has more. */
const MAX_BYTES = 1 << 20;

const RETRY = { backoff: 'exponential', delay: 20, maxDelay: 1_000, jitter: true } as const;

/** After these the same batch is sent again. */
const PASSING: ReadonlySet<string> = new Set([
  'FS_BROKER_UNREACHABLE',
  'FS_PUBLISH_UNCERTAIN',
  'FS_PUBLISH_UNCONFIRMED',
  'FS_BROKER_BUSY',
]);

export interface OutboxOptions {
  readonly broker: Broker;
  readonly stream: StreamKey;
  /** Unique per process and client. */
  readonly producer: string;
  /** Milliseconds that a message is tried for. */
  readonly timeout: number;
  /** Asked for each batch. */
  readonly demands: () => AppendDemands;
  readonly clock: Clock;
  readonly random: () => number;
}

export interface PushOptions {
  /** Withdraws the message while it has not been sent. */
  readonly signal?: AbortSignal | undefined;
  /** Waits for room where the backlog is full, instead of being refused. */
  readonly waits?: boolean;
}

interface Waiting {
  readonly fields: readonly Uint8Array[];
  readonly bytes: number;
  readonly since: number;
  readonly waits: boolean;
  readonly resolve: (id: EntryId) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * What goes out to one stream. Messages of one turn of the event loop, and those that come up while a batch is on its
 * way, travel together: one command instead of many. A batch has a number; if its reply is lost it is sent again under
 * the same number, and the broker writes it once. One batch at a time, so that messages keep the order in which they
 * were published.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  #waiting: Waiting[] = [];
  #sequence = 0;
  /** Messages that the next batch may have at most: as many as there was room for. */
  #room = MAX_ENTRIES;
  /** Batches in a row that found no room at all. */
  #refusals = 0;
  /** Whether the broker was ever there. Until then it is rather a wrong address than an outage: no second try. */
  #reached = false;
  #flushing: Promise<void> | undefined;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** Resolves with the entry's id once it is written. */
  push(fields: readonly Uint8Array[], { signal, waits = false }: PushOptions = {}): Promise<EntryId> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const bytes = sizeOf(fields);
      const since = this.#options.clock.now();
      const message: Waiting =
        signal === undefined
          ? { fields, bytes, since, waits, resolve, reject }
          : this.#withdrawable({ fields, bytes, since, waits, resolve, reject }, signal);
      this.#waiting.push(message);
      this.#flushing ??= this.#flush();
    });
  }

  /** Resolves when nothing waits any more, written or given up. */
  async drained(): Promise<void> {
    while (this.#flushing !== undefined) await this.#flushing;
  }

  /** What has not been sent yet can still be withdrawn. */
  #withdrawable(message: Waiting, signal: AbortSignal): Waiting {
    // A signal may outlive many messages: nothing of them stays with it.
    const settled =
      <T>(settle: (value: T) => void) =>
      (value: T) => {
        signal.removeEventListener('abort', withdraw);
        settle(value);
      };
    const own: Waiting = { ...message, resolve: settled(message.resolve), reject: settled(message.reject) };
    const withdraw = () => {
      const at = this.#waiting.indexOf(own);
      if (at < 0) return;
      this.#waiting.splice(at, 1);
      own.reject(signal.reason);
    };
    signal.addEventListener('abort', withdraw);
    return own;
  }

  async #flush(): Promise<void> {
    await new Promise<void>((resolve) => this.#options.clock.nextTurn(resolve));
    while (this.#waiting.length > 0) await this.#send(this.#nextBatch());
    this.#flushing = undefined;
  }

  #nextBatch(): readonly Waiting[] {
    let count = 0;
    let bytes = 0;
    for (const message of this.#waiting) {
      bytes += message.bytes;
      if (count > 0 && bytes > MAX_BYTES) break;
      count += 1;
      if (count === this.#room) break;
    }
    this.#room = MAX_ENTRIES;
    return this.#waiting.splice(0, count);
  }

  async #send(batch: readonly Waiting[]): Promise<void> {
    const { broker, stream, producer, demands } = this.#options;
    const entries = batch.map(({ fields }) => fields);
    this.#sequence += 1;
    const sequence = this.#sequence;
    let uncertain: FsError | undefined;
    for (let failures = 1; ; failures++) {
      try {
        if (!this.#reached) await broker.start();
        this.#reached = true;
        const ids = await broker.appendBatch(stream, entries, { producer, sequence }, demands());
        this.#refusals = 0;
        batch.forEach(({ resolve }, i) => {
          resolve(ids[i] ?? '');
        });
        return;
      } catch (error) {
        if (isFsError(error, 'FS_SHARDS_CHANGED')) return this.#refuseAll(batch, error);
        if (isFsError(error, 'FS_BACKLOG_FULL')) return this.#makeRoom(batch, error);
        if (isFsError(error, 'FS_PUBLISH_UNCERTAIN')) uncertain = error;
        if (await this.#triesAgain(batch, error, failures)) continue;
        // Once it may have been written, no later failure makes it certain that it was not.
        for (const { reject } of batch) reject(uncertain ?? error);
        return;
      }
    }
  }

  /** Those that wait would be refused as well, and must not come after what is published from now on. */
  #refuseAll(batch: readonly Waiting[], error: FsError): void {
    for (const { reject } of [...batch, ...this.#waiting.splice(0)]) reject(error);
  }

  /** Nothing of the batch was written: as many as there is room for go first, and others wait or are refused. */
  async #makeRoom(batch: readonly Waiting[], error: FsError): Promise<void> {
    const { clock, random, timeout } = this.#options;
    const room = error.room ?? 0;
    const now = clock.now();
    const stays = (message: Waiting) => message.waits && now - message.since < timeout;
    const left = batch.slice(room);
    const staying = left.filter(stays);
    this.#waiting.unshift(...batch.slice(0, room), ...staying);
    for (const message of left) if (!stays(message)) message.reject(error);
    if (room > 0) {
      this.#room = room;
      return;
    }
    if (staying.length === 0) return;
    this.#refusals += 1;
    await sleep(clock, RETRY.delay + backoffDelay(RETRY, this.#refusals, random));
  }

  async #triesAgain(batch: readonly Waiting[], error: unknown, failures: number): Promise<boolean> {
    const { clock, random, timeout } = this.#options;
    if (!this.#reached || !(error instanceof FsError) || !PASSING.has(error.code)) return false;
    const left = (batch[0]?.since ?? 0) + timeout - clock.now();
    const delay = RETRY.delay + backoffDelay(RETRY, failures, random);
    if (delay >= left) return false;
    await sleep(clock, delay);
    return true;
  }
}
