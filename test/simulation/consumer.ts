import type {
  Consumer,
  DeadLetterTarget,
  DrainRequest,
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
import { SimulatedReader } from './reader.js';
import type { Wire } from './wire.js';
import type { World } from './world.js';

/** A consumer at the end of a wire. Looks whether the engine asks for what it may ask for. */
export class SimulatedConsumer implements Consumer {
  readonly #world: World;
  readonly #member: Member;
  readonly #wire: Wire;
  readonly #inner: Consumer;
  readonly #guard: Guard;
  readonly #reader: SimulatedReader;
  /** Found stranded, and not yet renewed. */
  readonly #found = new Set<EntryId>();

  constructor(world: World, member: Member, wire: Wire, inner: Consumer, open: () => Promise<Consumer>) {
    this.#world = world;
    this.#member = member;
    this.#wire = wire;
    this.#inner = replaced(inner, world.mutation.server?.(inner, { world, member }));
    this.#guard = new Guard(world, member, this.#inner);
    this.#reader = new SimulatedReader({
      world,
      member,
      wire,
      open,
      onGiven: (entries) => this.#given(entries),
      onLost: (entries) => this.#lost(entries),
    });
    member.onCrash = () => this.#reader.crash();
  }

  async read(count: number, waitMs: number): Promise<readonly Entry[]> {
    this.#checkRoom('read', count);
    this.#checkNoneStranded();
    return this.#reader.read(count, waitMs);
  }

  awaitNew(waitMs: number): Promise<boolean> {
    return this.#reader.awaitNew(this.#inner, waitMs);
  }

  take(count: number): Promise<readonly Entry[]> {
    this.#checkRoom('take', count);
    this.#checkNoneStranded();
    return this.#wire.request({
      name: `take ${count}`,
      execute: async () => {
        const entries = await this.#inner.take(count);
        for (const { id } of entries) this.#world.entry(id).read = true;
        return entries;
      },
      onReply: (entries) => this.#given(entries),
      onLost: (entries) => this.#lost(entries),
    });
  }

  own(leaseMs: number): Promise<number | undefined> {
    return this.#wire.request({ name: 'own', execute: () => this.#inner.own(leaseMs) });
  }

  disown(): Promise<void> {
    return this.#wire.request({ name: 'disown', execute: () => this.#inner.disown() });
  }

  drain(request: DrainRequest): Promise<TakeOver> {
    this.#checkRoom('drain', request.count);
    return this.#wire.request({
      name: `drain ${request.count}`,
      execute: () => this.#guard.drain(request),
      onReply: ({ entries }) => this.#given(entries),
      onLost: ({ entries }) => this.#lost(entries),
      onUnheard: ({ deleted }) => this.#unreported(deleted),
    });
  }

  async interrupt(): Promise<void> {
    this.#reader.refuse();
    // However long the way to the broker is, a read on a connection that was given up ends.
    await this.#wire.request({ name: 'interrupt', execute: async () => undefined }).catch(() => undefined);
    await this.#reader.interrupt();
  }

  stranded(known: ReadonlySet<EntryId>, count: number): Promise<readonly Entry[]> {
    this.#checkRoom('stranded', count);
    return this.#wire.request({
      name: `stranded ${count}`,
      execute: () => {
        this.#forgetTaken();
        return this.#inner.stranded(known, count);
      },
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
    const { renewing, signals } = this.#member;
    for (const id of ids) renewing.add(id);
    const running = new Map(ids.map((id) => [id, signals.get(id)]));
    const request = this.#wire.request({
      name: `renew ${ids.length}`,
      execute: () => this.#guard.renew(ids),
      onReply: (lost) => {
        // What was found stranded is the engine's only when it has shown life for it.
        const found = ids.filter((id) => this.#found.delete(id));
        this.#member.given(found.filter((id) => !lost.includes(id)));
        this.#checkTold(lost.map((id) => [id, running.get(id)]));
      },
      onUnheard: (lost) => this.#unreported(lost),
    });
    return request.finally(() => {
      for (const id of ids) renewing.delete(id);
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
    const { givenBack, givingBack, renewing, overtaken } = this.#member;
    for (const { id } of entries) {
      givenBack.add(id);
      givingBack.add(id);
      if (renewing.has(id)) overtaken.add(id);
    }
    const execute = () => this.#guard.handBack(entries);
    return this.#wire.request({
      name: `handBack ${entries.length}`,
      execute,
      onReply: () => {
        for (const { id } of entries) givingBack.delete(id);
      },
    });
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
    this.#member.closing = true;
    await this.#reader.interrupt();
    await this.#wire.request({ name: 'close', execute: () => this.#inner.close() }).catch(() => undefined);
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
  #checkTold(lost: readonly (readonly [EntryId, AbortSignal | undefined])[]): void {
    const { host, signals } = this.#member;
    host.schedule(0, 'reply', () => {
      for (const [id, signal] of lost) {
        if (signal?.aborted === false && signals.get(id) === signal) {
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

  /** What somebody else has by now can't be found any more. */
  #forgetTaken(): void {
    const pending = this.#world.pending();
    for (const id of this.#member.stranded) {
      if (pending.get(id)?.consumer !== this.#member.host.name) this.#member.stranded.delete(id);
    }
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
