import type { Address, Call, Dedicated, RedisTarget } from './connection.js';
import { connectionClosed, type Redirect } from './errors.js';
import { keyOf } from './keys.js';
import { SingleConnection } from './single.js';
import { nameOf } from './slots.js';

interface Place {
  readonly slot: number;
  readonly address: Address;
  /** Whether the node only lets in who asks, because the slot is on its way to it. */
  readonly asked: boolean;
  readonly beside: Call;
  readonly redirect: (error: unknown) => Redirect | undefined;
  readonly onClose: () => void;
}

/** How often in a row the reader of a stream may be found at a node that no longer holds it. */
const MISPLACED = 2;

/** A connection for blocking reads to the node of a Cluster that holds the stream. */
export class StreamConnection implements Dedicated {
  readonly location: string;
  readonly slot: number;
  readonly beside: Call;
  readonly redirect: Place['redirect'];
  readonly #place: Place;
  readonly #connection: SingleConnection;
  #misplaced = 0;
  #closed = false;

  constructor(target: RedisTarget, silence: number, place: Place) {
    this.#place = place;
    this.#connection = new SingleConnection(target, { reconnect: false, silence }, place.address);
    this.location = this.#connection.location;
    this.slot = place.slot;
    this.beside = place.beside;
    this.redirect = place.redirect;
  }

  ready(): Promise<void> {
    return this.#connection.ready();
  }

  readonly call: Call = (command, ...args) => {
    if (this.#closed) return Promise.reject(connectionClosed());
    const asking = this.#place.asked && keyOf(command, args) !== undefined;
    return this.#connection.callAsked(asking, command, args);
  };

  /**
   * A node that hands a slot over, or is demoted, sends its blocked readers away by itself. One that can't say anything
   * any more doesn't: its readers are closed when it has not been the holder for a while.
   */
  check(holder: Address | undefined): void {
    const { address, asked } = this.#place;
    const elsewhere = holder !== undefined && nameOf(holder) !== nameOf(address);
    this.#misplaced = elsewhere && !asked ? this.#misplaced + 1 : 0;
    if (this.#misplaced >= MISPLACED) this.close();
  }

  close(): void {
    this.#closed = true;
    this.#place.onClose();
    this.#connection.close();
  }
}
