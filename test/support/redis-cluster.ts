/** A Redis Cluster of real processes for tests, made from the server binary alone: private ports, no redis-cli. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { slotOf } from '../../runtime/src/redis/keys.js';
import { freePort, type RedisServer, type RedisServerOptions, startRedis } from './redis-server.js';

const SLOTS = 16_384;
/** Keys that one MIGRATE carries. */
const CARRIED = 100;
/** Far longer than a failover takes on a machine that has other things to do. */
const PATIENCE = 60_000;
const ASK_EVERY = 50;
const SILENT = 500;

export interface ClusterOptions {
  /** Default 3, the fewest that can agree that one of them is dead. */
  readonly masters?: number;
  /** For each master. Default 1. */
  readonly replicas?: number;
  /** Silence after which a node counts as dead, ms. Default 2,000. */
  readonly nodeTimeout?: number;
  /** Further arguments of every server. */
  readonly args?: readonly string[];
  /** Starts one server. Default: `startRedis`. */
  readonly start?: (options: RedisServerOptions) => Promise<RedisServer>;
}

export interface ClusterNode {
  readonly server: RedisServer;
  readonly admin: Redis;
  readonly busPort: number;
  readonly id: string;
}

/** What a node says of one of them. */
interface Seen {
  readonly id: string;
  readonly flags: readonly string[];
  /** Id of its master; `-` for a master. */
  readonly follows: string;
  readonly ranges: readonly (readonly [number, number])[];
}

export class RedisCluster implements AsyncDisposable {
  readonly nodes: readonly ClusterNode[];
  readonly target: { readonly cluster: { readonly nodes: readonly { host: string; port: number }[] } };

  private constructor(nodes: readonly ClusterNode[]) {
    this.nodes = nodes;
    this.target = {
      cluster: { nodes: nodes.map(({ server }) => ({ host: '127.0.0.1', port: server.port })) },
    };
  }

