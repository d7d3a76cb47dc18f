/** Below this, holes at the head cost less than closing them. */
const FEW = 32;

/** First in, first out, with constant-time operations at its ends and memory in proportion to what is inside. */
export class Fifo<T> {
  #items: (T | undefined)[] = [];
  #head = 0;

  get size(): number {
    return this.#items.length - this.#head;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    if (this.size === 0) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head] = undefined;
    this.#head += 1;
    if (this.#head > FEW && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** The one at this place, counted from the oldest; nothing is taken out. */
  at(index: number): T | undefined {
    return this.#items[this.#head + index];
  }

  /** Puts an item in behind all that belong before it; the others are in that order already. */
  insert(item: T, belongsBefore: (other: T) => boolean): void {
    let at = this.#items.length;
    while (at > this.#head && !belongsBefore(this.#items[at - 1] as T)) at -= 1;
    if (at === this.#items.length) this.#items.push(item);
    else this.#items.splice(at, 0, item);
  }

  /** Takes everything out, oldest first. */
  drain(): T[] {
    const rest = this.#items.slice(this.#head) as T[];
    this.#items = [];
    this.#head = 0;
    return rest;
  }

  /** Takes one item out, wherever it stands; `false` if it isn't inside. */
  remove(item: T): boolean {
    return this.#removeAt(this.#items.indexOf(item, this.#head));
  }

  /** Takes the oldest out that fits; `false` if none does. */
  removeWhere(fits: (item: T) => boolean): boolean {
    for (let at = this.#head; at < this.#items.length; at++) {
      if (fits(this.#items[at] as T)) return this.#removeAt(at);
    }
    return false;
  }

  #removeAt(at: number): boolean {
    if (at < 0) return false;
    this.#items.splice(at, 1);
    return true;
  }
}
