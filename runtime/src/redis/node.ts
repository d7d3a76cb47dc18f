import type { Address, ConnectionUse, RedisTarget } from './connection.js';
import { SingleConnection } from './single.js';

/** One node of a Cluster, and for how long it has owed us an answer. */
export class ClusterNode {
  readonly address: Address;
  readonly connection: SingleConnection;
  #open = 0;
  /** When it last answered, or was first asked after it had answered everything. */
  #since = 0;

  constructor(target: RedisTarget, { silence = 0 }: ConnectionUse, address: Address) {
    this.address = address;
    // Whether this is still the node to talk to is asked of the others before it is connected again.
    this.connection = new SingleConnection(target, { reconnect: false, silence }, address);
  }

  /** Milliseconds since its last answer, while others are awaited. */
  get silence(): number {
    return this.#open === 0 ? 0 : performance.now() - this.#since;
  }

  get isIdle(): boolean {
    return this.#open === 0;
  }

  /** Counts the work as owed until it has ended. */
  async owes<T>(work: () => Promise<T>): Promise<T> {
    if (this.#open === 0) this.#since = performance.now();
    this.#open += 1;
    try {
      return await work();
    } finally {
      this.#open -= 1;
      this.#since = performance.now();
    }
  }
}
