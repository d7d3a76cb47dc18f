import type {
  Consumer,
  DeadLetterTarget,
  DrainRequest,
  Entry,
  EntryId,
  StreamKey,
  TakeOver,
  TakeOverRequest,
} from '../../runtime/src/types.js';
import type { Invariant } from './invariants.js';
import type { Member } from './member.js';
import type { World } from './world.js';

/** An entry that was handed back shows more idle time than any lease. */
export const HANDED_BACK = 24 * 3_600_000;

/**
 * Stands where a request takes effect and looks whether it may: what belongs to another process is nobody else's
 * to settle, what shows life is not taken over, and what is acknowledged was handled.
 */
export class Guard {
  readonly #world: World;
  readonly #member: Member;
  readonly #stream: StreamKey;
  readonly #inner: Consumer;

  constructor(world: World, member: Member, stream: StreamKey, inner: Consumer) {
    this.#world = world;
    this.#stream = stream;
    this.#member = member;
    this.#inner = inner;
  }

  async own(leaseMs: number): Promise<number | undefined> {
    const token = await this.#inner.own(leaseMs);
    if (token !== undefined) this.#world.owners.owned(this.#stream, this.#me, token, leaseMs);
    return token;
  }

  async take(count: number): Promise<readonly Entry[]> {
    const entries = await this.#inner.take(count);
    this.#onlyOwner(
      'take',
      entries.map(({ id }) => id),
    );
    return entries;
  }

  ack(ids: readonly EntryId[]): Promise<number> {
    const { succeeded, ignored } = this.#member;
    const drops = this.#world.plan.policy.retry?.deadLetter === false;
    for (const [id, { consumer }] of this.#pendingOf(ids)) {
      if (succeeded.has(id) || ignored.has(id) || this.#world.entry(id).deleted) continue;
      if (consumer !== this.#me)
        this.#violated('a late failure settles nothing', `ack of ${id}, ${consumer} has it`);
      else if (!drops) this.#violated('what is acknowledged was handled', `ack of ${id}`);
      else this.#world.entry(id).dropped = true;
    }
    return this.#inner.ack(ids);
  }

  renew(ids: readonly EntryId[]): Promise<readonly EntryId[]> {
    return this.#fenced('renew', ids, () => this.#inner.renew(ids));
  }

  recordAttempt(id: EntryId, attempt: number): Promise<boolean> {
    const record = this.#world.entry(id);
    const pending = this.#world.pending().get(id);
    if (pending?.consumer === this.#me) {
      // It came back after somebody else had begun this attempt, and that news is still on its way here.
      const begun = record.countedBy !== undefined && record.countedBy !== this.#member.host;
      if (begun && pending.deliveries >= attempt) record.repeats += 1;
      record.countedBy = this.#member.host;
    }
    const recorded = this.#fenced('recordAttempt', [id], () => this.#inner.recordAttempt(id, attempt));
    if (pending !== undefined) {
      void recorded.then((ours) => this.#onlyOwner('recordAttempt', ours ? [id] : []));
    }
    return recorded;
  }

  handBack(entries: readonly { id: EntryId; deliveries: number }[]): Promise<number> {
    const ids = entries.map(({ id }) => id);
    return this.#fenced('handBack', ids, () => this.#inner.handBack(entries));
  }

  /** Given up by a policy that keeps no dead letters. */
  drop(id: EntryId): Promise<boolean> {
    if (this.#pendingOf([id]).some(([, { consumer }]) => consumer === this.#me)) {
      this.#world.entry(id).dropped = true;
    }
    return this.#fenced('drop', [id], () => this.#inner.drop(id));
  }

  deadLetter(id: EntryId, target: DeadLetterTarget, fields: readonly Uint8Array[]): Promise<boolean> {
    const before = this.#world.memory.entries(target.stream).length;
    const done = this.#fenced('deadLetter', [id], () => this.#inner.deadLetter(id, target, fields));
    if (this.#world.memory.entries(target.stream).length === before) return done;
    const record = this.#world.entry(id);
    record.deadLettered += 1;
    // A group that was made again reads everything again.
    if (record.deadLettered > this.#world.generation + 1) {
      this.#violated('one dead letter each', `${id} has ${record.deadLettered}`);
    }
    return done;
  }

  takeOver(request: TakeOverRequest): Promise<TakeOver> {
    const before = this.#world.pending();
    const taken = this.#inner.takeOver(request);
    const after = this.#world.pending();
    for (const [id, { consumer, idleMs }] of before) {
      const is = after.get(id);
      if (is === undefined) this.#removed(id);
      if (is?.consumer !== this.#me || is.idleMs >= idleMs) continue;
      this.#world.entry(id).takeOvers += 1;
      // Nobody robs itself: a request that took effect twice may have given it what it was not told of.
      const owner = consumer === this.#me ? undefined : this.#world.members.get(consumer);
      if (idleMs < HANDED_BACK && owner?.answersFor(id, this.#world.plan.lease)) {
        this.#violated('who shows life is not robbed', `${id} taken from ${consumer} after ${idleMs} ms`);
      }
    }
    return taken;
  }

  /** The owner may take what anybody has. */
  async drain(request: DrainRequest): Promise<TakeOver> {
    const before = this.#world.pending();
    const drained = await this.#inner.drain(request);
    this.#onlyOwner(
      'drain',
      drained.entries.map(({ id }) => id),
    );
    const after = this.#world.pending();
    for (const [id, was] of before) {
      const is = after.get(id);
      if (is === undefined) this.#removed(id);
      else if (is.consumer !== was.consumer || is.idleMs < was.idleMs) this.#world.entry(id).takeOvers += 1;
    }
    return drained;
  }

  /** Nothing may change about an entry that another process has. */
  #fenced<T>(what: string, ids: readonly EntryId[], write: () => Promise<T>): Promise<T> {
    const before = this.#pendingOf(ids);
    const written = write();
    const after = this.#world.pending();
    for (const [id, was] of before) {
      const is = after.get(id);
      const changed =
        is?.consumer !== was.consumer || is.idleMs !== was.idleMs || is.deliveries !== was.deliveries;
      if (!changed) continue;
      if (is === undefined) this.#removed(id);
      if (was.consumer !== this.#me) {
        this.#violated('a late failure settles nothing', `${what} of ${id}, ${was.consumer} has it`);
      }
      if (is !== undefined) this.#recount(id, what, is.deliveries - was.deliveries);
    }
    return written;
  }

  #recount(id: EntryId, what: string, change: number): void {
    const record = this.#world.entry(id);
    // Whatever is recorded, one attempt begins at a time; one that arrives late may record less than there is.
    if (change > 0) record.counted += 1;
    else if (what === 'handBack') record.counted += change;
    // What was read and never started takes its count along; that is no start that goes uncounted.
    if (record.starts > 0) record.uncounted += Math.max(0, -change);
  }

  #removed(id: EntryId): void {
    const record = this.#world.entry(id);
    if (!record.deleted) return;
    const { host, closing, givenBack } = this.#member;
    record.removedBy = host;
    // What arrives after it gave the entry back, or is closing, it does not listen to any more.
    if (closing.has(this.#stream) || givenBack.has(id)) record.reportedLost = true;
  }

  #onlyOwner(what: string, ids: readonly EntryId[]): void {
    if (this.#world.order !== undefined) this.#world.owners.check(this.#stream, this.#me, what, ids);
  }

  #pendingOf(ids: readonly EntryId[]) {
    const pending = this.#world.pending();
    return ids.flatMap((id) => {
      const entry = pending.get(id);
      return entry === undefined ? [] : [[id, entry] as const];
    });
  }

  get #me(): string {
    return this.#member.host.name;
  }

  #violated(invariant: Invariant, how: string): void {
    this.#world.violated(invariant, `${this.#me}: ${how}`);
  }
}
