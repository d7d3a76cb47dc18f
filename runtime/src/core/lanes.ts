import { type BatchRule, Deadline } from './batches.js';
import { Chain, Link } from './chain.js';
import { compareIds } from './entry-id.js';
import { Fifo } from './fifo.js';
import type { PoolItem, Schedule } from './schedule.js';

type State = 'fresh' | 'active' | 'parked' | 'due';

/** One item, from when it comes until it is gone. */
interface Place<T> {
  readonly item: T;
  readonly lane: Lane<T>;
  /** When it was added, on the clock; 0 where nothing is batched. */
  readonly since: number;
  state: State;
}

/** The items of one key. Exists only while there are some. */
class Lane<T> extends Link<Lane<T>> {
  readonly key: string | undefined;
  /** Started and not settled, parked ones aside. */
  active = 0;
  /** Parked and due ones, in the order of their ids: no more than one batch has. */
  readonly parked: Place<T>[] = [];
  /** In the order of their ids. */
  readonly fresh = new Fifo<Place<T>>();
  /** How many of the fresh ones make up the next run, as far as they are there; 0 while something is unsettled. */
  offered = 0;
  readonly deadline: Deadline | undefined;

  constructor(key: string | undefined, rule: BatchRule | undefined, onPassed: (lane: Lane<T>) => void) {
    super();
    this.key = key;
    this.deadline = rule && new Deadline(rule, () => onPassed(this));
  }
}

/**
 * Items in lanes by key: of each lane one run at a time, in the order of the ids; the next one only when all of the
 * one before are settled. A parked item keeps its lane until it is due and has run again.
 *
 * With batches, a run is what stands together at the head of a lane and is of one kind. It may start when it is full,
 * when it can't grow because the next item is of another kind, when its oldest has waited long enough, or at once when
 * it begins with a due retry.
 *
 * Lanes that may start stand in a queue and take turns: whoever has become free goes to its end.
 */
export class Lanes<T extends PoolItem> implements Schedule<T> {
  readonly #rule: BatchRule | undefined;
  readonly #maxSize: number;
  readonly #onRipe: () => void;
  readonly #lanes = new Map<string | undefined, Lane<T>>();
  readonly #places = new Map<T, Place<T>>();
  readonly #ready = new Chain<Lane<T>>();
  #fresh = 0;
  #offered = 0;
  #due = 0;
  #closed = false;

  /** @param onRipe - A batch may start because its time has come. */
  constructor(rule: BatchRule | undefined, onRipe: () => void) {
    this.#rule = rule;
    this.#maxSize = rule?.maxSize ?? 1;
    this.#onRipe = onRipe;
  }

  get queued(): number {
    return this.#offered;
  }
  get blocked(): number {
    return this.#fresh - this.#offered;
  }
  get due(): number {
    return this.#due;
  }
  get runnable(): number {
    return this.#ready.size;
  }

