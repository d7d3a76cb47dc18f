import { FsError } from '../errors.js';
import type {
  Clock,
  Consumer,
  ConsumerSource,
  DeadLetterTarget,
  DrainRequest,
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
import type { Ownership } from './ownership.js';
import type { MemoryStream, StreamPosition } from './stream.js';

/** What a consumer needs of its broker. */
export interface ConsumerHost {
  readonly clock: Clock;
  stream(key: StreamKey): MemoryStream;
  refuseIfClosed(): void;
  onClosed(consumer: MemoryConsumer): void;
}

/** A token that nobody has. */
const NONE = 0;

/** Every method does its work when it is called; the promise only hands over the result. */
export class MemoryConsumer implements Consumer {
  readonly #host: ConsumerHost;
  readonly #source: ConsumerSource;
  readonly #stream: MemoryStream;
  #interrupted = false;
  #closed = false;
  readonly #endWaits = new Set<() => void>();
  /** `undefined` until this consumer asks to be the owner: then it may do nothing without a token. */
  #token: number | undefined;
  /** The end of the stream as the last take saw it, if there was nothing more then; and for which group. */
  #seen: (StreamPosition & { readonly group: MemoryGroup }) | undefined;

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
    if (entries.length > 0 || waitMs <= 0) return entries;
    return this.#wait(waitMs, [], () => {
      const vanished = this.#vanished();
      const found = this.#readNow(count);
      // A group that had to be made again ends the wait, as it does on Redis.
      return vanished || found.length > 0 ? found : undefined;
    });
  }

  async awaitNew(waitMs: number): Promise<boolean> {
    this.#host.refuseIfClosed();
    if (this.#interrupted) return false;
    const isNew = () => {
      const { log, position } = this.#stream.end;
      // A group that was made again has everything before it once more.
      const group = this.#stream.group(this.#source.group);
      if (group === undefined) this.#ensureGroup(true);
      return group !== this.#seen?.group || log !== this.#seen?.log || position !== this.#seen?.position;
    };
    if (isNew()) return true;
    if (waitMs <= 0) return false;
    return this.#wait(waitMs, false, () => isNew() || undefined);
  }

  async take(count: number): Promise<readonly Entry[]> {
    this.#host.refuseIfClosed();
    if (count < 1) return [];
    this.#seen = undefined;
    if (this.#token !== undefined) this.#requireOwner();
    const entries = this.#readNow(count);
    if (entries.length < count) this.#seen = { ...this.#stream.end, group: this.#group() };
    return entries;
  }

  async interrupt(): Promise<void> {
    this.#interrupted = true;
    for (const end of [...this.#endWaits]) end();
  }

  async own(leaseMs: number): Promise<number | undefined> {
    this.#host.refuseIfClosed();
    const { consumer } = this.#source;
    const token = this.#owner.own(consumer, leaseMs, this.#host.clock.now());
    this.#token = token ?? NONE;
    return token;
  }

  async disown(): Promise<void> {
    this.#host.refuseIfClosed();
    if (this.#token === undefined) return;
    this.#owner.disown(this.#source.consumer, this.#token);
    this.#token = NONE;
  }

  async drain(request: DrainRequest): Promise<TakeOver> {
    this.#host.refuseIfClosed();
    this.#requireOwner();
    return this.#group().drain(this.#source.consumer, request, this.#host.clock.now());
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
    const group = this.#group();
    if (this.#token !== undefined && !this.#isOwner()) return false;
    return group.recordAttempt(this.#source.consumer, id, attempt, this.#host.clock.now());
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

  /** Looks at every change of the stream whether there is a result; gives `none` when the wait is over or ended. */
  #wait<T>(waitMs: number, none: T, look: () => T | undefined): Promise<T> {
    return new Promise((resolve) => {
      const finish = (result: T) => {
        cancelTimer();
        stopListening();
        this.#endWaits.delete(end);
        resolve(result);
      };
      const end = () => finish(none);
      const cancelTimer = this.#host.clock.after(waitMs, end);
      const stopListening = this.#stream.onChange(() => {
        const result = look();
        if (result !== undefined) finish(result);
      });
      this.#endWaits.add(end);
    });
  }

  get #owner(): Ownership {
    return this.#stream.owner(this.#source.group);
  }

  #isOwner(): boolean {
    return this.#owner.isOwner(this.#token ?? NONE, this.#host.clock.now());
  }

  #requireOwner(): void {
    if (this.#isOwner()) return;
    const { stream, group, consumer } = this.#source;
    throw new FsError('FS_NOT_OWNER', `${consumer} is not the owner of ${stream} in ${group}`);
  }

  #vanished(): boolean {
    return this.#stream.group(this.#source.group) === undefined;
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