  /** Starts the servers, and waits until they are one Cluster that takes writes and has all its replicas. */
  static async start(options: ClusterOptions = {}): Promise<RedisCluster> {
    const { masters = 3, replicas = 1 } = options;
    const started: ClusterNode[] = [];
    for (let i = 0; i < masters * (1 + replicas); i++) started.push(await startNode(options));
    const cluster = new RedisCluster(started);
    try {
      await cluster.#form(masters);
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  /** Those that run and hold slots. */
  async masters(): Promise<readonly ClusterNode[]> {
    const [view] = await this.#views();
    return this.nodes.filter(({ id }) => view?.find((seen) => seen.id === id)?.ranges.length);
  }

  /** The master that holds the key's slot, when all nodes that run say the same. */
  async owner(key: string): Promise<ClusterNode | undefined> {
    const slot = slotOf(key);
    const views = await this.#views();
    const owners = new Set(views.map((view) => view.find(({ ranges }) => within(ranges, slot))?.id));
    return owners.size === 1 ? this.nodes.find(({ id }) => owners.has(id)) : undefined;
  }

  async replicaOf(master: ClusterNode): Promise<ClusterNode> {
    const [view = []] = await this.#views();
    const seen = view.find(({ follows, flags }) => follows === master.id && !flags.includes('fail'));
    const node = this.nodes.find(({ id }) => id === seen?.id);
    if (node === undefined) throw new Error('the master has no replica');
    return node;
  }

  /** Until all agree that somebody else holds the key. */
  succeeded(key: string, old: ClusterNode): Promise<ClusterNode> {
    return until(async () => {
      const owner = await this.owner(key);
      return owner === old ? undefined : owner;
    }, 'another master');
  }

  /** Until every node runs, all agree who holds what, and every replica has caught up. */
  async whole(): Promise<void> {
    await until(async () => ((await this.#isWhole()) ? true : undefined), 'the whole Cluster');
  }

  /** Moves one slot with all its keys to another master, as `redis-cli --cluster reshard` does it. */
  async moveSlot(slot: number, to: ClusterNode): Promise<void> {
    const [view = []] = await this.#views();
    const from = this.nodes.find(({ id }) => id === view.find(({ ranges }) => within(ranges, slot))?.id);
    if (from === undefined) throw new Error(`nobody holds slot ${slot}`);
    if (from === to) return;
    await to.admin.cluster('SETSLOT', slot, 'IMPORTING', from.id);
    await from.admin.cluster('SETSLOT', slot, 'MIGRATING', to.id);
    for (;;) {
      const keys = (await from.admin.cluster('GETKEYSINSLOT', slot, CARRIED)) as string[];
      if (keys.length === 0) break;
      await from.admin.call('MIGRATE', '127.0.0.1', to.server.port, '', 0, 5_000, 'KEYS', ...keys);
    }
    // The new one first: if it died before it knew, the slot would belong to nobody.
    const others = (await this.masters()).filter((node) => node !== from && node !== to);
    for (const { admin } of [to, from, ...others]) await admin.cluster('SETSLOT', slot, 'NODE', to.id);
  }

  async stop(): Promise<void> {
    for (const { admin } of this.nodes) admin.disconnect();
    await Promise.all(this.nodes.map(({ server }) => server.stop()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #form(masters: number): Promise<void> {
    const [first, ...others] = this.nodes;
    if (first === undefined) throw new Error('nothing was started');
    for (const [i, { admin }] of this.nodes.slice(0, masters).entries()) {
      const [from, to] = [i, i + 1].map((n) => Math.floor((n * SLOTS) / masters));
      await admin.cluster('ADDSLOTSRANGE', Number(from), Number(to) - 1);
    }
    // Different epochs from the beginning: collisions are settled one at a time.
    for (const [i, { admin }] of this.nodes.entries()) await admin.call('CLUSTER', 'SET-CONFIG-EPOCH', i + 1);
    for (const { server, busPort } of others) {
      await first.admin.call('CLUSTER', 'MEET', '127.0.0.1', server.port, busPort);
    }
    for (const [i, { admin }] of this.nodes.slice(masters).entries()) {
      const master = this.nodes[i % masters];
      const follow = () => admin.cluster('REPLICATE', String(master?.id)).catch(() => undefined);
      await until(follow, 'the replica knows its master');
    }
    await this.whole();
  }

  async #isWhole(): Promise<boolean> {
    const views = await this.#views();
    if (views.length < this.nodes.length || new Set(views.map(holders)).size > 1) return false;
    const isWell = (seen: readonly Seen[]) =>
      seen.length === this.nodes.length &&
      seen.every(({ flags }) => !flags.some((flag) => /fail|handshake|noaddr/.test(flag)));
    if (!views.every(isWell)) return false;
    const states = await Promise.all(this.nodes.map(({ admin }) => admin.info('replication')));
    const infos = await Promise.all(this.nodes.map(({ admin }) => admin.cluster('INFO')));
    return (
      infos.every((info) => String(info).includes('cluster_state:ok')) &&
      states.every((info) => !info.includes('role:slave') || info.includes('master_link_status:up'))
    );
  }

  /** What each node that answers says. */
  async #views(): Promise<readonly (readonly Seen[])[]> {
    const answers = this.nodes.map(({ admin }) =>
      admin.status === 'ready' ? soon(admin.cluster('NODES')) : undefined,
    );
    const texts = (await Promise.all(answers)).filter((text) => text !== undefined);
    return texts.map((text) => String(text).trim().split('\n').map(seenOf));
  }
}

async function startNode({
  nodeTimeout = 2_000,
  args = [],
  start = startRedis,
}: ClusterOptions): Promise<ClusterNode> {
  const busPort = await freePort();
  const server = await start({
    args: [
      ...['--cluster-enabled', 'yes', '--cluster-port', String(busPort)],
      ...['--cluster-node-timeout', String(nodeTimeout), '--cluster-require-full-coverage', 'no'],
      ...['--cluster-replica-validity-factor', '0', '--cluster-allow-replica-migration', 'no'],
      ...['--repl-diskless-sync-delay', '0', ...args],
    ],
  });
  const admin = new Redis(server.url, { protocol: 2, retryStrategy: () => 50, maxRetriesPerRequest: 0 });
  admin.on('error', () => undefined);
  const id = String(await admin.cluster('MYID'));
  return { server, admin, busPort, id };
}

/** A node that stands still says nothing, and the others are asked without it. */
function soon<T>(answer: Promise<T>): Promise<T | undefined> {
  return Promise.race([answer, sleep(SILENT, undefined, { ref: false })]).catch(() => undefined);
}

/** Asks all nodes at once, and so not as often as others ask one server. */
async function until<T>(ask: () => Promise<T | undefined>, what: string): Promise<T> {
  const end = performance.now() + PATIENCE;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > end) throw new Error(`${what}: not within ${PATIENCE} ms`);
    await sleep(ASK_EVERY);
  }
}

/** A line of CLUSTER NODES: id, address, flags, master, ping, pong, epoch, link, slots. */
function seenOf(line: string): Seen {
  const [id = '', , flags = '', follows = '-', , , , , ...slots] = line.split(' ');
  const ranges = slots
    .filter((slot) => !slot.startsWith('['))
    .map((slot) => {
      const [from = 0, to = from] = slot.split('-').map(Number);
      return [from, to] as const;
    });
  return { id, flags: flags.split(','), follows, ranges };
}

function holders(view: readonly Seen[]): string {
  return JSON.stringify(view.map(({ id, ranges, follows }) => [id, follows, ranges]).sort());
}

function within(ranges: Seen['ranges'], slot: number): boolean {
  return ranges.some(([from, to]) => slot >= from && slot <= to);
}
