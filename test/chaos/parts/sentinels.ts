import type { Redis } from 'ioredis';
import { freePort, type RedisServer, startRedis } from '../../support/redis-server.js';
import type { Stage } from '../stage.js';
import { FaultyProxy } from './proxy.js';

const NAME = 'chaos';
const SENTINELS = 3;
const QUORUM = 2;
/**
 * Silence after which a Sentinel takes a server for dead, ms. A machine that keeps a server waiting for so long makes a
 * failover that nobody has asked for.
 */
const DOWN_AFTER_MS = 1_000;
const FAILOVER_TIMEOUT_MS = 5_000;

interface Sentinel {
  readonly server: RedisServer;
  readonly admin: Redis;
}

/** Everybody but ourselves knows a server by its proxy. */
export interface Node extends Sentinel {
  readonly proxy: FaultyProxy;
}

/** A master, its replicas, and the Sentinels that watch them. */
export class Group {
  readonly target;
  readonly #stage: Stage;
  readonly #nodes: readonly Node[];
  readonly #sentinels: readonly Sentinel[];

  private constructor(stage: Stage, nodes: readonly Node[], sentinels: readonly Sentinel[]) {
    this.#stage = stage;
    this.#nodes = nodes;
    this.#sentinels = sentinels;
    const addresses = sentinels.map(({ server }) => ({ host: '127.0.0.1', port: server.port }));
    this.target = { sentinel: { name: NAME, nodes: addresses } };
  }

  static async start(stage: Stage, replicas: number): Promise<Group> {
    const nodes: Node[] = [];
    for (let i = 0; i <= replicas; i++) {
      nodes.push(await startNode(stage));
    }
    const [master, ...others] = nodes;
    if (master === undefined) throw new Error('nothing was started');
    // By command and not by argument: a server that is killed comes back as a master, and has to be told.
    await Promise.all(others.map(({ admin }) => admin.replicaof('127.0.0.1', master.proxy.port)));
    const watch = [
      `sentinel monitor ${NAME} 127.0.0.1 ${master.proxy.port} ${QUORUM}`,
      `sentinel down-after-milliseconds ${NAME} ${stage.patience(DOWN_AFTER_MS)}`,
      `sentinel failover-timeout ${NAME} ${FAILOVER_TIMEOUT_MS}`,
      `sentinel parallel-syncs ${NAME} 1`,
    ];
    const sentinels: Sentinel[] = [];
    for (let i = 0; i < SENTINELS; i++) {
      const server = await startRedis({ sentinel: watch });
      stage.atEnd(() => server.stop());
      sentinels.push({ server, admin: stage.admin(server.url) });
    }
    const group = new Group(stage, nodes, sentinels);
    await group.whole(master);
    return group;
  }

  /** Whom all Sentinels name. */
  async master(): Promise<Node | undefined> {
    const named = await Promise.all(
      this.#sentinels.map(({ admin }) => admin.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', NAME)),
    );
    const ports = new Set(named.map((address) => Number((address as string[])[1])));
    return ports.size === 1 ? this.#nodes.find(({ proxy }) => ports.has(proxy.port)) : undefined;
  }

  /** Until all Sentinels name somebody else. */
  async succeeded(old: Node): Promise<Node> {
    let next: Node | undefined;
    const took = await this.#stage.until(async () => {
      next = await this.master();
      return next !== undefined && next !== old;
    }, this.#stage.patience(60_000));
    if (took === undefined || next === undefined)
      throw new Error('long after the fault there is no new master');
    return next;
  }

  /** Until every other server follows the master, and every Sentinel knows all of them. */
  async whole(master: Node): Promise<void> {
    const took = await this.#stage.until(async () => {
      const info = await master.admin.info('replication');
      const online = info.match(/^slave\d+:.*state=online/gm)?.length ?? 0;
      return online === this.#nodes.length - 1 && (await this.#allKnown());
    }, this.#stage.patience(60_000));
    if (took === undefined) throw new Error('after a long time not every server follows the master');
  }

  /** Without a replica that is known and well to all of them, the next failover would not come about. */
  async #allKnown(): Promise<boolean> {
    const states = await Promise.all(
      this.#sentinels.map(async ({ admin }) => {
        const replicas = (await admin.call('SENTINEL', 'REPLICAS', NAME)) as string[][];
        const well = replicas.filter((fields) => fields[fields.indexOf('flags') + 1] === 'slave');
        const peers = (await admin.call('SENTINEL', 'SENTINELS', NAME)) as string[][];
        return well.length === this.#nodes.length - 1 && peers.length === SENTINELS - 1;
      }),
    );
    return states.every(Boolean);
  }
}

async function startNode(stage: Stage): Promise<Node> {
  const port = await freePort();
  const proxy = await FaultyProxy.start(port);
  stage.atEnd(() => proxy.close());
  const announced = ['--replica-announce-ip', '127.0.0.1', '--replica-announce-port', String(proxy.port)];
  const server = await stage.redis({ port, args: ['--repl-diskless-sync-delay', '0', ...announced] });
  return { server, proxy, admin: stage.admin(server.url) };
}
