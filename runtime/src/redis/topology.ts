import { FsError, isFsError } from '../errors.js';
import { type Address, type ClusterTarget, type RedisTarget, TIMEOUT } from './connection.js';
import type { ClusterNode } from './node.js';
import { patiently } from './patience.js';
import { nameOf, SlotMap } from './slots.js';

/** Silence after which the others are asked whether a node is still what it was, ms. */
const SILENT = 1_000;
/** How long a node may take to say who holds what, once others can be asked as well, ms. */
const LOOK_PATIENCE = 1_000;

/** The nodes of a Cluster, and who of them holds which slot as far as we know. */
export class Topology {
  readonly #cluster: ClusterTarget;
  readonly #open: (address: Address) => ClusterNode;
  readonly #firstPatience: number;
  readonly #nodes = new Map<string, ClusterNode>();
  #slots: SlotMap | undefined;
  #looking: Promise<SlotMap> | undefined;
  #closed = false;

  constructor(
    cluster: ClusterTarget,
    open: (address: Address) => ClusterNode,
    { connectTimeout = TIMEOUT }: RedisTarget,
  ) {
    this.#cluster = cluster;
    this.#open = open;
    this.#firstPatience = connectTimeout;
  }

  /** Resolves when it is known who holds what; rejects when none of the nodes tells. */
  async known(): Promise<void> {
    if (this.#slots === undefined) await this.refresh();
  }

  /** Asks again who holds what; whoever comes while somebody is being asked gets the same answer. */
  async refresh(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    await this.#looking;
  }

  holder(slot: number): ClusterNode | undefined {
    const address = this.#slots?.owner(slot);
    return address && this.node(address);
  }

  /** A master, for what any of them can answer. */
  any(): ClusterNode | undefined {
    const nodes = shuffled(this.#slots?.masters ?? []).map((address) => this.node(address));
    return nodes.find(({ connection }) => connection.isReady()) ?? nodes[0];
  }

  node(address: Address): ClusterNode {
    if (this.#closed) throw new FsError('FS_BROKER_CLOSED', 'The connection is closed');
    const name = nameOf(address);
    const known = this.#nodes.get(name);
    if (known !== undefined) return known;
    const node = this.#open(address);
    this.#nodes.set(name, node);
    return node;
  }

  moved(slot: number, to: Address): void {
    this.#slots?.moved(slot, to);
  }

  /** Where a node is for us. */
  translate(address: Address): Address {
    return this.#cluster.natMap?.[nameOf(address)] ?? address;
  }

  /** Whether a node has not answered for a while. */
  get isSilent(): boolean {
    return [...this.#nodes.values()].some(({ silence }) => silence > SILENT);
  }

  close(): void {
    this.#closed = true;
    for (const { connection } of this.#nodes.values()) connection.close();
    this.#nodes.clear();
  }

  async #look(): Promise<SlotMap> {
    const patience = this.#slots === undefined ? this.#firstPatience : LOOK_PATIENCE;
    let failure: unknown = new FsError('FS_BROKER_UNREACHABLE', 'No node of the Cluster is known');
    for (const address of this.#candidates()) {
      const { connection } = this.node(address);
      try {
        const reply = await patiently(connection.call('CLUSTER', 'SLOTS'), patience, nameOf(address));
        const slots = SlotMap.from(reply, address, (named) => this.translate(named));
        if (slots.masters.length > 0) return this.#adopt(slots);
        failure = new FsError('FS_BROKER_BUSY', `The Cluster at ${nameOf(address)} has no slots yet`);
      } catch (error) {
        failure = connection.error(error);
        if (isFsError(failure, 'FS_BROKER_AUTH')) break;
      }
    }
    throw failure;
  }

  /** Whom to ask: those that answer first, those that owe us an answer last, the ones that we were told of between. */
  #candidates(): readonly Address[] {
    const open = shuffled([...this.#nodes.values()]);
    const isWell = ({ connection, silence }: ClusterNode) => connection.isReady() && silence < SILENT;
    const well = open.filter(isWell).map(({ address }) => address);
    const others = shuffled([...(this.#slots?.masters ?? []), ...this.#cluster.nodes]);
    const rest = open.map(({ address }) => address);
    return [...new Map([...well, ...others, ...rest].map((each) => [nameOf(each), each])).values()];
  }

  /** Closes what is no master any more: at once where nothing is under way, else when it has been silent. */
  #adopt(slots: SlotMap): SlotMap {
    this.#slots = slots;
    for (const [name, node] of this.#nodes) {
      if (slots.isMaster(node.address) || !(node.isIdle || node.silence > SILENT)) continue;
      node.connection.close();
      this.#nodes.delete(name);
    }
    return slots;
  }
}

function shuffled<T>(all: readonly T[]): T[] {
  return all
    .map((each) => [Math.random(), each] as const)
    .sort(([a], [b]) => a - b)
    .map(([, each]) => each);
}
