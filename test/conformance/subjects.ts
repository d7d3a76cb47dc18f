/** The brokers under test, each with hands that reach its streams from outside. */
import { Cluster, Redis } from 'ioredis';
import { memory } from '../../runtime/src/memory/broker.js';
import { connect } from '../../runtime/src/redis/broker.js';
import type { RedisTarget } from '../../runtime/src/redis/connection.js';
import type { RedisCluster } from '../support/redis-cluster.js';
import type { Subject } from './bench.js';

export function memorySubject(): Subject {
  const broker = memory();
  return {
    broker,
    openAnother: () => memory(),
    entries: async (stream) => [...broker.entries(stream)],
    pending: async (stream, group) => broker.pending(stream, group),
    consumers: async (stream, group) => {
      const watcher = await broker.consume({ stream, group, consumer: 'watcher', startFrom: 'beginning' });
      return (await watcher.inspect()).consumers;
    },
    deleteEntry: async (stream, id) => void broker.deleteEntry(stream, id),
    deleteStream: async (stream) => broker.deleteStream(stream),
    destroyGroup: async (stream, group) => void broker.destroyGroup(stream, group),
    close: () => broker.close(),
  };
}

/** @param url the server; `target` may be a client for it, or options */
export function redisSubject(url: string, target: RedisTarget = { url }): Subject {
  return handsOn(new Redis(url, { protocol: 2 }), target);
}

export function clusterSubject({ target, nodes }: RedisCluster): Subject {
  const seeds = nodes.map(({ server }) => ({ host: '127.0.0.1', port: server.port }));
  return handsOn(new Cluster(seeds, { redisOptions: { protocol: 2 } }), target);
}

function handsOn(redis: Redis | Cluster, target: RedisTarget): Subject {
  const broker = connect(target);
  return {
    broker,
    openAnother: () => connect(target),
    entries: async (stream) => {
      const found = await redis.xrangeBuffer(stream, '-', '+');
      return found.map(([id, fields]) => ({ id: id.toString(), fields }));
    },
    pending: async (stream, group) => {
      const list = (await redis.xpending(stream, group, '-', '+', 10_000)) as [
        string,
        string,
        number,
        number,
      ][];
      return list.map(([id, consumer, idleMs, deliveries]) => ({ id, consumer, idleMs, deliveries }));
    },
    consumers: async (stream, group) => ((await redis.xinfo('CONSUMERS', stream, group)) as unknown[]).length,
    deleteEntry: async (stream, id) => void (await redis.xdel(stream, id)),
    deleteStream: async (stream) => void (await redis.del(stream)),
    destroyGroup: async (stream, group) => void (await redis.xgroup('DESTROY', stream, group)),
    close: async () => {
      await broker.close();
      redis.disconnect();
    },
  };
}
