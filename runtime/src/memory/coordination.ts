import type {
  Clock,
  Coordination,
  GroupView,
  MeetRequest,
  PermitGrant,
  PermitRequest,
  Steering,
} from '../types.js';
import { Permits } from './permits.js';

/** What the processes of one group know of each other. */
export class GroupKnowledge {
  readonly permits = new Permits();
  steering: Steering = { paused: false, limit: null };
  /** Until when each counts as there. */
  readonly #members = new Map<string, number>();

  meet(member: string, ttlMs: number, now: number): string[] {
    this.#members.set(member, now + ttlMs);
    for (const [name, until] of this.#members) if (until <= now) this.#members.delete(name);
    return [...this.#members.keys()].sort();
  }

  leave(member: string): void {
    this.#members.delete(member);
  }
}

/** What is known of one channel, in all groups. */
export class ChannelKnowledge {
  shards = 0;
  readonly #groups = new Map<string, GroupKnowledge>();

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
  /** Permits that were granted, and told neither used nor returned. */
  #held = 0;

  constructor(host: CoordinationHost, channel: ChannelKnowledge, group: string, member: string) {
    this.#host = host;
    this.#channel = channel;
    this.#group = channel.group(group);
    this.#member = member;
  }

  async meet({ ttlMs, shards }: MeetRequest): Promise<GroupView> {
    this.#host.refuseIfClosed();
    this.#channel.shards = Math.max(this.#channel.shards, shards);
    const members = this.#group.meet(this.#member, ttlMs, this.#host.clock.now());
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
    const held = Math.max(0, this.#held - request.used - request.returned);
    const grant = this.#group.permits.ask(this, request, held, this.#host.clock.now());
    this.#held = held + grant.granted;
    return grant;
  }
}
