/** Items that run together: their worker is free when the last of them has ended. */
interface Run {
  left: number;
}

/** Counts what runs: items, and the workers that they keep. */
export class Workers<T> {
  /** What runs in batches; `undefined`: every item has a worker of its own, and nothing has to be looked up. */
  readonly #runs: Map<T, Run> | undefined;
  #busy = 0;
  #items = 0;

  constructor(batched: boolean) {
    this.#runs = batched ? new Map() : undefined;
  }

  get busy(): number {
    return this.#busy;
  }
  get items(): number {
    return this.#items;
  }

  start(items: readonly T[]): void {
    this.#busy += 1;
    this.#items += items.length;
    if (this.#runs === undefined) return;
    const run = { left: items.length };
    for (const item of items) this.#runs.set(item, run);
  }

  end(item: T): void {
    this.#items -= 1;
    const run = this.#runs?.get(item);
    if (run !== undefined) {
      this.#runs?.delete(item);
      run.left -= 1;
      if (run.left > 0) return;
    }
    this.#busy -= 1;
  }
}
