/**
 * What the engine tells about its work. Telemetry, logs and tests are made of these events alone; the engine
 * knows none of its listeners. Times are milliseconds.
 */
import type { FsError } from './errors.js';
import type { EntryId } from './types.js';

interface OfSubscriber {
  /** Name of the operation. */
  readonly operation: string;
  /** Key of the stream. */
  readonly stream: string;
}

interface OfDelivery extends OfSubscriber {
  readonly id: EntryId;
  readonly attempt: number;
}

export type EngineEvent =
  | { readonly kind: 'worker-started'; readonly location: string; readonly operations: readonly string[] }
  | { readonly kind: 'worker-stopping'; readonly grace: number; readonly reason: string }
  | ({ readonly kind: 'worker-stopped' } & StopReport)
  | (OfSubscriber & {
      readonly kind: 'subscribed';
      readonly group: string;
      readonly consumer: string;
      readonly limit: number;
      readonly prefetch: number | 'auto';
    })
  | (OfSubscriber & { readonly kind: 'group-created'; readonly from: string; readonly again: boolean })
  | (OfSubscriber & { readonly kind: 'disconnected'; readonly reason: string })
  | (OfSubscriber & { readonly kind: 'reconnected' })
  | (OfSubscriber & { readonly kind: 'broker-failed'; readonly error: FsError; readonly retryIn: number })
  | (OfSubscriber & { readonly kind: 'received'; readonly count: number })
  | (OfSubscriber & { readonly kind: 'taken-over'; readonly count: number })
  | (OfSubscriber & { readonly kind: 'handed-back'; readonly count: number })
  /** Entries that were deleted or trimmed while they were pending: nobody can handle them any more. */
  | (OfSubscriber & { readonly kind: 'entries-lost'; readonly ids: readonly EntryId[] })
  /** Entries that every group had settled and that were old enough were removed from the stream. */
  | (OfSubscriber & { readonly kind: 'trimmed'; readonly count: number })
  /** Consumers of processes that are gone were removed from the group; they held nothing. */
  | (OfSubscriber & { readonly kind: 'consumers-removed'; readonly count: number })
  /** A message of the channel that no operation of the contract receives, or a replay for another group: acknowledged. */
  | (OfSubscriber & { readonly kind: 'ignored'; readonly id: EntryId })
  /** The limit of the channel in this process was changed: by the adaptive limiter, by an operator, by the group's cap. */
  | (OfSubscriber & {
      readonly kind: 'limit-changed';
      readonly from: number;
      readonly to: number;
      readonly reason: string;
    })
  /** This process became the owner of the stream. */
  | (OfSubscriber & { readonly kind: 'owned'; readonly token: number })
  /** This process is the owner of the stream no more: it gave it up, or another one has taken over. */
  | (OfSubscriber & { readonly kind: 'disowned'; readonly reason: string })
  | (OfSubscriber & { readonly kind: 'paused'; readonly by: 'worker' | 'group' })
  | (OfSubscriber & { readonly kind: 'resumed'; readonly by: 'worker' | 'group' })
  /** The rate limit holds handlers back: the next permit comes after so many milliseconds. */
  | (OfSubscriber & { readonly kind: 'rate-limited'; readonly waitMs: number })
  | (OfDelivery & { readonly kind: 'handler-started' })
  | (OfDelivery & { readonly kind: 'handler-succeeded'; readonly took: number })
  | (OfDelivery & { readonly kind: 'handler-failed'; readonly took: number; readonly error: unknown })
  | (OfDelivery & { readonly kind: 'acked' })
  | (OfDelivery & { readonly kind: 'retry-scheduled'; readonly delay: number })
  | (OfDelivery & {
      readonly kind: 'dead-lettered';
      /** Stream that took it; `null` when the policy drops what failed for good. */
      readonly target: string | null;
      readonly reason: string;
    })
  | (OfDelivery & { readonly kind: 'released' })
  | (OfDelivery & { readonly kind: 'lease-lost' });

/** What became of everything that a worker held when it was told to stop. */
export interface StopReport {
  /** Handlers that ended within the grace period. */
  readonly drained: number;
  /** Handlers that were still running when it was over, and were aborted. */
  readonly aborted: number;
  /** Messages that were handed back to the group unsettled. */
  readonly released: number;
  /** Successes that could not be acknowledged before the end: they will be delivered again. */
  readonly unacknowledged: number;
}

export type EventKind = EngineEvent['kind'];
export type EventOf<K extends EventKind> = Extract<EngineEvent, { kind: K }>;
export type EventListener<K extends EventKind = EventKind> = (event: EventOf<K>) => void;

/** Hands events to those who asked for their kind. A listener that throws doesn't stop the engine. */
export class Emitter {
  readonly #byKind = new Map<EventKind, Set<EventListener>>();

  /** Whether anybody listens: lets the fast path skip making the event. */
  wants(kind: EventKind): boolean {
    return this.#byKind.has(kind);
  }

  emit(event: EngineEvent): void {
    const listeners = this.#byKind.get(event.kind);
    if (listeners === undefined) return;
    for (const listener of listeners) {
      try {
        listener(event);
      } catch (error) {
        queueMicrotask(() => process.emitWarning(error instanceof Error ? error : String(error)));
      }
    }
  }

  /** Gives a function that takes the listener off again. */
  on<K extends EventKind>(kinds: K | readonly K[], listener: EventListener<K>): () => void {
    const all = typeof kinds === 'string' ? [kinds] : kinds;
    for (const kind of all) {
      const set = this.#byKind.get(kind) ?? new Set();
      set.add(listener as unknown as EventListener);
      this.#byKind.set(kind, set);
    }
    return () => {
      for (const kind of all) {
        const set = this.#byKind.get(kind);
        set?.delete(listener as unknown as EventListener);
        if (set?.size === 0) this.#byKind.delete(kind);
      }
    };
  }
}
