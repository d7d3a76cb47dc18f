import { readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FsError } from '../../../runtime/src/errors.js';
import { connect } from '../../../runtime/src/redis/broker.js';
import { type RedisServer, startRedis } from '../../support/redis-server.js';
import { jobContract, jobWorker, otherConsumer, publishJobs } from '../engine/harness.js';

/** The rules as operators copy them. */
function documentedRules(): string[] {
  const text = readFileSync(new URL('../../../docs/redis.md', import.meta.url), 'utf8');
  const [, rules = ''] = /```acl\n([\s\S]*?)```/.exec(text) ?? [];
  return rules.split(/\s+/).filter((rule) => rule !== '');
}

describe('a user that may do no more than docs/redis.md says', () => {
  let server: RedisServer;
  let admin: Redis;
  beforeAll(async () => {
    server = await startRedis();
    admin = new Redis(server.url);
    await admin.call('ACL', 'SETUSER', 'service', 'reset', 'on', '>p4ss', '~*', ...documentedRules());
  });
  afterAll(async () => {
    admin.disconnect();
    await server.stop();
  });

  it('can do everything that a service does', async () => {
    const broker = connect(`redis://service:p4ss@127.0.0.1:${server.port}`);
    const contract = jobContract({
      timeout: { lease: 200 },
      retry: { delay: 0, jitter: false, maxAttempts: 2 },
    });
    const abandoned = await otherConsumer(broker, contract, 'abandoned');
    await publishJobs(broker, contract, 3);
    await abandoned.read(1, 1_000);
    await abandoned.handBack([{ id: (await abandoned.stranded(new Set(), 1))[0]?.id ?? '', deliveries: 1 }]);
    const { worker, until } = jobWorker(broker, contract, async ({ n }) => {
      if (n === 1) throw new Error('to the dead letters');
      if (n === 2) await new Promise((resolve) => setTimeout(resolve, 300));
    });
    await worker.start();
    await until('acked', 2);
    await until('dead-lettered');
    expect(await abandoned.inspect()).toMatchObject({ pending: 0 });
    await worker.stop();
    await abandoned.close();
    await broker.close();
    const log = (await admin.call('ACL', 'LOG')) as unknown[][];
    // INFO is asked for by ioredis itself, which goes on without it.
    const refused = log
      .map((entry) => String(entry[entry.indexOf('object') + 1]))
      .filter((name) => name !== 'info');
    expect(refused).toEqual([]);
  });

  it('is told by a typed error what it may not do', async () => {
    await admin.call('ACL', 'SETUSER', 'nobody', 'reset', 'on', '>p4ss', '~*', '-@all', '+ping');
    const broker = connect(`redis://nobody:p4ss@127.0.0.1:${server.port}`);
    const error = (await broker
      .append('s', [Buffer.from('a'), Buffer.from('b')])
      .catch((e: unknown) => e)) as FsError;
    expect(error).toMatchObject({ code: 'FS_BROKER_AUTH' });
    expect(JSON.stringify({ ...error, message: error.message, stack: error.stack })).not.toContain('p4ss');
    await broker.close();
  });
});
