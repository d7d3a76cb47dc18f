import type { EntryId, StreamKey } from '../../runtime/src/types.js';
import type { World } from './world.js';

interface Record {
  consumer: string | undefined;
  token: number;
  until: number;
}

/** Who owns which stream, kept from what the broker answers and apart from it. */
export class Owners {
  readonly #world: World;
  readonly #records = new Map<StreamKey, Record>();

  constructor(world: World) {
    this.#world = world;
  }

  /** The broker has made a consumer the owner, or said that it remains it. */
  owned(stream: StreamKey, consumer: string, token: number, leaseMs: number): void {
    const known = this.#of(stream);
    const owner = this.ownerOf(stream);
    if (owner !== undefined && owner !== consumer)
      this.#violated(`${stream} is ${owner}'s, and was given to ${consumer}`);
    const renewed = owner === consumer && token === known.token;
    if (!renewed && token <= known.token)
      this.#violated(`${stream} was given to ${consumer} with ${token} after ${known.token}`);
    this.#records.set(stream, { consumer, token, until: this.#world.scheduler.now + leaseMs });
  }

  disowned(stream: StreamKey): void {
    this.#of(stream).consumer = undefined;
  }

  ownerOf(stream: StreamKey): string | undefined {
    const { consumer, until } = this.#of(stream);
    return this.#world.scheduler.now < until ? consumer : undefined;
  }

  /** Whether a token is that of the owner. */
  isToken(stream: StreamKey, token: number): boolean {
    return this.ownerOf(stream) !== undefined && this.#of(stream).token === token;
  }

  /** Something was done that only the owner may do. */
  check(stream: StreamKey, consumer: string, what: string, ids: readonly EntryId[]): void {
    const owner = this.ownerOf(stream);
    if (owner === consumer || ids.length === 0) return;
    this.#violated(`${consumer}: ${what} of ${ids.join(', ')}, and ${owner ?? 'nobody'} is the owner`);
  }

  #of(stream: StreamKey): Record {
    let record = this.#records.get(stream);
    if (record === undefined) {
      record = { consumer: undefined, token: 0, until: 0 };
      this.#records.set(stream, record);
    }
    return record;
  }

  #violated(how: string): void {
    this.#world.violated('one owner of a stream', how);
  }
}
