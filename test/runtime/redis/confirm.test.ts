/** `confirm`: published means that replicas have it. */
import { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Client } from '../../../runtime/src/engine/client.js';
import { connect } from '../../../runtime/src/redis/broker.js';
import type { Broker, Confirmation } from '../../../runtime/src/types.js';
import { eventually } from '../../support/eventually.js';
import { type RedisServer, startRedis } from '../../support/redis-server.js';
import { jobContract } from '../engine/harness.js';

interface Publishers {
  readonly jobs: (job: { n: number }) => Promise<{ entryId: string }>;
}

describe('confirm', () => {
  let master: RedisServer;
  let replica: RedisServer;
  let broker: Broker;
  let admin: Redis;
  beforeEach(async () => {
    master = await startRedis({ args: ['--repl-diskless-sync-delay', '0', '--appendonly', 'yes'] });
    const follow = ['--replicaof', '127.0.0.1', String(master.port), '--appendonly', 'yes'];
    replica = await startRedis({ args: follow });
    admin = new Redis(master.url);
    broker = connect(master.url);
    await eventually(
      async () => (/state=online/.test(await admin.info('replication')) ? true : undefined),
      'the replica follows',
    );
  });
  afterEach(async () => {
    await broker.close();
    admin.disconnect();
    await replica.stop();
    await master.stop();
  });

  function publisher(confirm: Confirmation, timeout = 10_000) {
    const contract = jobContract();
    const options = { broker, ownsBroker: false, timeout, confirm };
    const client = new Client<Publishers>(contract.contract, options);
    return { publish: client.publish.jobs, stream: contract.stream };
  }

  it('resolves when the replicas have the message', async () => {
    const { publish } = publisher({ replicas: 1 });
    await Promise.all([1, 2, 3].map((n) => publish({ n })));
  });

  it('rejects when they do not get it in time; it is written all the same', async () => {
    const { publish, stream } = publisher({ replicas: 1, timeout: 50 }, 200);
    // Opens the connection; the replica may still be busy with its first copy.
    await publish({ n: 0 }).catch(() => undefined);
    replica.pause();
    await expect(publish({ n: 1 })).rejects.toMatchObject({
      code: 'FS_PUBLISH_UNCONFIRMED',
      message: expect.stringContaining('0 of 1 replicas'),
    });
    expect(await admin.xlen(stream)).toBe(2);
    replica.resume();
  });

  it('goes on asking until they have it, and writes it once', async () => {
    const { publish, stream } = publisher({ replicas: 1, timeout: 20 });
    await publish({ n: 0 });
    replica.pause();
    const published = publish({ n: 1 });
    await eventually(async () => ((await admin.xlen(stream)) === 2 ? true : undefined), 'it is written');
    replica.resume();
    await published;
    expect(await admin.xlen(stream)).toBe(2);
  });

  it('asks for the disk where the server can tell, and says before it writes where it can not', async () => {
    const { publish, stream } = publisher({ replicas: 1, onDisk: true }, 5_000);
    const [waitAof] = (await admin.call('COMMAND', 'INFO', 'waitaof')) as unknown[];
    if (waitAof !== null) {
      await publish({ n: 1 });
      return;
    }
    await expect(publish({ n: 1 })).rejects.toMatchObject({ code: 'FS_CONFIRM_UNSUPPORTED' });
    expect(await admin.exists(stream)).toBe(0);
  });
});
