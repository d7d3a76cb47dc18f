import type {
  Consumer,
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
} from '../../runtime/src/types.js';
import { Fence } from './fence.js';
import { Guard } from './guard.js';
import type { Invariant } from './invariants.js';
import type { Member } from './member.js';
import { replaced } from './mutation.js';
import { batchSize } from './plan.js';
import { SimulatedReader } from './reader.js';
import type { Wire } from './wire.js';
import type { World } from './world.js';

export interface SimulatedConsumerOptions {
  readonly world: World;
  readonly member: Member;
  readonly wire: Wire;
  readonly stream: StreamKey;
  readonly inner: Consumer;
  /** Another connection to the broker, under the same name. */
  readonly open: () => Promise<Consumer>;
}

/** A consumer at the end of a wire. Looks whether the engine asks for what it may ask for. */
export class SimulatedConsumer implements Consumer {
  readonly #world: World;
  readonly #member: Member;
  readonly #wire: Wire;
  readonly #inner: Consumer;
  readonly #guard: Guard;
  readonly #stream: StreamKey;
  readonly #fence: Fence;
  readonly #reader: SimulatedReader;
  /** Found stranded, and not yet renewed. */
  readonly #found = new Set<EntryId>();

  constructor({ world, member, wire, stream, inner, open }: SimulatedConsumerOptions) {
    this.#world = world;
    this.#member = member;
    this.#wire = wire;
    this.#stream = stream;
    this.#fence = new Fence(world, stream, member.host.name, inner);
    const fenced = this.#fence.consumer;
    this.#inner = replaced(fenced, world.mutation.server?.(fenced, { world, member }));
    this.#guard = new Guard(world, member, stream, this.#inner);
    this.#reader = new SimulatedReader({
      world,
      member,
      wire,
      open,
      onGiven: (entries) => this.#given(entries),
      onLost: (entries) => this.#lost(entries),
    });
    member.onCrash.push(() => this.#reader.crash());
  }

  async read(count: number, waitMs: number): Promise<readonly Entry[]> {
    this.#checkNoneStranded();
    return this.#withRoom('read', count, () => this.#reader.read(count, waitMs));
  }

  awaitNew(waitMs: number): Promise<boolean> {
    return this.#reader.awaitNew(this.#inner, waitMs);
  }

  take(count: number): Promise<readonly Entry[]> {
    this.#checkNoneStranded();
    return this.#withRoom('take', count, () =>
      this.#wire.request({
        name: `take ${count}`,
        once: true,
        execute: this.#fence.carry(async () => {
          const entries = await this.#guard.take(count);
          for (const { id } of entries) this.#world.entry(id).read = true;
          return entries;
        }),
        onReply: (entries) => this.#given(entries),
        onLost: (entries) => this.#lost(entries),
        onRefused: () => this.#fence.givesUp(),
      }),
    );
  }

  own(leaseMs: number): Promise<number | undefined> {
    const told = this.#fence.asks();
    const asked = this.#wire.request({
      name: 'own',
      execute: this.#fence.carry(() => this.#guard.own(leaseMs)),
    });
    return asked.then(told);
  }

  disown(): Promise<void> {
    this.#checkAtRest();
    const execute = this.#fence.carry(() => this.#inner.disown());
    this.#fence.givesUp();
    return this.#wire.request({ name: 'disown', execute });
  }

  drain(request: DrainRequest): Promise<TakeOver> {
    return this.#withRoom('drain', request.count, () =>
      this.#wire.request({
        name: `drain ${request.count}`,
        execute: this.#fence.carry(() => this.#guard.drain(request)),
        onReply: ({ entries }) => this.#given(entries),
        onLost: ({ entries }) => this.#lost(entries),
        onUnheard: ({ deleted }) => this.#unreported(deleted),
      }),
    );
  }

  async interrupt(): Promise<void> {
    this.#reader.refuse();
    // However long the way to the broker is, a read on a connection that was given up ends.
    await this.#wire.request({ name: 'interrupt', execute: async () => undefined }).catch(() => undefined);
    await this.#reader.interrupt();
  }

  stranded(known: ReadonlySet<EntryId>, count: number): Promise<readonly Entry[]> {
    return this.#withRoom('stranded', count, () => this.#findStranded(known, count));
  }

  #findStranded(known: ReadonlySet<EntryId>, count: number): Promise<readonly Entry[]> {
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
        const kept = found.filter((id) => !lost.includes(id));
        this.#member.given(kept, this.#stream);
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
      execute: this.#fence.carry(() => this.#guard.recordAttempt(id, attempt)),
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
    return this.#withRoom('takeOver', request.count, () =>
      this.#wire.request({
        name: `takeOver ${request.count}`,
        execute: () => this.#guard.takeOver(request),
        onReply: ({ entries }) => this.#given(entries),
        onLost: ({ entries }) => this.#lost(entries),
        onUnheard: ({ deleted }) => this.#unreported(deleted),
      }),
    );
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
    this.#member.closing.add(this.#stream);
    await this.#reader.interrupt();
    await this.#wire.request({ name: 'close', execute: () => this.#inner.close() }).catch(() => undefined);
  }

  #given(entries: readonly Entry[]): void {
    const ids = entries.map(({ id }) => id);
    this.#member.given(ids, this.#stream);
  }

  #lost(entries: readonly Entry[]): void {
    for (const { id } of entries) {
      this.#member.stranded.add(id);
      this.#member.streams.set(id, this.#stream);
    }
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

  /** No more is asked for than there is room for, whatever other streams of the channel have been asked for. */
  async #withRoom<T>(what: string, count: number, ask: () => Promise<T>): Promise<T> {
    this.#checkRoom(what, count);
    const { asked } = this.#member;
    const own = { count };
    asked.add(own);
    try {
      return await ask();
    } finally {
      asked.delete(own);
    }
  }

  #checkRoom(what: string, count: number): void {
    const status = this.#member.status();
    if (status === undefined) return;
    const { held, limit, prefetch } = status;
    let asked = count;
    for (const other of this.#member.asked) asked += other.count;
    const capacity = limit * batchSize(this.#world.plan) + prefetch;
    if (held + asked <= capacity) return;
    this.#violated('held <= limit + prefetch', `${what} of ${count} with ${held} of ${capacity} held`);
  }

  /** Who gives the stream up has ended what runs; a stop does not wait for what ignores its signal. */
  #checkAtRest(): void {
    const { signals, streams } = this.#member;
    for (const [id, { aborted }] of signals) {
      if (streams.get(id) !== this.#stream || aborted) continue;
      this.#violated('handed over at rest', `${this.#stream} while ${id} runs`);
    }
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
    const { stranded, deliveries, host, lost, streams } = this.#member;
    const pending = this.#world.pending();
    for (const id of stranded) {
      // A handler of an earlier lease still runs for it, and it is not run twice here: its turn comes when that has ended.
      if (lost.has(id) || streams.get(id) !== this.#stream) continue;
      const ours = pending.get(id)?.consumer === host.name && deliveries.get(id) !== 'open';
      if (ours) this.#violated('what is stranded comes first', `a read with ${id} stranded`);
      stranded.delete(id);
    }
  }

  #violated(invariant: Invariant, how: string): void {
    this.#world.violated(invariant, `${this.#member.host.name}: ${how}`);
  }
}
