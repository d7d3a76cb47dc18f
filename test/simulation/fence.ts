import { FsError } from '../../runtime/src/errors.js';
import type { Consumer, StreamKey } from '../../runtime/src/types.js';
import { replaced } from './mutation.js';
import type { World } from './world.js';

/** A token that nobody has. */
const NONE = 0;

/**
 * A fencing token travels with each request, as it is known when that is sent; what arrives late comes with one that may
 * be out of date by then. The in-process broker, to which there is no way, fences by the token of the moment.
 */
export class Fence {
  /** The one in the broker, which looks at the token that a request carries. Does its work when it is called. */
  readonly consumer: Consumer;
  readonly #world: World;
  readonly #stream: StreamKey;
  /** `undefined` until this consumer has asked to be the owner. */
  #token: number | undefined;
  #carried: number | undefined;

  constructor(world: World, stream: StreamKey, name: string, inner: Consumer) {
    this.#world = world;
    this.#stream = stream;
    this.consumer = replaced(inner, {
      take: (count) => (this.#passes() ? inner.take(count) : refuse()),
      drain: (request) => (this.#passes() ? inner.drain(request) : refuse()),
      recordAttempt: (id, attempt) =>
        this.#passes() ? inner.recordAttempt(id, attempt) : Promise.resolve(false),
      own: (leaseMs) => {
        // Who does not know its token gets a new one.
        const isOurs = world.owners.ownerOf(stream) === name;
        if (isOurs && !this.#passes()) {
          void inner.disown();
          world.owners.disowned(stream);
        }
        return inner.own(leaseMs);
      },
      disown: () => {
        if (!this.#passes()) return Promise.resolve();
        world.owners.disowned(stream);
        return inner.disown();
      },
    });
  }

  /** From now on nothing is done without a token. Gives what takes the answer: none, where it is out of date by then. */
  asks(): (token: number | undefined) => number | undefined {
    this.#token ??= NONE;
    const known = this.#token;
    return (token) => {
      if (this.#token !== known) return undefined;
      this.#token = token ?? NONE;
      return token;
    };
  }

  /** What was sent with the token may arrive yet: it is not used any more. */
  givesUp(): void {
    if (this.#token !== undefined) this.#token = NONE;
  }

  /** What takes effect with the token that is known now. */
  carry<T>(execute: () => Promise<T>): () => Promise<T> {
    const token = this.#token;
    return () => {
      this.#carried = token;
      return execute();
    };
  }

  #passes(): boolean {
    return this.#carried === undefined || this.#world.owners.isToken(this.#stream, this.#carried);
  }
}

function refuse(): Promise<never> {
  return Promise.reject(new FsError('FS_NOT_OWNER', 'the token is not that of the owner'));
}
