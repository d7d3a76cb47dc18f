import { Redis } from 'ioredis';
import { Redis as Redis5 } from 'ioredis5';
import { afterAll, beforeAll } from 'vitest';
import { watchConnections } from '../support/leaks.js';
import { useRedis } from '../support/shared-redis.js';
import type { Subject } from './bench.js';
import { brokerConformance } from './broker.js';
import { redisSubject } from './subjects.js';

const redis = useRedis();
let noLeaks: (() => Promise<void>) | undefined;
let observer: Redis | undefined;

beforeAll(async () => {
  observer = new Redis(redis.url);
  noLeaks = await watchConnections(observer);
});

afterAll(async () => {
  await noLeaks?.();
  observer?.disconnect();
});

brokerConformance('Redis, by URL', () => redisSubject(redis.url));

brokerConformance("Redis, with the application's ioredis 6 client", () => withClient(new Redis(redis.url)));

brokerConformance("Redis, with the application's ioredis 5 client", () =>
  // Two majors, two declarations of one class: only the types keep them apart.
  withClient(new Redis5(redis.url) as unknown as Redis),
);

/** The client has to be usable afterwards, and is the application's to close. */
function withClient(client: Redis): Subject {
  const subject = redisSubject(redis.url, { client });
  return {
    ...subject,
    close: async () => {
      await subject.close();
      await client.ping();
      client.disconnect();
    },
  };
}
