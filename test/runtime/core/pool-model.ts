/** What a pool must do, said as simply as possible: everything is worked out anew from the state of every item. */
import { compareIds } from '../../../runtime/src/core/entry-id.js';
import { Pool } from '../../../runtime/src/core/pool.js';
import { VirtualClock } from '../../support/virtual-clock.js';
import type { Item } from './pool-item.js';

export interface Shape {
  readonly limit: number;
  readonly prefetch: number;
  readonly ordered: boolean;
  readonly limited: boolean;
  /** Largest batch; `undefined`: none. */
  readonly maxSize: number | undefined;
  /** Whether some handlers end before they return. */
  readonly hasty: boolean;
}

export type State = 'fresh' | 'running' | 'settling' | 'waiting' | 'due' | 'gone';

/** What the model knows of an item. */
export interface Known {
  readonly item: Item;
  readonly since: number;
  state: State;
  /** When it became due, in order. */
  dueAt: number;
  run: object | undefined;
  starts: number;
  /** Starts that it should have had: one, and one for every time that it was due. */
  owed: number;
}

export const MAX_WAIT = 50;

export class Model {
  readonly clock = new VirtualClock();
  /** Everything that was ever added. */
  readonly known: Known[] = [];
  /** Those that are not gone, or only just. */
  live: Known[] = [];
  readonly pool: Pool<Item>;
  /** What the pool keeps by key or item. */
  readonly maps: Map<unknown, unknown>[] = [];
  readonly shape: Shape;
  limit: number;
  permits = 0;
  paused = false;
  closed = false;
  reserved = 0;
  others = 0;
  rooms = 0;
  dues = 0;
  /** For every lane that may start: which others have started since. */
  readonly #overtaken = new Map<string | undefined, Set<string | undefined>>();

  constructor(shape: Shape) {
    this.shape = shape;
    this.limit = shape.limit;
    const { limit, prefetch, ordered, limited, maxSize } = shape;
    this.pool = recordingMaps(
      this.maps,
      () =>
        new Pool<Item>({
          limit,
          prefetch: () => prefetch,
          run: (items) => this.#started(items),
          onRoom: () => {
            this.rooms += 1;
          },
          ordered,
          limited,
          batch: maxSize === undefined ? undefined : { maxSize, maxWait: MAX_WAIT, clock: this.clock },
        }),
    );
  }

  in(...states: State[]): Known[] {
    return this.live.filter(({ state }) => states.includes(state));
  }

