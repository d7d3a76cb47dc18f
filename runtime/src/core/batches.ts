import type { Clock } from '../types.js';
import { Chain, Link } from './chain.js';
import { Fifo } from './fifo.js';
import type { PoolItem, Schedule } from './schedule.js';

/** When a batch is handed over. */
export interface BatchRule {
  /** Messages of a full batch, at least 1. */
  readonly maxSize: number;
  /** How long the oldest message of a batch waits for others, ms. */
  readonly maxWait: number;
  readonly clock: Clock;
}

/** Says when the oldest of a batch has waited long enough. */
export class Deadline {
  readonly #rule: BatchRule;
  readonly #onPassed: () => void;
  #cancel: (() => void) | undefined;
  #passed = false;

  constructor(rule: BatchRule, onPassed: () => void) {
    this.#rule = rule;
    this.#onPassed = onPassed;
  }

  get passed(): boolean {
    return this.#passed;
  }

  /** The oldest was added at `since`, on the clock. Does nothing while it is set already. */
  set(since: number): void {
    if (this.#passed || this.#cancel !== undefined) return;
    const { clock, maxWait } = this.#rule;
    const left = since + maxWait - clock.now();
    if (left <= 0) {
      this.#passed = true;
      return;
    }
    this.#cancel = clock.after(left, () => {
      this.#cancel = undefined;
      this.#passed = true;
      this.#onPassed();
    });
  }

  clear(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#passed = false;
  }
}

interface Aged<T> {
  readonly item: T;
  /** When it was added, on the clock. */
  readonly since: number;
}

/** What waits of one kind. */
class Filling<T> extends Link<Filling<T>> {
  readonly fresh = new Fifo<Aged<T>>();
  readonly due = new Fifo<T>();
  readonly deadline: Deadline;

  constructor(rule: BatchRule, onPassed: (filling: Filling<T>) => void) {
    super();
    this.deadline = new Deadline(rule, () => onPassed(this));
  }
}

/**
 * Batches of one kind each, without order between them. A batch is handed over when it is full or when its oldest has
 * waited long enough; due retries join the next one of their kind, which then doesn't wait. Kinds take turns.
 */
export class Batches<T extends PoolItem> implements Schedule<T> {
  readonly #rule: BatchRule;
  readonly #roomForDue: () => number;
  readonly #onRipe: () => void;
  readonly #fillings = new Map<unknown, Filling<T>>();
  /** Kinds that have a batch to hand over, or a due retry. */
  readonly #ready = new Chain<Filling<T>>();
  #queued = 0;
  #due = 0;
  #closed = false;

  /**
   * @param roomForDue - How many due retries may start, which are not held until then.
   * @param onRipe - A batch may start because its time has come.
   */
  constructor(rule: BatchRule, roomForDue: () => number, onRipe: () => void) {
    this.#rule = rule;
    this.#roomForDue = roomForDue;
    this.#onRipe = onRipe;
  }

  get queued(): number {
    return this.#queued;
  }
  get blocked(): number {
    return 0;
  }
  get due(): number {
    return this.#due;
  }
  get runnable(): number {
    const { maxSize } = this.#rule;
    let room = this.#roomForDue();
    let runs = 0;
    for (let filling = this.#ready.first; filling !== undefined; filling = filling.after) {
      const retries = Math.max(0, Math.min(room, filling.due.size));
      room -= retries;
      const full = Math.floor((retries + filling.fresh.size) / maxSize);
      const partial = retries > full * maxSize || (full === 0 && filling.deadline.passed);
      runs += full + (partial ? 1 : 0);
    }
    return runs;
  }

  add(item: T): void {
    const filling = this.#of(item);
    filling.fresh.push({ item, since: this.#rule.clock.now() });
    this.#queued += 1;
    this.#refresh(filling, item.kind);
  }

  addDue(item: T): void {
    const filling = this.#of(item);
    filling.due.push(item);
    this.#due += 1;
    this.#refresh(filling, item.kind);
  }

  next(): readonly T[] | undefined {
    if (this.#ready.size === 0) return undefined;
    const room = this.#due > 0 ? this.#roomForDue() : 0;
    const filling =
      (room > 0 ? this.#find(({ due }) => due.size > 0) : undefined) ??
      this.#find((each) => this.#isRipe(each));
    if (filling === undefined) return undefined;
    const batch: T[] = [];
    while (batch.length < Math.min(room, this.#rule.maxSize)) {
      const item = filling.due.shift();
      if (item === undefined) break;
      batch.push(item);
    }
    this.#due -= batch.length;
    while (batch.length < this.#rule.maxSize) {
      const aged = filling.fresh.shift();
      if (aged === undefined) break;
      batch.push(aged.item);
      this.#queued -= 1;
    }
    // It is the turn of the other kinds, even if this one has more.
    this.#ready.remove(filling);
    filling.deadline.clear();
    this.#refresh(filling, batch[0]?.kind);
    return batch;
  }

  remove(item: T): boolean {
    const filling = this.#fillings.get(item.kind);
    if (filling === undefined) return false;
    if (filling.fresh.removeWhere((aged) => aged.item === item)) this.#queued -= 1;
    else if (filling.due.remove(item)) this.#due -= 1;
    else return false;
    filling.deadline.clear();
    this.#refresh(filling, item.kind);
    return true;
  }

  close(): T[] {
    this.#closed = true;
    const due: T[] = [];
    const fresh: T[] = [];
    for (const filling of this.#fillings.values()) {
      filling.deadline.clear();
      this.#ready.remove(filling);
      due.push(...filling.due.drain());
      for (const { item } of filling.fresh.drain()) fresh.push(item);
    }
    this.#fillings.clear();
    this.#queued = 0;
    this.#due = 0;
    return [...due, ...fresh];
  }

  #of({ kind }: T): Filling<T> {
    let filling = this.#fillings.get(kind);
    if (filling === undefined) {
      filling = new Filling(this.#rule, (passed) => {
        this.#ready.push(passed);
        this.#onRipe();
      });
      this.#fillings.set(kind, filling);
    }
    return filling;
  }

  #find(fits: (filling: Filling<T>) => boolean): Filling<T> | undefined {
    let filling = this.#ready.first;
    while (filling !== undefined && !fits(filling)) filling = filling.after;
    return filling;
  }

  #isRipe({ fresh, deadline }: Filling<T>): boolean {
    return fresh.size >= this.#rule.maxSize || deadline.passed;
  }

  #refresh(filling: Filling<T>, kind: unknown): void {
    const oldest = filling.fresh.at(0);
    if (oldest === undefined) filling.deadline.clear();
    else if (!this.#closed) filling.deadline.set(oldest.since);
    if (filling.due.size > 0 || this.#isRipe(filling)) this.#ready.push(filling);
    else this.#ready.remove(filling);
    if (oldest === undefined && filling.due.size === 0) this.#fillings.delete(kind);
  }
}
