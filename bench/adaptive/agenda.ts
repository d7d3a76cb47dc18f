/** Virtual time: a heap of what is going to happen. */
export class Agenda {
  now = 0;
  readonly #times: number[] = [];
  readonly #actions: (() => void)[] = [];

  after(ms: number, action: () => void): void {
    const time = this.now + ms;
    let place = this.#times.length;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (this.#time(parent) <= time) break;
      this.#move(parent, place);
      place = parent;
    }
    this.#times[place] = time;
    this.#actions[place] = action;
  }

  /** Lets time pass up to `end`; everything happens at its own time. */
  until(end: number): void {
    while (this.#times.length > 0 && this.#time(0) <= end) {
      this.now = this.#time(0);
      this.#take()();
    }
    this.now = end;
  }

  #take(): () => void {
    const first = this.#action(0);
    const time = this.#times.pop() ?? 0;
    const action = this.#actions.pop() ?? first;
    const size = this.#times.length;
    if (size === 0) return first;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= size) break;
      if (child + 1 < size && this.#time(child + 1) < this.#time(child)) child += 1;
      if (time <= this.#time(child)) break;
      this.#move(child, place);
      place = child;
    }
    this.#times[place] = time;
    this.#actions[place] = action;
    return first;
  }

  #move(from: number, to: number): void {
    this.#times[to] = this.#time(from);
    this.#actions[to] = this.#action(from);
  }

  #time(place: number): number {
    return this.#times[place] ?? Number.POSITIVE_INFINITY;
  }

  #action(place: number): () => void {
    return this.#actions[place] ?? nothing;
  }
}

function nothing(): void {}
