import type { Address, Reply } from './connection.js';
import { list, number, text } from './replies.js';

/** A node by its address, for maps. */
export function nameOf({ host, port }: Address): string {
  return `${host}:${port}`;
}

/** Which master of a Cluster holds which slot. */
export class SlotMap {
  readonly #masters: Map<string, Address>;
  readonly #owners: (Address | undefined)[];

  private constructor(masters: Map<string, Address>, owners: (Address | undefined)[]) {
    this.#masters = masters;
    this.#owners = owners;
  }

  /**
   * From CLUSTER SLOTS: `[[from, to, [host, port, …] of the master, … of the replicas], …]`.
   *
   * @param asked who has answered: a node without a name is on its host
   * @param translate where a node is for us
   */
  static from(reply: Reply, asked: Address, translate: (address: Address) => Address): SlotMap {
    const masters = new Map<string, Address>();
    const owners: (Address | undefined)[] = [];
    for (const range of list(reply)) {
      const [from, to, master] = list(range);
      const [host, port] = list(master);
      const known = host === null || text(host) === '' || text(host) === '?' ? asked.host : text(host);
      const address = translate({ host: known, port: number(port) });
      masters.set(nameOf(address), address);
      for (let slot = number(from); slot <= number(to); slot++) owners[slot] = address;
    }
    return new SlotMap(masters, owners);
  }

  get masters(): readonly Address[] {
    return [...this.#masters.values()];
  }

  isMaster(address: Address): boolean {
    return this.#masters.has(nameOf(address));
  }

  /** `undefined`: nobody holds it. */
  owner(slot: number): Address | undefined {
    return this.#owners[slot];
  }

  moved(slot: number, to: Address): void {
    this.#masters.set(nameOf(to), to);
    this.#owners[slot] = to;
  }
}