  get size(): number {
    return this.shape.maxSize ?? 1;
  }
  get capacity(): number {
    return this.limit * this.size + this.shape.prefetch;
  }
  get running(): number {
    return new Set(this.in('running').map(({ run }) => run)).size;
  }
  /** Fresh ones that no unsettled one of their key is before, as far as the next run of their lane goes. */
  get queued(): number {
    if (!this.shape.ordered) return this.in('fresh').length;
    let queued = 0;
    for (const key of this.keys()) if (this.#isFree(key)) queued += this.#head(key).length;
    return queued;
  }
  get blocked(): number {
    return this.in('fresh').length - this.queued;
  }
  get held(): number {
    return this.queued + this.in('running', 'settling').length + this.others;
  }
  get room(): number {
    if (this.closed || this.paused) return 0;
    return Math.max(0, this.capacity - this.held - this.reserved - this.in('due').length);
  }

  keys(): Set<string | undefined> {
    return new Set(this.in('fresh', 'running', 'settling', 'waiting', 'due').map(({ item }) => item.key));
  }

  /** Lanes whose next run may start. */
  readyLanes(): (string | undefined)[] {
    return [...this.keys()].filter((key) => {
      if (this.#of(key, 'running', 'settling').length > 0) return false;
      const head = this.#head(key);
      if (head.length === 0) return false;
      if (head[0]?.state === 'due') return true;
      const grows = head.length === this.#of(key, 'fresh').length;
      return head.length === this.size || !grows || head.some((each) => this.#isAged(each));
    });
  }

  /** Whether something could start, given a worker and a permit. */
  get startable(): boolean {
    if (this.shape.ordered) return this.readyLanes().length > 0;
    const due = this.in('due');
    if (due.length > 0 && this.capacity > this.held + this.reserved) return true;
    const fresh = this.in('fresh');
    if (fresh.some((each) => this.#isAged(each))) return true;
    const kinds = new Set(fresh.map(({ item }) => item.kind));
    return [...kinds].some((kind) => fresh.filter(({ item }) => item.kind === kind).length >= this.size);
  }

  /** What is gone is of no interest any more; lanes that may not start any more have not been overtaken. */
  tidy(): void {
    this.live = this.live.filter(({ state }) => state !== 'gone');
    const ready = this.shape.ordered ? this.readyLanes() : [];
    for (const key of this.#overtaken.keys()) if (!ready.includes(key)) this.#overtaken.delete(key);
  }

  #started(items: readonly Item[]): void {
    const run = items.map((item) => this.live.find((each) => each.item === item) as Known);
    const [first] = run;
    must(first !== undefined && run.length <= this.size, 'a run has 1 to maxSize items');
    must(!this.paused && !this.closed, 'nothing starts while paused or closed');
    must(this.running < this.limit, 'no more than limit run');
    must(!this.shape.limited || this.permits > 0, 'nothing starts without a permit');
    if (this.shape.maxSize !== undefined) {
      must(
        run.every(({ item }) => item.kind === first.item.kind),
        'a batch has one kind',
      );
    }
    if (this.shape.ordered) this.#startedLane(first.item.key, run);
    else this.#startedUnordered(first.item.kind, run);
    for (const each of run) {
      each.state = 'running';
      each.run = items;
      each.starts += 1;
    }
    this.permits -= this.shape.limited ? 1 : 0;
    if (this.shape.hasty && first.starts % 2 === 1) this.#endAtOnce(first);
  }

  #endAtOnce(known: Known): void {
    known.state = 'settling';
    this.pool.settling(known.item);
    known.state = 'gone';
    this.pool.settled(known.item);
  }

  #startedLane(key: string | undefined, run: Known[]): void {
    const ready = this.readyLanes();
    must(ready.includes(key), 'a lane starts only when it may');
    must(same(run, this.#head(key)), 'a run is the head of its lane, in the order of the ids');
    this.#overtaken.delete(key);
    for (const other of ready) {
      if (other === key) continue;
      const passed = this.#overtaken.get(other) ?? new Set();
      must(!passed.has(key), 'no lane is overtaken twice by the same other');
      this.#overtaken.set(other, passed.add(key));
    }
  }

  #startedUnordered(kind: unknown, run: Known[]): void {
    const fits = ({ item }: Known) => this.shape.maxSize === undefined || item.kind === kind;
    const due = this.in('due').filter(fits);
    due.sort((a, b) => a.dueAt - b.dueAt);
    const retries = run.filter(({ state }) => state === 'due');
    const room = Math.max(0, this.capacity - this.held - this.reserved);
    must(retries.length === Math.min(due.length, room, this.size), 'due ones come first, if there is room');
    const fresh = this.in('fresh').filter(fits);
    const expected = [...due.slice(0, retries.length), ...fresh].slice(0, this.size);
    must(same(run, expected), 'a run is what has waited longest');
    must(
      retries.length > 0 || run.length === this.size || run.some((each) => this.#isAged(each)),
      'a batch is full, has waited, or has a retry',
    );
  }

  /** The next run of a lane as far as it is there; empty while its first one waits. */
  #head(key: string | undefined): Known[] {
    const byId = (a: Known, b: Known) => compareIds(a.item.id, b.item.id);
    const lane = [...this.#of(key, 'waiting', 'due').sort(byId), ...this.#of(key, 'fresh').sort(byId)];
    const kind = lane[0]?.item.kind;
    const end = lane.findIndex(
      ({ state, item }) => state === 'waiting' || (this.size > 1 && item.kind !== kind),
    );
    return lane.slice(0, end < 0 ? this.size : Math.min(end, this.size));
  }

  #of(key: string | undefined, ...states: State[]): Known[] {
    return this.in(...states).filter(({ item }) => item.key === key);
  }

  #isFree(key: string | undefined): boolean {
    return this.#of(key, 'running', 'settling', 'waiting', 'due').length === 0;
  }

  #isAged({ since }: Known): boolean {
    return this.clock.now() - since >= MAX_WAIT;
  }
}

export function must(holds: boolean, rule: string): asserts holds {
  if (!holds) throw new Error(`broken: ${rule}`);
}

function same(a: readonly Known[], b: readonly Known[]): boolean {
  return a.length === b.length && a.every((each, at) => each === b[at]);
}

/** Notes every map that `make` makes. */
function recordingMaps<R>(maps: Map<unknown, unknown>[], make: () => R): R {
  const original = globalThis.Map;
  globalThis.Map = class<K, V> extends original<K, V> {
    constructor(entries?: Iterable<readonly [K, V]> | null) {
      super(entries);
      maps.push(this as Map<unknown, unknown>);
    }
  } as MapConstructor;
  try {
    return make();
  } finally {
    globalThis.Map = original;
  }
}
