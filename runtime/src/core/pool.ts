import { Fifo } from './fifo.js';

export interface PoolOptions<T> {
  /** Handlers that may run at once. */
  readonly limit: number;
  /** Messages to hold beyond them. */
  readonly prefetch: (limit: number) => number;
  /** Starts one item. May end it (`settling`, `park`) before it returns. */
  readonly run: (item: T) => void;
  /** There may be more room than before. */
  readonly onRoom: () => void;
}

/**
 * The bounded pool of one channel: decides what starts, and says how much more may be taken.
 *
 * An item is in one of four places:
 *
 *     fresh ── start ──> running ── settling() ──> settling ── settled() ──> gone
 *                           │  ^
 *                    park() v  │ start, once due() and a worker is free
 *                         waiting
 *
 * Never more than `limit` are running, and never more than `limit + prefetch` are held, where held is
 * fresh + running + settling. What waits for a retry is not held, so that a failing message keeps no worker
 * and no room from others; it has a bound of its own, beyond which nothing new is taken.
 */
export class Pool<T> {
  readonly #run: (item: T) => void;
  readonly #prefetch: (limit: number) => number;
  readonly #onRoom: () => void;
  readonly #fresh = new Fifo<T>();
  readonly #due = new Fifo<T>();
  #limit: number;
  #running = 0;
  #settling = 0;
  #waiting = 0;
  #reserved = 0;
  #closed = false;
  #starting = false;

  constructor(options: PoolOptions<T>) {
    this.#limit = options.limit;
    this.#prefetch = options.prefetch;
    this.#run = options.run;
    this.#onRoom = options.onRoom;
  }

  get limit(): number {
    return this.#limit;
  }
  get running(): number {
    return this.#running;
  }
  get queued(): number {
    return this.#fresh.size;
  }
  /** Waiting for a retry, due ones included. */
  get waiting(): number {
    return this.#waiting;
  }
  get held(): number {
    return this.#fresh.size + this.#running + this.#settling;
  }
  get prefetch(): number {
    return this.#prefetch(this.#limit);
  }
  get idle(): boolean {
    return this.held === 0 && this.#waiting === 0;
  }

  /** How many more may be read now; 0 while closed. */
  room(): number {
    if (this.#closed || this.#waiting >= this.maxWaiting) return 0;
    return Math.max(0, this.#limit + this.prefetch - this.held - this.#reserved - this.#due.size);
  }

  /** Parked retries beyond which nothing new is taken: a downstream outage must not park the whole backlog. */
  get maxWaiting(): number {
    return Math.max(1_000, 2 * this.#limit);
  }

  /**
   * Whether a read is worth its round trip: a worker is free, or half of the prefetch is used up. Reading
   * for every single freed place would make many small reads out of one large one.
   */
  wantsMore(): boolean {
    const room = this.room();
    if (room === 0) return false;
    return this.#fresh.size === 0 || room * 2 >= this.prefetch;
  }

  /** Sets room aside before a read is sent. */
  reserve(count: number): void {
    this.#reserved += count;
  }

  /** Gives back what a read had set aside, just before what it brought is added. */
  unreserve(count: number): void {
    this.#reserved -= count;
    this.#startNext();
  }

  /** Adds what was read; starts it if a worker is free. */
  add(item: T): void {
    this.#fresh.push(item);
    this.#startNext();
  }

  /** Adds what was read and won't run: it is held until `settled`. */
  addSettling(): void {
    this.#settling += 1;
  }

  /** A handler has ended for good: its worker is free, the item is held until `settled`. */
  settling(): void {
    this.#running -= 1;
    this.#settling += 1;
    this.#startNext();
  }

  /** What was settling is off the pending list. */
  settled(count = 1): void {
    this.#settling -= count;
    this.#startNext();
  }

  /** A running item is put aside until `due` or `unpark` is called for it. */
  park(): void {
    this.#running -= 1;
    this.#waiting += 1;
    this.#startNext();
  }

  /** A parked item may start, before anything fresh. */
  due(item: T): void {
    this.#due.push(item);
    this.#startNext();
  }

  /** A parked item that isn't due is given up. */
  unpark(): void {
    this.#waiting -= 1;
    this.#onRoom();
  }

  /** Takes an item out that hasn't started; `false` if it isn't queued here. */
  remove(item: T): boolean {
    if (this.#fresh.remove(item)) return true;
    if (!this.#due.remove(item)) return false;
    this.#waiting -= 1;
    return true;
  }

  setLimit(limit: number): void {
    this.#limit = limit;
    this.#startNext();
  }

  /** Starts nothing any more, and gives up what has not started. */
  close(): T[] {
    this.#closed = true;
    const due = this.#due.drain();
    this.#waiting -= due.length;
    return [...due, ...this.#fresh.drain()];
  }

  #startNext(): void {
    // A handler that ends at once comes back here from inside `run`: the loop goes on, the stack doesn't grow.
    if (this.#starting) return;
    this.#starting = true;
    while (!this.#closed && this.#running < this.#limit) {
      const item = this.#nextDue() ?? this.#fresh.shift();
      if (item === undefined) break;
      this.#running += 1;
      this.#run(item);
    }
    this.#starting = false;
    this.#onRoom();
  }

  /** A due retry takes room that a read under way may have been promised; then it waits for that read. */
  #nextDue(): T | undefined {
    if (this.#due.size === 0) return undefined;
    if (this.held + this.#reserved >= this.#limit + this.prefetch) return undefined;
    this.#waiting -= 1;
    return this.#due.shift();
  }
}
