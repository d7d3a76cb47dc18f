import { Batches, type BatchRule } from './batches.js';
import { Lanes } from './lanes.js';
import { type PoolItem, type Schedule, Singles } from './schedule.js';
import { Workers } from './workers.js';

export interface PoolOptions<T extends PoolItem> {
  /** Handlers that may run at once; a batch counts as one. */
  readonly limit: number;
  /** Messages to hold beyond them. */
  readonly prefetch: (limit: number) => number;
  /** Starts one item, or a batch. May end them (`settling`, `park`) before it returns. */
  readonly run: (items: readonly T[]) => void;
  /** There may be more room than before, or more that lacks permits. */
  readonly onRoom: () => void;
  /** One item of a key at a time, in the order of their ids. Default: no, keys are ignored. */
  readonly ordered?: boolean;
  /** Hands items over in batches. Default: one by one. */
  readonly batch?: BatchRule | undefined;
  /** Each start needs a permit (`grant`); that of a batch, one. Default: no. */
  readonly limited?: boolean;
}

/**
 * The bounded pool of one channel: decides what starts, and says how much more may be taken.
 *
 * An item is in one of these places:
 *
 *     blocked ──> fresh ── start ──> running ── settling() ──> settling ── settled() ──> gone
 *                                      │  ^
 *                               park() v  │ start, once due() and a worker is free
 *                                    waiting
 *
 * Never more than `limit` are running (batches, where there are such), and no more is taken in than makes
 * `limit + prefetch` held, where held is fresh + running + settling; with batches it is `limit` full ones. What waits
 * for a retry is not held, so that a failing message keeps no worker and no room from others; nor is what is blocked,
 * so that a key with many messages doesn't keep others from being read. Both together have a bound of their own, beyond
 * which nothing new is taken.
 *
 * In an ordered pool held may be above its bound for a moment: what comes free in a lane counts from then on, whatever
 * was promised to a read meanwhile. Then nothing is read until it is below.
 */
export class Pool<T extends PoolItem> {
  readonly #run: (items: readonly T[]) => void;
  readonly #prefetch: (limit: number) => number;
  readonly #onRoom: () => void;
  readonly #limited: boolean;
  readonly #schedule: Schedule<T>;
  /** The schedule, where it is one of lanes: only they care what becomes of what has started. */
  readonly #lanes: Lanes<T> | undefined;
  readonly #workers: Workers<T>;
  readonly #batchSize: number;
  #limit: number;
  #settling = 0;
  /** Waiting and not due. */
  #parked = 0;
  #reserved = 0;
  #permits = 0;
  #paused = false;
  #closed = false;
  #starting = false;