  /** Usually at the end of its lane; what was taken over late, at its place among those that have not started. */
  add(item: T): void {
    const lane = this.#laneOf(item.key);
    const place: Place<T> = { item, lane, since: this.#rule?.clock.now() ?? 0, state: 'fresh' };
    this.#places.set(item, place);
    this.#fresh += 1;
    const { fresh } = lane;
    const last = fresh.at(fresh.size - 1);
    if (last === undefined || compareIds(last.item.id, item.id) <= 0) {
      fresh.push(place);
    } else {
      fresh.insert(place, (other) => compareIds(other.item.id, item.id) <= 0);
      this.#offerAnew(lane);
    }
    this.#refresh(lane);
  }

  addDue(item: T): void {
    const place = this.#places.get(item);
    if (place === undefined) return;
    place.state = 'due';
    this.#due += 1;
    this.#refresh(place.lane);
  }

  /** A started item waits for a retry. */
  park(item: T): void {
    const place = this.#places.get(item);
    if (place === undefined) return;
    const { lane } = place;
    lane.active -= 1;
    place.state = 'parked';
    const after = lane.parked.findIndex((other) => compareIds(other.item.id, item.id) > 0);
    lane.parked.splice(after < 0 ? lane.parked.length : after, 0, place);
    this.#refresh(lane);
  }

  /** A parked item that isn't due is given up. */
  unpark(item: T): void {
    const place = this.#places.get(item);
    if (place === undefined) return;
    this.#forget(place);
    remove(place.lane.parked, place);
    this.#refresh(place.lane);
  }

  /** A started item is settled. */
  settled(item: T): void {
    const place = this.#places.get(item);
    if (place === undefined) return;
    this.#forget(place);
    place.lane.active -= 1;
    this.#refresh(place.lane);
  }

  next(): readonly T[] | undefined {
    const lane = this.#ready.first;
    if (lane === undefined) return undefined;
    const batch: T[] = [];
    const kind = (lane.parked[0] ?? lane.fresh.at(0))?.item.kind;
    let place: Place<T> | undefined;
    while (batch.length < this.#maxSize) {
      place = lane.parked[0] ?? lane.fresh.at(0);
      if (place === undefined || place.state === 'parked' || place.item.kind !== kind) break;
      if (place.state === 'due') {
        lane.parked.shift();
        this.#due -= 1;
      } else {
        lane.fresh.shift();
        this.#fresh -= 1;
      }
      place.state = 'active';
      batch.push(place.item);
    }
    lane.active = batch.length;
    this.#refresh(lane);
    return batch;
  }

  remove(item: T): boolean {
    const place = this.#places.get(item);
    if (place === undefined) return false;
    const { lane, state } = place;
    if (state === 'fresh') {
      lane.fresh.remove(place);
      this.#fresh -= 1;
      this.#offerAnew(lane);
    } else if (state === 'due') {
      remove(lane.parked, place);
      this.#due -= 1;
    } else {
      return false;
    }
    this.#forget(place);
    this.#refresh(lane);
    return true;
  }

  close(): T[] {
    this.#closed = true;
    const due: T[] = [];
    const fresh: T[] = [];
    for (const { item, state } of [...this.#places.values()]) {
      if (state === 'due') due.push(item);
      else if (state === 'fresh') fresh.push(item);
    }
    for (const item of [...due, ...fresh]) this.#places.delete(item);
    for (const lane of [...this.#lanes.values()]) {
      lane.fresh.drain();
      const parked = lane.parked.filter(({ state }) => state === 'parked');
      lane.parked.splice(0, lane.parked.length, ...parked);
      this.#offerAnew(lane);
      this.#refresh(lane);
    }
    this.#fresh = 0;
    this.#due = 0;
    return [...due, ...fresh];
  }

  #laneOf(key: string | undefined): Lane<T> {
    let lane = this.#lanes.get(key);
    if (lane === undefined) {
      lane = new Lane(key, this.#rule, (passed) => {
        this.#refresh(passed);
        this.#onRipe();
      });
      this.#lanes.set(key, lane);
    }
    return lane;
  }

  #forget({ item }: Place<T>): void {
    this.#places.delete(item);
  }

  /** What stands at the head of the lane is not what it was. */
  #offerAnew(lane: Lane<T>): void {
    this.#offered -= lane.offered;
    lane.offered = 0;
    lane.deadline?.clear();
  }

  /** Works out what a lane offers after something has changed, and whether it is its turn. */
  #refresh(lane: Lane<T>): void {
    if (lane.active > 0 || lane.parked.length > 0) this.#offerAnew(lane);
    else this.#offerMore(lane);
    if (this.#isReady(lane)) this.#ready.push(lane);
    else this.#ready.remove(lane);
    const empty = lane.active === 0 && lane.parked.length === 0 && lane.fresh.size === 0;
    if (empty) this.#lanes.delete(lane.key);
  }

  #offerMore(lane: Lane<T>): void {
    const before = lane.offered;
    const kind = lane.fresh.at(0)?.item.kind;
    let oldest = Number.POSITIVE_INFINITY;
    while (lane.offered < this.#maxSize) {
      const place = lane.fresh.at(lane.offered);
      if (place === undefined || place.item.kind !== kind) break;
      // What came late may stand before what is older.
      oldest = Math.min(oldest, place.since);
      lane.offered += 1;
    }
    this.#offered += lane.offered - before;
    if (lane.offered > before && !this.#closed) lane.deadline?.set(oldest);
  }

  #isReady({ active, parked, fresh, offered, deadline }: Lane<T>): boolean {
    if (active > 0) return false;
    if (parked.length > 0) return parked[0]?.state === 'due';
    if (offered === 0) return false;
    return offered === this.#maxSize || offered < fresh.size || deadline?.passed === true;
  }
}

function remove<T>(places: Place<T>[], place: Place<T>): void {
  places.splice(places.indexOf(place), 1);
}
