import { FsError } from '../../runtime/src/errors.js';
import type {
  Consumer,
  DeadLetterTarget,
  Entry,
  EntryId,
  GroupState,
  TakeOver,
  TakeOverRequest,
  Tidied,
  TidyRequest,
} from '../../runtime/src/types.js';
import { Guard } from './guard.js';
import type { Invariant } from './invariants.js';
import type { Member } from './member.js';
import { replaced } from './mutation.js';
import type { Wire } from './wire.js';
import type { World } from './world.js';

/** A consumer at the end of a wire. Looks whether the engine asks for what it may ask for. */
export class SimulatedConsumer implements Consumer {
  readonly #world: World;
  readonly #member: Member;
  readonly #wire: Wire;
  readonly #inner: Consumer;
  readonly #guard: Guard;
  readonly #open: () => Promise<Consumer>;
  /** The connection of its own that a read waits on; given up when in doubt. */
  #reader: Promise<Consumer> | undefined;
  #interrupted = false;
  /** Found stranded, and not yet renewed. */
  readonly #found = new Set<EntryId>();

  constructor(world: World, member: Member, wire: Wire, inner: Consumer, open: () => Promise<Consumer>) {
    this.#world = world;
    this.#member = member;
    this.#wire = wire;
    this.#inner = replaced(inner, world.mutation.server?.(inner, { world, member }));
    this.#guard = new Guard(world, member, this.#inner);
    this.#open = open;
    member.onCrash = () => void this.#reader?.then((reader) => this.#abandon(reader));
  }

