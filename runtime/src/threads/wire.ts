/** What the two sides of a call say to each other: the process that has the message, and the thread that works it. */
import type { MessagePort } from 'node:worker_threads';
import type { LogLevel } from '../types.js';
import type { Packed } from './pack.js';

/** What is known of one delivery, or of a batch as a whole, as data. */
export interface Facts {
  /** Everything in the context that is data, by its name. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, unknown>> | undefined;
  /** Channels that may be published to; `undefined`: the context has no publishers. */
  readonly publishes: readonly string[] | undefined;
  readonly replies: boolean;
}

/** What the shared numbers of a call are: whether its thread has begun, and how many signals were aborted. */
export const SHARED = { begun: 0, aborts: 1 } as const;

/** One call of a handler, as it is given to a thread. */
export interface Call {
  /** URL of the handler's module. */
  readonly module: string;
  /** The message; those of a batch in their order. */
  readonly input: unknown;
  readonly facts: Facts;
  /** Of each message of a batch; `undefined`: it isn't one. */
  readonly deliveries: readonly Facts[] | undefined;
  readonly port: MessagePort;
  /** Numbers that both sides see at once, however busy the other is: see `SHARED`. */
  readonly shared: Int32Array;
}

/**
 * Which context of a call is meant: 0 is the one that the handler was called with, those of a batch's messages
 * count from 1.
 */
export type ContextNumber = number;

export type ToThread =
  | { readonly kind: 'abort'; readonly of: ContextNumber; readonly reason: Packed }
  | { readonly kind: 'answer'; readonly request: number; readonly result: Result };

export type FromThread =
  | {
      readonly kind: 'log';
      readonly of: ContextNumber;
      readonly level: LogLevel;
      readonly fields: Readonly<Record<string, Packed>>;
      readonly message: string;
    }
  | {
      readonly kind: 'publish';
      readonly of: ContextNumber;
      readonly request: number;
      /** `undefined`: it is the reply. */
      readonly channel: string | undefined;
      readonly message: unknown;
      readonly options: Readonly<Record<string, unknown>>;
      /** Whether a `withdraw` may follow. */
      readonly withdrawable: boolean;
    }
  /** The signal that the handler gave with a publication was aborted. */
  | { readonly kind: 'withdraw'; readonly request: number; readonly reason: Packed }
  /** The last word of a call. */
  | { readonly kind: 'end'; readonly result: Result };

/** What came of a handler, or of a publication. */
export type Result =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: Packed };
