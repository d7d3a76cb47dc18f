/** Wakes whoever waits for a condition. A wake-up that nobody waits for is remembered once. */
export class Wakeup {
  #woken = false;
  #resolve: (() => void) | undefined;

  notify(): void {
    const resolve = this.#resolve;
    if (resolve === undefined) {
      this.#woken = true;
      return;
    }
    this.#resolve = undefined;
    resolve();
  }

  /** For one waiter at a time. */
  wait(): Promise<void> {
    if (this.#woken) {
      this.#woken = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }
}
