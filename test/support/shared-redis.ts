/** One redis-server for all tests of a file; keys of different tests never meet. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll } from 'vitest';
import { type RedisServer, type RedisServerOptions, startRedis } from './redis-server.js';

export interface SharedRedis {
  /** Known once the tests run. */
  readonly url: string;
  readonly server: RedisServer;
  /** A key that no other test uses, with `name` in it. */
  key(name: string): string;
}

/** Starts a server before the first test of this file (or `describe`) and stops it after the last. */
export function useRedis(options: RedisServerOptions = {}): SharedRedis {
  let server: RedisServer | undefined;
  beforeAll(async () => {
    server = await startRedis(options);
  });
  afterAll(() => server?.stop());
  const running = () => {
    if (server === undefined) throw new Error('the server runs only while tests do');
    return server;
  };
  return {
    get url() {
      return running().url;
    },
    get server() {
      return running();
    },
    key: (name) => `${name}:${randomUUID()}`,
  };
}
