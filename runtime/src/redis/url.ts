import { FsError } from '../errors.js';
import type { Address, RedisTarget } from './connection.js';

const SCHEMES = new Set(['redis:', 'rediss:']);
/** A Cluster: user and password, and some of its nodes. */
const CLUSTER = /^(rediss?)\+cluster:\/\/(?:([^@]*)@)?([^@/?#]+)\/?$/;
const DEFAULT_PORT = 6_379;

/**
 * Refuses what ioredis would stumble over or take for something else, and what says two things at once. A URL may hold a
 * password, so that none of it gets into a message, nor the error of the parser, which quotes it.
 *
 * @throws FsError `FS_BROKER_URL`
 */
export function resolved(target: string | RedisTarget): RedisTarget {
  const known = typeof target === 'string' ? { url: target } : target;
  const { url, cluster, sentinel } = known;
  if (cluster !== undefined) {
    if (url !== undefined || sentinel !== undefined) {
      const other = url === undefined ? 'sentinel' : 'url';
      throw new FsError(
        'FS_BROKER_URL',
        `\`cluster\` and \`${other}\` each say where Redis is; give one of them`,
      );
    }
    if (cluster.nodes.length === 0) throw new FsError('FS_BROKER_URL', '`cluster.nodes` names no node');
    return known;
  }
  if (url === undefined) return known;
  if (/^rediss?\+cluster:/.test(url)) return clusterOf(url, known);
  checkUrl(url);
  return known;
}

function checkUrl(url: string): void {
  // `localhost:6379`, `host`, `/path/of/a.sock`: ioredis has shorthands of its own.
  if (!url.includes('://')) return;
  const { protocol } = parsed(url);
  if (SCHEMES.has(protocol)) return;
  throw new FsError(
    'FS_BROKER_URL',
    `The URL of Redis begins with ${protocol}//, and redis:// or rediss:// is meant`,
  );
}

/** `redis+cluster://user:password@host:port,host:port`; a Cluster has no databases. */
function clusterOf(url: string, { url: _, ...target }: RedisTarget): RedisTarget {
  const [, scheme, login = '', nodes = ''] = CLUSTER.exec(url) ?? [];
  if (scheme === undefined) throw unreadable();
  // Each by itself is an ordinary URL.
  const { username, password } = parsed(`redis://${login}@host`);
  const options = {
    ...(scheme === 'rediss' && { tls: {} }),
    ...(username !== '' && { username: decoded(username) }),
    ...(password !== '' && { password: decoded(password) }),
    ...target.options,
  };
  return { ...target, options, cluster: { nodes: nodes.split(',').map(addressOf) } };
}

function addressOf(text: string): Address {
  const { hostname, port } = parsed(`redis://${text}`);
  if (hostname === '') throw unreadable();
  return { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: port === '' ? DEFAULT_PORT : Number(port) };
}

function parsed(url: string): URL {
  try {
    return new URL(url);
  } catch {
    throw unreadable();
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw unreadable();
  }
}

function unreadable(): FsError {
  return new FsError('FS_BROKER_URL', 'The URL of Redis can not be read as one');
}
