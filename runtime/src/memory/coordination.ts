import { PermitHolder, Permits } from '../core/permits.js';
import type {
  Clock,
  Coordination,
  GroupView,
  MeetRequest,
  PermitGrant,
  PermitRequest,
  Steering,
} from '../types.js';

/** What the processes of one group know of each other. */
export class GroupKnowledge {
  readonly permits = new Permits();
  steering: Steering = { paused: false, limit: null };
  /** Until when each counts as there. */
  readonly #members = new Map<string, number>();

  meet(member: string, ttlMs: number, now: number): string[] {
    this.#members.set(member, now + ttlMs);
    return this.members(now);
  }

  members(now: number): string[] {
    for (const [name, until] of this.#members) if (until <= now) this.#members.delete(name);
    return [...this.#members.keys()].sort();
  }

  leave(member: string): void {
    this.#members.delete(member);
  }
}

/** What is known of one channel, in all groups. */
export class ChannelKnowledge {
  readonly #shards: () => number;
  readonly #groups = new Map<string, GroupKnowledge>();

  constructor(shards: () => number) {
    this.#shards = shards;
  }

  /** Streams that it is spread over. */
  get shards(): number {
    return this.#shards();
  }

  group(name: string): GroupKnowledge {
    const known = this.#groups.get(name) ?? new GroupKnowledge();
    this.#groups.set(name, known);
    return known;
  }
}

/** What coordination needs of its broker. */
interface CoordinationHost {
  readonly clock: Clock;
  refuseIfClosed(): void;
}

export class MemoryCoordination implements Coordination {
  readonly #host: CoordinationHost;
  readonly #channel: ChannelKnowledge;
  readonly #group: GroupKnowledge;
  readonly #member: string;
  readonly #holder: PermitHolder;

  constructor(host: CoordinationHost, channel: ChannelKnowledge, group: string, member: string) {
    this.#host = host;
    this.#channel = channel;
    this.#group = channel.group(group);
    this.#member = member;
    this.#holder = new PermitHolder(this.#group.permits);
  }

  async meet({ ttlMs }: MeetRequest): Promise<GroupView> {
    this.#host.refuseIfClosed();
    const members = this.#group.meet(this.#member, ttlMs, this.#host.clock.now());
    return { members, shards: this.#channel.shards, steering: this.#group.steering };
  }

  async look(): Promise<GroupView> {
    this.#host.refuseIfClosed();
    const members = this.#group.members(this.#host.clock.now());
    return { members, shards: this.#channel.shards, steering: this.#group.steering };
  }

  async leave(): Promise<void> {
    this.#host.refuseIfClosed();
    this.#group.leave(this.#member);
  }

  async steer({ paused, limit }: Partial<Steering>): Promise<Steering> {
    this.#host.refuseIfClosed();
    const known = this.#group.steering;
    this.#group.steering = {
      paused: paused ?? known.paused,
      limit: limit === undefined ? known.limit : limit,
    };
    return this.#group.steering;
  }

  async permits(request: PermitRequest): Promise<PermitGrant> {
    this.#host.refuseIfClosed();
    return this.#holder.ask(request, this.#host.clock.now());
  }
}