  async read(count: number, waitMs: number): Promise<readonly Entry[]> {
    this.#checkRoom('read', count);
    this.#checkNoneStranded();
    if (this.#interrupted) return [];
    this.#reader ??= this.#open();
    const reader = await this.#reader;
    let sent: readonly Entry[] = [];
    const breaks = this.#breakDuring(waitMs, reader, () => this.#lost(sent));
    const reply = this.#wire.request({
      name: `read ${count}`,
      execute: async () => {
        sent = await this.#readFrom(reader, count, waitMs);
        return sent;
      },
      onReply: (entries) => {
        if (!breaks.broken) this.#given(entries);
      },
      // What a broken connection was given later, nobody can know of until it shows no life.
      onLost: (entries) => {
        if (!breaks.broken) this.#lost(entries);
      },
    });
    try {
      return await Promise.race([reply, breaks.promise]);
    } catch (error) {
      this.#abandon(reader);
      throw error;
    } finally {
      breaks.cancel();
    }
  }

  async #readFrom(reader: Consumer, count: number, waitMs: number): Promise<readonly Entry[]> {
    const entries = this.#interrupted ? [] : await reader.read(count, waitMs);
    for (const { id } of entries) this.#world.entry(id).read = true;
    return entries;
  }

  async interrupt(): Promise<void> {
    this.#interrupted = true;
    // However long the way to the broker is, a read on a connection that was given up ends.
    await this.#wire.request({ name: 'interrupt', execute: async () => undefined }).catch(() => undefined);
    await (await this.#reader)?.interrupt();
  }

  stranded(known: ReadonlySet<EntryId>, count: number): Promise<readonly Entry[]> {
    this.#checkRoom('stranded', count);
    return this.#wire.request({
      name: `stranded ${count}`,
      execute: () => this.#inner.stranded(known, count),
      onReply: (entries) => {
        for (const { id, deliveries } of entries) {
          this.#found.add(id);
          const record = this.#world.entry(id);
          // Nobody can tell whether its attempt has begun somewhere.
          if (deliveries > 0 && record.starts + record.takeOvers > 0) record.repeats += 1;
        }
      },
    });
  }

  ack(ids: readonly EntryId[]): Promise<number> {
    return this.#wire.request({ name: `ack ${ids.length}`, execute: () => this.#guard.ack(ids) });
  }

  renew(ids: readonly EntryId[]): Promise<readonly EntryId[]> {
    return this.#wire.request({
      name: `renew ${ids.length}`,
      execute: () => this.#guard.renew(ids),
      onReply: (lost) => {
        // What was found stranded is the engine's only when it has shown life for it.
        const found = ids.filter((id) => this.#found.delete(id));
        this.#member.given(found.filter((id) => !lost.includes(id)));
        this.#checkTold(lost);
      },
      onUnheard: (lost) => this.#unreported(lost),
    });
  }

  recordAttempt(id: EntryId, attempt: number): Promise<boolean> {
    this.#member.starting.add(id);
    return this.#wire.request({
      name: `recordAttempt ${attempt}`,
      execute: () => this.#guard.recordAttempt(id, attempt),
      onReply: () => this.#member.begun(id),
      onUnheard: (ours) => {
        if (!ours) this.#unreported([id]);
      },
    });
  }

  handBack(entries: readonly { id: EntryId; deliveries: number }[]): Promise<number> {
    for (const { id } of entries) this.#member.givenBack.add(id);
    const execute = () => this.#guard.handBack(entries);
    return this.#wire.request({ name: `handBack ${entries.length}`, execute });
  }

  takeOver(request: TakeOverRequest): Promise<TakeOver> {
    this.#checkRoom('takeOver', request.count);
    return this.#wire.request({
      name: `takeOver ${request.count}`,
      execute: () => this.#guard.takeOver(request),
      onReply: ({ entries }) => this.#given(entries),
      onLost: ({ entries }) => this.#lost(entries),
      onUnheard: ({ deleted }) => this.#unreported(deleted),
    });
  }

  deadLetter(id: EntryId, target: DeadLetterTarget, fields: readonly Uint8Array[]): Promise<boolean> {
    const execute = () => this.#guard.deadLetter(id, target, fields);
    return this.#wire.request({ name: 'deadLetter', execute });
  }

  drop(id: EntryId): Promise<boolean> {
    return this.#wire.request({ name: 'drop', execute: () => this.#guard.drop(id) });
  }

  fetch(id: EntryId): Promise<readonly Uint8Array[] | null> {
    return this.#wire.request({ name: 'fetch', execute: () => this.#inner.fetch(id) });
  }

  tidy(request: TidyRequest): Promise<Tidied> {
    return this.#wire.request({ name: 'tidy', execute: () => this.#inner.tidy(request) });
  }

  inspect(): Promise<GroupState> {
    return this.#wire.request({ name: 'inspect', execute: () => this.#inner.inspect() });
  }

  async close(): Promise<void> {
    this.#interrupted = true;
    this.#member.closing = true;
    await (await this.#reader)?.interrupt();
    await this.#wire.request({ name: 'close', execute: () => this.#inner.close() }).catch(() => undefined);
  }

  /** The connection may break while a read waits: it is answered at once, and the broker finds out later. */
  #breakDuring(waitMs: number, reader: Consumer, onBroken: () => void) {
    const { host } = this.#member;
    const { random, plan, scheduler } = this.#world;
    const breaks = { broken: false, promise: new Promise<never>(() => {}), cancel: () => {} };
    const { requestLost, replyLost } = plan.risks;
    if (scheduler.now > plan.duration || waitMs === 0 || !random.chance((requestLost + replyLost) / 2)) {
      return breaks;
    }
    breaks.promise = new Promise((_, reject) => {
      const happening = host.schedule(random.between(0, waitMs), 'reply', () => {
        breaks.broken = true;
        onBroken();
        this.#world.note(host.name, 'read broke while it waited');
        this.#world.count('read broke while it waited');
        host.disturbed(scheduler.now);
        this.#abandon(reader);
        reject(new FsError('FS_BROKER_UNREACHABLE', 'read: the connection broke'));
      });
      breaks.cancel = () => {
        happening.cancelled = true;
      };
    });
    return breaks;
  }

  #abandon(reader: Consumer): void {
    const { scheduler, random } = this.#world;
    this.#reader = undefined;
    scheduler.after(random.chance(0.5) ? 0 : random.between(0, 1_500), () => void reader.interrupt());
  }

  #given(entries: readonly Entry[]): void {
    this.#member.given(entries.map(({ id }) => id));
  }

  #lost(entries: readonly Entry[]): void {
    for (const { id } of entries) this.#member.stranded.add(id);
  }

  /** The broker said it once, and nobody heard: then nobody can report it. */
  #unreported(ids: readonly EntryId[]): void {
    for (const id of ids) this.#world.entry(id).reportedLost = true;
  }

  /** A handler whose lease is lost hears of it before anything else happens. */
  #checkTold(lost: readonly EntryId[]): void {
    const { host, signals } = this.#member;
    host.schedule(0, 'reply', () => {
      for (const id of lost) {
        if (signals.get(id)?.aborted === false) {
          this.#violated('who lost the lease is told', `the handler of ${id} goes on`);
        }
      }
    });
  }

  #checkRoom(what: string, count: number): void {
    const status = this.#member.status();
    if (status === undefined || status.held + count <= status.limit + status.prefetch) return;
    const { held, limit, prefetch } = status;
    this.#violated(
      'held <= limit + prefetch',
      `${what} of ${count} with ${held} of ${limit} + ${prefetch} held`,
    );
  }

  /** New entries are asked for only when those whose reply was lost have been. */
  #checkNoneStranded(): void {
    const { stranded, deliveries, host, lost } = this.#member;
    const pending = this.#world.pending();
    for (const id of stranded) {
      // A handler of an earlier lease still runs for it, and it is not run twice here: its turn comes when that has ended.
      if (lost.has(id)) continue;
      const ours = pending.get(id)?.consumer === host.name && deliveries.get(id) !== 'open';
      if (ours) this.#violated('what is stranded comes first', `a read with ${id} stranded`);
      stranded.delete(id);
    }
  }

  #violated(invariant: Invariant, how: string): void {
    this.#world.violated(invariant, `${this.#member.host.name}: ${how}`);
  }
}
