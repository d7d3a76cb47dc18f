import { Heap } from '../../runtime/src/core/heap.js';

interface Action {
  readonly at: number;
  readonly run: () => void;
}

/** Virtual time: what is going to happen. */
export class Agenda {
  now = 0;
  readonly #actions = new Heap<Action>((one, other) => one.at < other.at);

  after(ms: number, run: () => void): void {
    this.#actions.push({ at: this.now + ms, run });
  }

  /** Lets time pass up to `end`; everything happens at its own time. */
  until(end: number): void {
    for (let next = this.#actions.first; next !== undefined && next.at <= end; next = this.#actions.first) {
      this.now = next.at;
      this.#actions.take();
      next.run();
    }
    this.now = end;
  }
}
