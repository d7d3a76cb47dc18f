import { FsError, type FsErrorCode } from '../../runtime/src/errors.js';
import type { Fate } from './fates.js';
import type { Host } from './host.js';
import type { World } from './world.js';

export interface Request<T> {
  readonly name: string;
  /** Takes effect in the broker when it is called. */
  readonly execute: () => Promise<T>;
  /** Sees the reply before the caller does. */
  readonly onReply?: (result: T) => void;
  /** It took effect, and then the caller was told that the connection broke. */
  readonly onLost?: (result: T) => void;
  /** It took effect, and this result of it reaches nobody. */
  readonly onUnheard?: (result: T) => void;
  /** No client sends it a second time by itself: it takes effect once at most. */
  readonly once?: boolean;
  /** The caller is told that the connection broke. */
  readonly onRefused?: () => void;
  /** What the caller is told when the request may have arrived. */
  readonly doubt?: FsErrorCode;
}

/**
 * The way from one process to the broker and back, where everything can go wrong. What has been sent is out of the
 * process's hands: it takes effect though the process is paused, and often though it has crashed.
 */
export class Wire {
  readonly #world: World;
  readonly #host: Host;

  constructor(world: World, host: Host) {
    this.#world = world;
    this.#host = host;
  }

  request<T>(request: Request<T>): Promise<T> {
    const { name, execute, onReply, onLost, onUnheard, doubt = 'FS_BROKER_UNREACHABLE' } = request;
    const { fates } = this.#world;
    const host = this.#host;
    const drawn = fates.draw(host);
    const fate = request.once && drawn.kind === 'duplicate' ? { ...drawn, kind: 'well' as const } : drawn;
    host.inFlight += 1;
    this.#note(name, fate);
    return new Promise((resolve, reject) => {
      const answer = (back: number, callback: () => void) =>
        host.schedule(back, 'reply', () => {
          host.inFlight -= 1;
          callback();
        });
      const refuse = (code: FsErrorCode) => {
        request.onRefused?.();
        reject(new FsError(code, `${name}: the connection broke`));
      };
      const effect = (then: (result: Promise<T>) => void) => () => {
        if (host.alive || fate.survivesCrash) then(execute());
      };
      const unheard = (result: Promise<T>) => void result.then(onUnheard, () => undefined);
      const { kind, there, back } = fate;
      if (kind === 'requestLost') {
        answer(there + back, () => refuse(there < back ? 'FS_BROKER_UNREACHABLE' : doubt));
        return;
      }
      if (kind === 'late') {
        answer(there, () => refuse(doubt));
        this.#send(there + back, effect(unheard));
        return;
      }
      let first = true;
      const arrives = effect((done) => {
        if (kind === 'duplicate' && first) {
          // The reply that counts is the second one's.
          first = false;
          unheard(done);
          this.#send(back, arrives);
          return;
        }
        done.then(
          (result) =>
            answer(back, () => {
              if (kind !== 'replyLost') {
                onReply?.(result);
                resolve(result);
                return;
              }
              onLost?.(result);
              onUnheard?.(result);
              refuse(doubt);
            }),
          (error) => answer(back, () => reject(error)),
        );
      });
      this.#send(there, arrives);
    });
  }

  /** It is on its way, whatever becomes of its process. */
  #send(ms: number, arrives: () => void): void {
    this.#world.underWay += 1;
    this.#world.scheduler.after(ms, () => {
      this.#world.underWay -= 1;
      arrives();
    });
  }

  #note(name: string, { kind }: Fate): void {
    this.#world.note(this.#host.name, kind === 'well' ? name : `${name} (${kind})`);
  }
}
