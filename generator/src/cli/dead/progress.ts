import { createLogUpdate } from 'log-update';
import type { Console } from '../console.js';

const BAR = 24;

/** One line on the screen that shows how far something is; nothing where nobody looks. */
export class Progress {
  readonly #update: ReturnType<typeof createLogUpdate> | undefined;
  readonly #verb: string;
  readonly #total: number;
  #done = 0;

  /** @param verb what goes on, e.g. `replaying` */
  constructor(terminal: Console, verb: string, total: number) {
    const { screen } = terminal;
    this.#update = screen === undefined ? undefined : createLogUpdate(screen as NodeJS.WriteStream);
    this.#verb = verb;
    this.#total = total;
  }

  add(count: number): void {
    this.#done += count;
    if (this.#update === undefined) return;
    // More may have come since they were counted.
    const total = Math.max(this.#total, this.#done, 1);
    const full = Math.floor((BAR * this.#done) / total);
    const bar = '█'.repeat(full) + '░'.repeat(BAR - full);
    const numbers = `${this.#done.toLocaleString('en')} of ${total.toLocaleString('en')}`;
    this.#update(`${this.#verb}  ${bar}  ${numbers}`);
  }

  /** Takes the line off the screen again. */
  end(): void {
    this.#update?.clear();
    this.#update?.done();
  }
}
