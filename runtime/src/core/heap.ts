/** Gives out what comes first of what is inside, whenever it was put in. A binary heap. */
export class Heap<T> {
  readonly #comesBefore: (one: T, other: T) => boolean;
  readonly #items: T[] = [];

  /** @param comesBefore a strict order; what is alike in it comes out in no particular order */
  constructor(comesBefore: (one: T, other: T) => boolean) {
    this.#comesBefore = comesBefore;
  }

  /** What comes first; it stays inside. */
  get first(): T | undefined {
    return this.#items[0];
  }

  push(item: T): void {
    const items = this.#items;
    let at = items.push(item) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = items[parent];
      if (above === undefined || !this.#comesBefore(item, above)) break;
      items[at] = above;
      at = parent;
    }
    items[at] = item;
  }

  /** Takes out what comes first. */
  take(): T | undefined {
    const items = this.#items;
    const first = items[0];
    const last = items.pop();
    if (last === undefined || items.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      const left = items[child];
      if (left === undefined) break;
      const right = items[child + 1];
      const smaller = right !== undefined && this.#comesBefore(right, left) ? right : left;
      if (smaller === right) child += 1;
      if (!this.#comesBefore(smaller, last)) break;
      items[at] = smaller;
      at = child;
    }
    items[at] = last;
    return first;
  }
}
