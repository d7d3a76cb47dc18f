import { decodeEntry } from '../../runtime/src/codec/codec.js';
import { compareIds } from '../../runtime/src/core/entry-id.js';
import type { EntryId, StreamKey } from '../../runtime/src/types.js';
import type { Member } from './member.js';
import type { World } from './world.js';

/** One call of the handler in an ordered channel: one message, or a batch. */
export interface OrderedCall {
  readonly member: Member;
  readonly lane: string;
  readonly ids: readonly EntryId[];
  readonly since: number;
}

/** Of entries that are no job. */
const NO_LANE = '';

/** What is promised where messages are worked in the order of their keys; looked at when a handler starts. */
export class OrderBooks {
  readonly #world: World;
  readonly #running = new Set<OrderedCall>();
  readonly #lanes = new Map<EntryId, string>();
  readonly #patience: number;

  /** @param abandonedAfter - how long past its timeout a handler keeps its place */
  constructor(world: World, abandonedAfter = 4_999) {
    this.#world = world;
    this.#patience = (world.plan.policy.timeout?.handler ?? Number.POSITIVE_INFINITY) + abandonedAfter;
  }

  started(member: Member, stream: StreamKey, ids: readonly EntryId[]): OrderedCall {
    const { owners, scheduler } = this.#world;
    const [first = ''] = ids;
    const stored = this.#world.memory.entries(stream);
    for (const entry of stored) this.#learn(stream, entry.id, entry.fields);
    const lane = this.#lanes.get(first) ?? NO_LANE;
    const call = { member, lane, ids, since: scheduler.now };
    owners.check(stream, member.host.name, 'a handler', ids);
    this.#checkBatch(ids, lane);
    this.#checkAlone(call, stream);
    this.#checkEarlier(
      call,
      stored.map(({ id }) => id),
    );
    this.#running.add(call);
    return call;
  }

  ended(call: OrderedCall): void {
    this.#running.delete(call);
  }

  #checkBatch(ids: readonly EntryId[], lane: string): void {
    const mixed = ids.some((id) => this.#lanes.get(id) !== lane && this.#lanes.has(id));
    const unordered =
      this.#world.generation === 0 && ids.some((id, i) => i > 0 && compareIds(ids[i - 1] ?? '', id) >= 0);
    if (mixed || unordered) this.#world.violated('batches hold together', ids.join(', '));
  }

  /** Another one that runs is a stale one: its process has ended, lost the stream, or given it up on it. */
  #checkAlone({ member, lane, ids, since }: OrderedCall, stream: StreamKey): void {
    for (const other of this.#running) {
      if (other.lane !== lane || !other.member.host.alive || since - other.since >= this.#patience) continue;
      if (this.#world.owners.ownerOf(stream) !== other.member.host.name) continue;
      const [one, two] = [ids, other.ids].map((each) => each.join(', '));
      const [here, there] = [member, other.member].map(({ host }) => host.name);
      this.#world.violated('one of a key at a time', `${lane}: ${one} at ${here}, ${two} at ${there}`);
    }
  }

  /** A group that was destroyed takes the order along with its list: what it had settled comes again. */
  #checkEarlier({ member, lane, ids }: OrderedCall, stored: readonly EntryId[]): void {
    if (this.#world.generation > 0) return;
    const pending = this.#world.pending();
    const [first = ''] = ids;
    for (const id of stored) {
      if (compareIds(id, first) >= 0) break;
      if (this.#lanes.get(id) !== lane || !this.#isOpen(id, pending)) continue;
      const at = pending.get(id)?.consumer ?? 'nobody yet';
      this.#world.violated(
        'in the order of the key',
        `${member.host.name}: ${first} of ${lane} before ${id}, at ${at}`,
      );
    }
  }

  #isOpen(id: EntryId, pending: ReturnType<World['pending']>): boolean {
    const { maxAttempts = 0 } = this.#world.plan.policy.retry ?? {};
    const at = pending.get(id);
    // No handler will ever start for it again: whoever found it so puts it away beside its lane.
    if (at !== undefined && at.deliveries > maxAttempts) return false;
    return at !== undefined || !this.#world.entry(id).read;
  }

  #learn(stream: StreamKey, id: EntryId, fields: readonly Uint8Array[]): void {
    if (this.#lanes.has(id)) return;
    this.#lanes.set(id, `${stream} ${keyIn(fields)}`);
  }
}

/** As the channel's contract has it; a job without a key is in the lane of all such jobs. */
function keyIn(fields: readonly Uint8Array[]): string {
  try {
    const { n, k } = decodeEntry(fields).body as { n?: unknown; k?: unknown };
    if (typeof n !== 'number') return 'no job';
    return typeof k === 'string' ? `of ${k}` : 'without a key';
  } catch {
    return 'no job';
  }
}
