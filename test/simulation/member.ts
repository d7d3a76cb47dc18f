import type { SubscriberStatus } from '../../runtime/src/engine/subscriber.js';
import type { EntryId } from '../../runtime/src/types.js';
import type { Host } from './host.js';

/** A process as a member of the group: what it was given, and what it did with it. */
export class Member {
  readonly host: Host;
  /** What the engine has, as far as it can know; `settled`: it said that it had ended the delivery. */
  readonly deliveries = new Map<EntryId, 'open' | 'settled'>();
  /** Its handler ended well. */
  readonly succeeded = new Set<EntryId>();
  /** The engine said that nobody receives it. */
  readonly ignored = new Set<EntryId>();
  /** What handlers run for now. */
  readonly running = new Set<EntryId>();
  /** Its handler runs, and the engine said that the lease was lost: it waits for that handler, and nothing more. */
  readonly lost = new Set<EntryId>();
  /** Given to it, and the reply was lost. */
  readonly stranded = new Set<EntryId>();
  stopped = false;
  /** The broker notices sooner or later. */
  onCrash: () => void = () => {};
  /** How the engine stands; `undefined` before it has started. */
  status: () => SubscriberStatus | undefined = () => undefined;

  constructor(host: Host) {
    this.host = host;
  }

  /** A reply has brought it entries. */
  given(ids: readonly EntryId[]): void {
    for (const id of ids) {
      this.stranded.delete(id);
      if (!(this.lost.has(id) && this.running.has(id))) this.deliveries.set(id, 'open');
    }
  }

  leaseLost(id: EntryId): void {
    this.deliveries.delete(id);
    if (this.running.has(id)) this.lost.add(id);
  }

  /** Its handler has ended. */
  ended(id: EntryId): void {
    this.running.delete(id);
    this.lost.delete(id);
  }

  /** Whether it is alive and has had the time to show that. */
  answersFor(id: EntryId, lease: number): boolean {
    const { host } = this;
    return (
      host.alive &&
      !this.stopped &&
      this.deliveries.get(id) === 'open' &&
      host.scheduler.now - host.calmSince > lease
    );
  }
}
