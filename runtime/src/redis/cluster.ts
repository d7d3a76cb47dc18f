import { FsError, isFsError } from '../errors.js';
import type { StreamKey } from '../types.js';
import type {
  Address,
  Argument,
  Call,
  ClusterTarget,
  Connection,
  ConnectionUse,
  Dedicated,
  RedisTarget,
  Reply,
} from './connection.js';
import { isReply, isRoleChange, isTryAgain, type Redirect, redirectOf, toFsError } from './errors.js';
import { keyOf, slotOf } from './keys.js';
import { ClusterNode } from './node.js';
import { pause } from './patience.js';
import type { ScriptName } from './scripts/index.js';
import type { SingleConnection } from './single.js';
import { StreamConnection } from './stream-connection.js';
import { Topology } from './topology.js';

/** How often one command is sent on to another node: more often than they can disagree for a moment. */
const MAX_HOPS = 5;
/** How often, and how soon, what touches several keys is tried again while only some of them have moved, ms. */
const MAX_TRIES = 10;
const TRY_AGAIN_AFTER = 50;
/** How often the owner of a slot is looked up for one command whose owner can't be reached. */
const MAX_LOOKS = 3;
/** How often silent nodes and misplaced readers are looked for, ms. */
const WATCH_EVERY = 1_000;

type ClusterUse = RedisTarget & { readonly cluster: ClusterTarget };

/**
 * A Cluster: a connection to each master, made when it is needed. A command goes to the owner of its key, and on to
 * another node only after a reply that says it was not run (MOVED, ASK). ioredis's own Cluster client would also send
 * again what was not answered, and can't say on which connection a write went, which WAIT has to know.
 */
export class ClusterConnection implements Connection {
  readonly location: string;
  readonly #target: ClusterUse;
  readonly #topology: Topology;
  readonly #readers = new Set<StreamConnection>();
  readonly #watch: NodeJS.Timeout;
  #closed = false;

  constructor(target: ClusterUse, use: ConnectionUse) {
    this.#target = target;
    this.location = `cluster://${target.cluster.nodes.map(({ host, port }) => `${host}:${port}`).join(',')}`;
    this.#topology = new Topology(target.cluster, (address) => new ClusterNode(target, use, address), target);
    this.#watch = setInterval(() => this.#look(), WATCH_EVERY).unref();
  }

  async ready(key?: StreamKey): Promise<void> {
    if (key === undefined) await this.#run(() => this.#topology.known());
    else await this.#reach(key);
  }

  isReady(key: StreamKey): boolean {
    return !this.#closed && (this.#topology.holder(slotOf(key))?.connection.isReady() ?? false);
  }

  readonly call: Call = (command, ...args) =>
    this.#route(keyOf(command, args), ({ connection }, asking) =>
      connection.callAsked(asking, command, args),
    );

  async script(name: ScriptName, keys: readonly string[], ...args: Argument[]): Promise<Reply> {
    return (await this.scriptAt(name, keys, ...args)).reply;
  }

  scriptAt(name: ScriptName, keys: readonly string[], ...args: Argument[]) {
    return this.#route(keys[0], async (node, asking) => {
      const { reply, there } = await node.connection.scriptAsked(asking, name, keys, args);
      const watched: Call = (...command) =>
        node
          .owes(() => there(...command))
          .catch((error) => {
            throw this.#noted(error, node.connection);
          });
      return { reply, there: watched };
    });
  }

  together(a: StreamKey, b: StreamKey): boolean {
    return slotOf(a) === slotOf(b);
  }

  async dedicated(stream: StreamKey, silence: number, redirect?: Redirect): Promise<Dedicated> {
    const asked = redirect?.kind === 'ask';
    const address = asked ? redirect.address : (await this.#reach(stream)).address;
    const reader = new StreamConnection(this.#target, silence, {
      slot: slotOf(stream),
      address,
      asked,
      beside: (...command) => this.#topology.node(address).connection.call(...command),
      redirect: (error) => this.#redirect(error, address),
      onClose: () => this.#readers.delete(reader),
    });
    this.#readers.add(reader);
    return reader;
  }

  error(error: unknown): FsError {
    return toFsError(error, this.location);
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#watch);
    for (const reader of this.#readers) reader.close();
    this.#topology.close();
  }

  async #route<T>(
    key: StreamKey | undefined,
    send: (node: ClusterNode, asking: boolean) => Promise<T>,
  ): Promise<T> {
    let node = await this.#reach(key);
    let asking = false;
    let [hops, tries] = [0, 0];
    for (;;) {
      try {
        return await node.owes(() => send(node, asking));
      } catch (error) {
        if (isTryAgain(error) && tries++ < MAX_TRIES) {
          await pause(TRY_AGAIN_AFTER);
          node = await this.#reach(key);
          asking = false;
          continue;
        }
        const redirect = this.#redirect(error, node.address);
        if (redirect === undefined) throw this.#noted(error, node.connection);
        if (++hops === MAX_HOPS) {
          throw new FsError('FS_BROKER_BUSY', `The nodes of ${this.location} do not agree who holds ${key}`);
        }
        asking = redirect.kind === 'ask';
        node = this.#topology.node(redirect.address);
      }
    }
  }

  /** The node that holds the key, connected. Nothing has been sent when it rejects. */
  async #reach(key: StreamKey | undefined): Promise<ClusterNode> {
    const slot = key === undefined ? undefined : slotOf(key);
    await this.#run(() => this.#topology.known());
    for (let look = 1; ; look++) {
      const node = slot === undefined ? this.#topology.any() : this.#topology.holder(slot);
      try {
        if (node === undefined) {
          throw new FsError('FS_BROKER_BUSY', `No node of ${this.location} holds the slot of ${key}`);
        }
        await node.owes(() => node.connection.ready());
        return node;
      } catch (error) {
        if (this.#closed || look === MAX_LOOKS || isFsError(error, 'FS_BROKER_AUTH')) throw this.error(error);
        // Fails only where nobody answers: then the reason from above is the better one.
        await this.#topology.refresh().catch(() => undefined);
        if (slot !== undefined && this.#topology.holder(slot) === node) throw this.error(error);
      }
    }
  }

  #redirect(error: unknown, from: Address): Redirect | undefined {
    const said = redirectOf(error, from);
    if (said === undefined) return undefined;
    const redirect = { ...said, address: this.#topology.translate(said.address) };
    if (redirect.kind === 'moved') {
      this.#topology.moved(redirect.slot, redirect.address);
      this.#refresh();
    }
    return redirect;
  }

  /** What may mean that another node is the owner now is a reason to ask. */
  #noted(error: unknown, connection: SingleConnection): unknown {
    if (isReply(error) && !isRoleChange(error)) return error;
    this.#refresh();
    return isReply(error) ? error : connection.error(error);
  }

  #look(): void {
    if (this.#topology.isSilent) this.#refresh();
    for (const reader of this.#readers) reader.check(this.#topology.holder(reader.slot)?.address);
  }

  #refresh(): void {
    if (!this.#closed) this.#topology.refresh().catch(() => undefined);
  }

  async #run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) throw new FsError('FS_BROKER_CLOSED', 'The connection is closed');
    try {
      return await work();
    } catch (error) {
      throw this.error(error);
    }
  }
}
