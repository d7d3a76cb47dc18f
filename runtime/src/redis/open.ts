import { ClusterConnection } from './cluster.js';
import type { Connection, ConnectionUse, RedisTarget } from './connection.js';
import { SingleConnection } from './single.js';

/** The way to whatever the target names. */
export function openConnection(target: RedisTarget, use: ConnectionUse): Connection {
  const { cluster } = target;
  return cluster === undefined
    ? new SingleConnection(target, use)
    : new ClusterConnection({ ...target, cluster }, use);
}
