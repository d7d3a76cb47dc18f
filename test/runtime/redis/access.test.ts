import { readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FsError } from '../../../runtime/src/errors.js';
import { DeadLetters } from '../../../runtime/src/operate/dead-letters.js';
import { connect } from '../../../runtime/src/redis/broker.js';
import { type RedisServer, startRedis } from '../../support/redis-server.js';
import { jobContract, jobWorker, otherConsumer, publishJobs } from '../engine/harness.js';

/** The rules as operators copy them; the first line alone, or all. */
function documentedRules(block = 'acl', lines = Number.POSITIVE_INFINITY): string[] {
  const text = readFileSync(new URL('../../../docs/redis.md', import.meta.url), 'utf8');
  const [, rules = ''] = new RegExp(`\`\`\`${block}\\n([\\s\\S]*?)\`\`\``).exec(text) ?? [];
  const asked = rules.split('\n').slice(0, lines).join(' ').split(/\s+/);
  return asked.filter((rule) => rule !== '');
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
    expect(await refused()).toEqual([]);
  });

  it('can own a stream, take step by step, and coordinate', async () => {
    const broker = connect(`redis://service:p4ss@127.0.0.1:${server.port}`);
    const source = { stream: 'owned', group: 'g', startFrom: 'beginning' } as const;
    const [one, two] = [
      await broker.consume({ ...source, consumer: 'one' }),
      await broker.consume({ ...source, consumer: 'two' }),
    ];
    await broker.append('owned', [Buffer.from('v'), Buffer.from('a')]);
    await one.own(60_000);
    const [entry] = await one.take(5);
    expect(await one.awaitNew(10)).toBe(false);
    expect(await one.recordAttempt(entry?.id ?? '', 1)).toBe(true);
    await one.disown();
    await two.own(60_000);
    expect((await two.drain({ count: 5, cursor: '0-0', known: new Set() })).entries).toHaveLength(1);
    const coordination = broker.coordinate({ stream: 'owned', group: 'g', member: 'one' });
    await coordination.meet({ ttlMs: 1_000 });
    expect(await broker.spread('owned', 2)).toBe(2);
    expect(await broker.mayBegin('owned', 1, 'g')).toBe(false);
    await coordination.steer({ paused: true, limit: 3 });
    await coordination.steer({ paused: false, limit: null });
    const other = broker.coordinate({ stream: 'owned', group: 'g', member: 'two' });
    const request = { max: 5, per: 60_000, want: 3, used: 0, ago: 0, returned: 0 };
    await coordination.permits(request);
    await coordination.permits({ ...request, used: 1 });
    // In one piece of the window with the one before; in a narrower one; beyond the limit.
    await coordination.permits({ ...request, used: 1 });
    await other.permits({ ...request, per: 1_000, want: 9 });
    await coordination.leave();
    await broker.close();
    expect(await refused()).toEqual([]);
  });

  it('can look after dead letters with what is documented for that', async () => {
    const contract = jobContract({ retry: { maxAttempts: 1 } });
    const dead = `{${contract.stream}}.dead`;
    const service = connect(server.url);
    const { worker, until } = jobWorker(service, contract, () => {
      throw new Error('to the dead letters');
    });
    await publishJobs(service, contract, 2);
    await worker.start();
    await until('dead-lettered', 2);
    await worker.stop({ grace: 0 });
    await service.close();
    // From a stream whose dead letters lie in another slot.
    await admin.xadd(
      'all.dead',
      '*',
      'n',
      '1',
      'fs:stream',
      contract.stream,
      'fs:id',
      '1-1',
      'fs:group',
      'g',
    );
    await admin.call(
      'ACL',
      'SETUSER',
      'looker',
      'reset',
      'on',
      '>p4ss',
      '~*',
      ...documentedRules('acl operate', 1),
    );
    await admin.call(
      'ACL',
      'SETUSER',
      'operator',
      'reset',
      'on',
      '>p4ss',
      '~*',
      ...documentedRules('acl operate'),
    );

    const looker = new DeadLetters(`redis://looker:p4ss@127.0.0.1:${server.port}`);
    for await (const { letters } of looker.scan(dead)) {
      expect(letters).toHaveLength(2);
      for (const { id } of letters)
        expect(await looker.read(dead, id)).toMatchObject({ payload: { kind: 'value' } });
    }
    expect(await looker.count(dead)).toBe(2);
    looker.close();
    expect(await refused()).toEqual([]);

    const operator = new DeadLetters(`redis://operator:p4ss@127.0.0.1:${server.port}`);
    const done: unknown[] = [];
    for await (const { letters } of operator.scan(dead)) {
      for await (const batch of operator.replay(dead, letters.slice(1)))
        done.push(...batch.map((each) => each.result.kind));
      for await (const count of operator.discard(dead, letters.slice(0, 1))) done.push(count);
    }
    for await (const { letters } of operator.scan('all.dead')) {
      for await (const batch of operator.replay('all.dead', letters))
        done.push(...batch.map((each) => each.result.kind));
    }
    expect(done).toEqual(['replayed', 1, 'replayed']);
    operator.close();
    expect(await refused()).toEqual([]);
  });

  /** Commands that users were kept from. INFO is asked for by ioredis itself, which goes on without it. */
  async function refused(): Promise<string[]> {
    const log = (await admin.call('ACL', 'LOG')) as unknown[][];
    return log.map((entry) => String(entry[entry.indexOf('object') + 1])).filter((name) => name !== 'info');
  }

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
