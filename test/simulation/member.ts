import type { SubscriberStatus } from '../../runtime/src/engine/channel-worker.js';
import type { EntryId, StreamKey } from '../../runtime/src/types.js';
import type { Host } from './host.js';

/** A process as a member of the group: what it was given, and what it did with it. */
export class Member {
  readonly host: Host;
  /** What the engine has, as far as it can know; `settled`: it said that it had ended the delivery. */
  readonly deliveries = new Map<EntryId, 'open' | 'settled'>();
  /** A handler of it ended well. */
  readonly succeeded = new Set<EntryId>();
  /** The last one did. */
  readonly endedWell = new Set<EntryId>();
  /** The engine said that nobody receives it. */
  readonly ignored = new Set<EntryId>();
  /** Of the handlers that run now. */
  readonly signals = new Map<EntryId, AbortSignal>();
  /** An attempt is being recorded, and its handler starts then. */
  readonly starting = new Set<EntryId>();
  /** Its handler runs or is about to, and the lease was lost: the engine waits for that, and takes nothing new in. */
  readonly lost = new Set<EntryId>();
  /** A heartbeat for it is on its way. */
  readonly renewing = new Set<EntryId>();
  /** It was given back while a heartbeat was on its way, which may come second and make it look alive. */
  readonly overtaken = new Set<EntryId>();
  /** It asked the broker to take it back. */
  readonly givenBack = new Set<EntryId>();
  /** And has no answer yet: what it is given until then, it ignores. */
  readonly givingBack = new Set<EntryId>();
  /** Given to it, and the reply was lost. */
  readonly stranded = new Set<EntryId>();
  /** Where what it was given is from. */
  readonly streams = new Map<EntryId, StreamKey>();
  /** What it has asked for and not been answered. */
  readonly asked = new Set<{ readonly count: number }>();
  /** Streams of which the last request of all was sent: what is reported now may be out of date. */
  readonly closing = new Set<StreamKey>();
  stopped = false;
  /** Called once when the next handler starts. */
  readonly atNextStart: (() => void)[] = [];
  /** The broker notices sooner or later. */
  readonly onCrash: (() => void)[] = [];
  /** How the engine stands; `undefined` before it has started. */
  status: () => SubscriberStatus | undefined = () => undefined;

  constructor(host: Host) {
    this.host = host;
  }

  /** A reply has brought it entries. */
  given(ids: readonly EntryId[], stream: StreamKey): void {
    for (const id of ids) {
      this.streams.set(id, stream);
      this.stranded.delete(id);
      if (this.givingBack.has(id)) continue;
      this.givenBack.delete(id);
      if (!(this.lost.has(id) && this.#busyWith(id))) this.deliveries.set(id, 'open');
    }
  }

  leaseLost(id: EntryId): void {
    this.deliveries.delete(id);
    if (this.#busyWith(id)) this.lost.add(id);
  }

  /** Another process may be the owner of the stream: what has not started will not. */
  disowned(stream: StreamKey): void {
    for (const [id, state] of this.deliveries) {
      if (state === 'open' && this.streams.get(id) === stream && !this.#busyWith(id))
        this.deliveries.delete(id);
    }
  }

  /** Its attempt is recorded, or was refused. */
  begun(id: EntryId): void {
    this.starting.delete(id);
    this.lost.delete(id);
  }

  started(id: EntryId, signal: AbortSignal): void {
    this.signals.set(id, signal);
    this.endedWell.delete(id);
    for (const callback of this.atNextStart.splice(0)) callback();
  }

  /** Its handler has ended. */
  ended(id: EntryId): void {
    this.signals.delete(id);
    this.lost.delete(id);
  }

  #busyWith(id: EntryId): boolean {
    return this.signals.has(id) || this.starting.has(id);
  }

  /** Whether it is alive and has had the time to show that. */
  answersFor(id: EntryId, lease: number): boolean {
    const { host } = this;
    return (
      host.alive &&
      !this.stopped &&
      this.deliveries.get(id) === 'open' &&
      !this.givenBack.has(id) &&
      host.scheduler.now - host.calmSince > lease
    );
  }
}