  constructor(options: PoolOptions<T>) {
    const { limit, prefetch, run, onRoom, ordered = false, batch, limited = false } = options;
    this.#limit = limit;
    this.#prefetch = prefetch;
    this.#run = run;
    this.#onRoom = onRoom;
    this.#limited = limited;
    this.#batchSize = batch?.maxSize ?? 1;
    this.#workers = new Workers(batch !== undefined);
    const start = () => this.#startNext();
    const roomForDue = () => Math.max(0, this.#capacity - this.held - this.#reserved);
    this.#lanes = ordered ? new Lanes(batch, start) : undefined;
    this.#schedule =
      this.#lanes ?? (batch ? new Batches(batch, roomForDue, start) : new Singles<T>(roomForDue));
  }

  get limit(): number {
    return this.#limit;
  }
  /** Handlers that run now; a batch counts as one. */
  get running(): number {
    return this.#workers.busy;
  }
  /** Fresh items that wait for a worker, a permit, or the rest of their batch. */
  get queued(): number {
    return this.#schedule.queued;
  }
  /** Fresh items behind an unsettled one of their key. */
  get blocked(): number {
    return this.#schedule.blocked;
  }
  /** Waiting for a retry, due ones included. */
  get waiting(): number {
    return this.#parked + this.#schedule.due;
  }
  get held(): number {
    return this.#schedule.queued + this.#workers.items + this.#settling;
  }
  get prefetch(): number {
    return this.#prefetch(this.#limit);
  }
  get idle(): boolean {
    return this.held === 0 && this.waiting === 0;
  }
  get paused(): boolean {
    return this.#paused;
  }
  /** Granted and not used. */
  get permits(): number {
    return this.#permits;
  }

  /** How many more may be read now; 0 while paused or closed. */
  room(): number {
    if (this.#closed || this.#paused || this.waiting + this.blocked >= this.maxWaiting) return 0;
    return Math.max(0, this.#capacity - this.held - this.#reserved - this.#schedule.due);
  }

  /**
   * Parked and blocked items beyond which nothing new is taken: neither a downstream outage nor a single key may bring
   * the whole backlog in. What a read under way brings may come on top, and what runs may be parked.
   */
  get maxWaiting(): number {
    return Math.max(1_000, 2 * this.#limit * this.#batchSize);
  }

  /**
   * Whether a read is worth its round trip: a worker has nothing to start, or half of the prefetch is used up. Reading
   * for every single freed place would make many small reads out of one large one.
   */
  wantsMore(): boolean {
    const room = this.room();
    if (room === 0) return false;
    return this.queued === 0 || room * 2 >= this.prefetch || this.#schedule.runnable === 0;
  }

  /** Sets room aside before a read is sent. */
  reserve(count: number): void {
    this.#reserved += count;
  }

  /** Gives back what a read had set aside, just after what it brought was added. */
  unreserve(count: number): void {
    this.#reserved -= count;
    this.#startNext();
  }

  /** Adds what was read; starts it if it may. */
  add(item: T): void {
    this.#schedule.add(item);
    this.#startNext();
  }

  /** Adds what was read and never becomes an item: held until `settledOthers`. */
  addSettling(count = 1): void {
    this.#settling += count;
  }

  /** What `addSettling` added is off the pending list. */
  settledOthers(count = 1): void {
    this.#settling -= count;
    this.#startNext();
  }

  /** A running item has ended for good: its worker is free, the item is held until `settled`. */
  settling(item: T): void {
    this.#workers.end(item);
    this.#settling += 1;
    this.#startNext();
  }

  /** What was settling is off the pending list: together, as one acknowledgement brings them. Their lanes are free. */
  settled(...items: readonly T[]): void {
    this.#settling -= items.length;
    if (this.#lanes !== undefined) for (const item of items) this.#lanes.settled(item);
    this.#startNext();
  }

  /** A running item is put aside until `due` or `unpark` is called for it. It keeps its lane. */
  park(item: T): void {
    this.#workers.end(item);
    this.#parked += 1;
    this.#lanes?.park(item);
    this.#startNext();
  }

  /** A parked item may start: before anything fresh, or as the next of its lane. */
  due(item: T): void {
    this.#parked -= 1;
    this.#schedule.addDue(item);
    this.#startNext();
  }

  /** A parked item that isn't due is given up. Its lane is free. */
  unpark(item: T): void {
    this.#parked -= 1;
    this.#lanes?.unpark(item);
    this.#startNext();
  }

  /** Takes an item out that hasn't started; `false` if it isn't queued, blocked or due here. */
  remove(item: T): boolean {
    if (!this.#schedule.remove(item)) return false;
    this.#startNext();
    return true;
  }

  setLimit(limit: number): void {
    this.#limit = limit;
    this.#startNext();
  }

  /** While paused there is no room and nothing starts; what runs goes on. */
  setPaused(paused: boolean): void {
    this.#paused = paused;
    this.#startNext();
  }

  /** Lets so many more start. */
  grant(count: number): void {
    this.#permits += count;
    this.#startNext();
  }

  /** Takes all permits back that are not used, and gives how many. */
  takeBackPermits(): number {
    const unused = this.#permits;
    this.#permits = 0;
    return unused;
  }

  /** How many more could start now if there were permits for them. */
  missingPermits(): number {
    if (!this.#limited || this.#paused || this.#closed) return 0;
    const startable = Math.min(this.#limit - this.#workers.busy, this.#schedule.runnable);
    return Math.max(0, startable - this.#permits);
  }

  /** Starts nothing any more, and gives up what has not started: fresh, blocked, and due. */
  close(): T[] {
    this.#closed = true;
    return this.#schedule.close();
  }

  /** Messages that may be held. */
  get #capacity(): number {
    return this.#limit * this.#batchSize + this.prefetch;
  }

  #mayStart(): boolean {
    if (this.#closed || this.#paused || this.#workers.busy >= this.#limit) return false;
    return !this.#limited || this.#permits > 0;
  }

  #startNext(): void {
    // A handler that ends at once comes back here from inside `run`: the loop goes on, the stack doesn't grow.
    if (this.#starting) return;
    this.#starting = true;
    while (this.#mayStart()) {
      const items = this.#schedule.next();
      if (items === undefined) break;
      this.#workers.start(items);
      if (this.#limited) this.#permits -= 1;
      this.#run(items);
    }
    this.#starting = false;
    this.#onRoom();
  }
}
