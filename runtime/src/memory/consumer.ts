import type {
  Clock,
  Consumer,
  ConsumerSource,
  DeadLetterTarget,
  Entry,
  EntryId,
  GroupState,
  StreamKey,
  TakeOver,
  TakeOverRequest,
  Tidied,
  TidyRequest,
} from '../types.js';
import type { MemoryGroup } from './group.js';
import type { MemoryStream } from './stream.js';

/** What a consumer needs of its broker. */
export interface ConsumerHost {
  readonly clock: Clock;
  stream(key: StreamKey): MemoryStream;
  refuseIfClosed(): void;
  onClosed(consumer: MemoryConsumer): void;
}

/** Every method does its work when it is called; the promise only hands over the result. */
export class MemoryConsumer implements Consumer {
  readonly #host: ConsumerHost;
  readonly #source: ConsumerSource;
  readonly #stream: MemoryStream;
  #interrupted = false;
  #closed = false;
  #endWait: (() => void) | undefined;

  constructor(host: ConsumerHost, source: ConsumerSource) {
    this.#host = host;
    this.#source = source;
    this.#stream = host.stream(source.stream);
    this.#ensureGroup(false).alive(source.consumer, host.clock.now());
  }

  async read(count: number, waitMs: number): Promise<readonly Entry[]> {
    this.#host.refuseIfClosed();
    if (this.#interrupted || count < 1) return [];
    const entries = this.#readNow(count);
    return entries.length > 0 || waitMs <= 0 ? entries : this.#wait(count, waitMs);
  }

  async interrupt(): Promise<void> {
    this.#interrupted = true;
    this.#endWait?.();
  }

  async stranded(known: ReadonlySet<EntryId>, count: number): Promise<readonly Entry[]> {
    return this.#group().heldBy(this.#source.consumer, known, count);
  }

  async ack(ids: readonly EntryId[]): Promise<number> {
    return this.#group().ack(ids);
  }

  async renew(ids: readonly EntryId[]): Promise<readonly EntryId[]> {
    return this.#group().renew(this.#source.consumer, ids, this.#host.clock.now());
  }

  async recordAttempt(id: EntryId, attempt: number): Promise<boolean> {
    return this.#group().recordAttempt(this.#source.consumer, id, attempt, this.#host.clock.now());
  }

  async handBack(entries: readonly { id: EntryId; deliveries: number }[]): Promise<number> {
    return this.#group().handBack(this.#source.consumer, entries, this.#host.clock.now());
  }

  async takeOver(request: TakeOverRequest): Promise<TakeOver> {
    return this.#group().takeOver(this.#source.consumer, request, this.#host.clock.now());
  }

  async deadLetter(id: EntryId, target: DeadLetterTarget, fields: readonly Uint8Array[]): Promise<boolean> {
    if (!this.#drop(id)) return false;
    const time = this.#host.clock.time();
    const stream = this.#host.stream(target.stream);
    if (target.keep !== undefined) stream.deleteBefore(time - target.keep);
    stream.append(fields, time);
    return true;
  }

  async drop(id: EntryId): Promise<boolean> {
    return this.#drop(id);
  }

  async fetch(id: EntryId): Promise<readonly Uint8Array[] | null> {
    this.#host.refuseIfClosed();
    return this.#stream.entry(id)?.fields.map((bytes) => Buffer.from(bytes)) ?? null;
  }

  async tidy(request: TidyRequest): Promise<Tidied> {
    this.#host.refuseIfClosed();
    const { clock } = this.#host;
    return this.#stream.tidy(this.#source, request, { now: clock.now(), time: clock.time() });
  }

  async inspect(): Promise<GroupState> {
    return this.#group().state();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.interrupt();
    this.#stream.group(this.#source.group)?.leave(this.#source.consumer);
    this.#host.onClosed(this);
  }

  #drop(id: EntryId): boolean {
    const group = this.#group();
    return group.owns(this.#source.consumer, id) && group.ack([id]) === 1;
  }

  #readNow(count: number): Entry[] {
    return this.#group().read(this.#source.consumer, count, this.#host.clock.now());
  }

  #wait(count: number, waitMs: number): Promise<readonly Entry[]> {
    return new Promise((resolve) => {
      const finish = (entries: readonly Entry[]) => {
        cancelTimer();
        stopListening();
        this.#endWait = undefined;
        resolve(entries);
      };
      const cancelTimer = this.#host.clock.after(waitMs, () => finish([]));
      const stopListening = this.#stream.onChange(() => {
        const vanished = this.#stream.group(this.#source.group) === undefined;
        const entries = this.#readNow(count);
        // A group that had to be made again ends the wait, as it does on Redis.
        if (vanished || entries.length > 0) finish(entries);
      });
      this.#endWait = () => finish([]);
    });
  }

  #group(): MemoryGroup {
    this.#host.refuseIfClosed();
    return this.#stream.group(this.#source.group) ?? this.#ensureGroup(true);
  }

  /** `again`: it was there before and has vanished. Then it never begins at the end, so that nothing is skipped. */
  #ensureGroup(again: boolean): MemoryGroup {
    const { group: name, startFrom, onEvent } = this.#source;
    const existing = this.#stream.group(name);
    if (existing !== undefined) return existing;
    const { group, from } = this.#stream.addGroup(name, again ? 'beginning' : startFrom);
    onEvent?.({ kind: 'group-created', from, again });
    return group;
  }
}
