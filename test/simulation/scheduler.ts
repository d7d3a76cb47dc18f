import { Heap } from '../../runtime/src/core/heap.js';
import type { Host } from './host.js';

/** Something that happens at a time, in a process or, without a host, in the world outside. */
export interface Happening {
  at: number;
  order: number;
  readonly kind: 'timer' | 'turn' | 'reply' | 'world';
  readonly host: Host | undefined;
  readonly callback: () => void;
  cancelled: boolean;
}

/**
 * Virtual time. One happening at a time; before the next, everything that it set off by way of promises has run.
 * Nothing but the plan decides the order, so that a seed replays exactly.
 */
export class Scheduler {
  now = 0;
  /** Nothing happens any more. */
  halted = false;
  /** Called after each happening. */
  afterEach: (happening: Happening) => void = () => {};
  readonly #happenings = new Heap<Happening>(earlier);
  #order = 0;

  schedule(at: number, kind: Happening['kind'], host: Host | undefined, callback: () => void): Happening {
    const happening = { at: Math.max(at, this.now), order: 0, kind, host, callback, cancelled: false };
    this.put(happening);
    return happening;
  }

  /** Puts a happening in, again perhaps, behind all others of its time. */
  put(happening: Happening): void {
    happening.order = this.#order++;
    this.#happenings.push(happening);
  }

  /** In the world outside, after `ms`. */
  after(ms: number, callback: () => void): () => void {
    const happening = this.schedule(this.now + ms, 'world', undefined, callback);
    return () => {
      happening.cancelled = true;
    };
  }

  /** Lets time pass until `done` says so, nothing is left to happen, or it is `deadline`. Tells whether it was done. */
  async run(done: () => boolean, deadline: number): Promise<boolean> {
    while (!this.halted && !done()) {
      const happening = this.#happenings.take();
      if (happening === undefined || happening.at > deadline) {
        if (happening !== undefined) this.put(happening);
        this.now = Math.max(this.now, deadline);
        return done();
      }
      this.now = happening.at;
      if (happening.cancelled) continue;
      if (happening.host !== undefined && !happening.host.admits(happening)) continue;
      happening.callback();
      // Node runs this when no promise is left that can go on; a turn of the event loop would take longer.
      await new Promise<void>((resolve) => process.nextTick(resolve));
      this.afterEach(happening);
    }
    return !this.halted;
  }
}

function earlier(one: Happening, other: Happening): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
