import { createLogUpdate } from 'log-update';
import type { Console } from '../console.js';

/** One line on the screen that shows what is being simulated; nothing where nobody looks. */
export class Progress {
  readonly #update: ReturnType<typeof createLogUpdate> | undefined;
  readonly #operation: string;

  constructor({ screen }: Console, operation: string) {
    this.#update = screen === undefined ? undefined : createLogUpdate(screen as NodeJS.WriteStream);
    this.#operation = operation;
  }

  /** @param limit `undefined`: the policy as it is */
  simulating(limit: number | undefined): void {
    const what = limit === undefined ? 'as it is' : `with maxWorkers ${limit}`;
    this.#update?.(`simulating ${this.#operation} ${what} …`);
  }

  /** Takes the line off the screen again. */
  end(): void {
    this.#update?.clear();
    this.#update?.done();
  }
}
