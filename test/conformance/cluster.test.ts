import { afterAll, beforeAll } from 'vitest';
import { RedisCluster } from '../support/redis-cluster.js';
import { brokerConformance } from './broker.js';
import { clusterSubject } from './subjects.js';

let cluster: RedisCluster | undefined;

beforeAll(async () => {
  cluster = await RedisCluster.start({ replicas: 0 });
});

afterAll(() => cluster?.stop());

brokerConformance('Redis Cluster', () => {
  if (cluster === undefined) throw new Error('the Cluster runs only while tests do');
  return clusterSubject(cluster);
});
