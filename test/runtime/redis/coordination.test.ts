/** What a group knows of itself, as it lies in Redis: bounds, what goes by itself, what is lost or evicted. */
import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connect } from '../../../runtime/src/redis/broker.js';
import type { Broker, Coordination, PermitRequest } from '../../../runtime/src/types.js';
import { startProxy } from '../../support/proxy.js';
import { useRedis } from '../../support/shared-redis.js';

const GROUP = 'workers';
const HOUR = 3_600_000;
const ASK: PermitRequest = { max: 10, per: HOUR, want: 0, used: 0, ago: 0, returned: 0 };

/** Not that a script isn't known yet. */
const isResult = (reply: Buffer) => !reply.toString().startsWith('-');

describe('in Redis', () => {
  const redis = useRedis();
  let broker: Broker;
  let admin: Redis;
  let stream: string;
  beforeAll(() => {
    broker = connect(redis.url);
    admin = new Redis(redis.url);
  });
  afterAll(async () => {
    await admin.config('SET', 'maxmemory', '0');
    await broker.close();
    admin.disconnect();
  });
  beforeEach(async () => {
    await admin.config('SET', 'maxmemory', '0');
    stream = redis.key('jobs');
  });

  const member = (name: string, from = broker): Coordination =>
    from.coordinate({ stream, group: GROUP, member: name });
  const key = (name: string) => `{${stream}}:fs:${name}`;
  const free = async () => {
    const { granted } = await member('observer').permits({ ...ASK, want: 10 });
    return granted;
  };

  it('permits of a process that says nothing lapse ten seconds after its window, and not before', async () => {
    const silent = member('silent');
    await silent.permits({ ...ASK, want: 6 });
    const [[field = '', held = ''] = []] = await holders();
    const [count, until] = held.split(' ').map(Number);
    expect(count).toBe(6);
    const now = await time();
    expect(until).toBeGreaterThan(now + HOUR + 9_000);
    expect(until).toBeLessThanOrEqual(now + HOUR + 10_000);
    expect((await member('other').permits({ ...ASK, want: 1, max: 6 })).granted).toBe(0);
    await admin.hset(key(`permits:${GROUP}`), field, `6 ${now}`);
    expect(await free()).toBe(10);
    expect((await holders()).map(([name]) => name)).not.toContain(field);
  });

  it('what a lapsed process still says it has counts again, and what it has used', async () => {
    const late = member('late');
    await late.permits({ ...ASK, want: 6 });
    await admin.del(key(`permits:${GROUP}`));
    await late.permits({ ...ASK, used: 2 });
    expect(await free()).toBe(4);
  });

  it('a grant whose reply was lost ends with the next request', async () => {
    const proxy = await startProxy(redis.server.port);
    const behind = connect(`redis://127.0.0.1:${proxy.port}`);
    await behind.start();
    const one = member('one', behind);
    expect((await one.permits({ ...ASK, want: 2 })).granted).toBe(2);
    const dropped = proxy.dropReply(isResult);
    await expect(one.permits({ ...ASK, want: 5 })).rejects.toMatchObject({ code: 'FS_BROKER_UNREACHABLE' });
    await dropped;
    expect((await holders())[0]?.[1]).toMatch(/^7 /);
    expect((await one.permits({ ...ASK, want: 8 })).granted).toBe(8);
    await behind.close();
    await proxy.close();
  });

  it('starts are kept in a thousand pieces of the window at most', async () => {
    const one = member('one');
    const told = Array.from({ length: 3_000 }, (_, i) =>
      one.permits({ ...ASK, max: 10_000, used: 1, ago: i * 1_200 }),
    );
    await Promise.all(told);
    const kept = await admin.zcard(key(`starts:${GROUP}`));
    expect(kept).toBeGreaterThan(500);
    expect(kept).toBeLessThanOrEqual(1_001);
    const { granted } = await member('two').permits({ ...ASK, max: 10_000, want: 10_000 });
    // Those at the very edge may have left meanwhile.
    expect(granted).toBeGreaterThanOrEqual(7_000);
    expect(granted).toBeLessThanOrEqual(7_010);
  });

  it.each(['starts', 'permits'])('evicted, %s lock nobody out', async (name) => {
    const one = member('one');
    await one.permits({ ...ASK, want: 10 });
    await one.permits({ ...ASK, used: 10 });
    await admin.del(key(`${name}:${GROUP}`));
    expect(await free()).toBe(name === 'starts' ? 10 : 0);
  });

  it('goes by itself, but for what operators set and the number of shards', async () => {
    const consumer = await broker.consume({ stream, group: GROUP, consumer: 'c', startFrom: 'beginning' });
    await consumer.own(5_000);
    const one = member('one');
    await one.meet({ ttlMs: 60_000 });
    await one.steer({ paused: true });
    await one.permits({ ...ASK, per: 5_000, want: 2 });
    await one.permits({ ...ASK, per: 5_000, used: 1 });
    await member('two').meet({ ttlMs: 1_000 });
    const lives = async (name: string) => admin.pttl(key(name));
    await broker.spread(stream, 2);
    expect(await lives('spread')).toBe(-1);
    expect(await lives(`steer:${GROUP}`)).toBe(-1);
    // As long as the last member counts as there, whoever met last.
    expect(await lives(`members:${GROUP}`)).toBeGreaterThan(30_000);
    expect(await lives(`members:${GROUP}`)).toBeLessThanOrEqual(60_000);
    expect(await lives(`starts:${GROUP}`)).toBeLessThanOrEqual(20_000);
    expect(await lives(`permits:${GROUP}`)).toBeLessThanOrEqual(20_000);
    // The counter of tokens has to outlive the lease by far.
    expect(await lives(`owner:${GROUP}`)).toBeGreaterThan(24 * HOUR);
    await one.steer({ paused: false });
    expect(await lives(`steer:${GROUP}`)).toBe(-2);
    await consumer.close();
  });

  it('a token is higher than all before although its key has vanished', async () => {
    const consumer = await broker.consume({ stream, group: GROUP, consumer: 'c', startFrom: 'beginning' });
    const first = (await consumer.own(HOUR)) ?? 0;
    await admin.del(key(`owner:${GROUP}`));
    await expect(consumer.take(1)).rejects.toMatchObject({ code: 'FS_NOT_OWNER' });
    expect(await consumer.own(HOUR)).toBeGreaterThan(first);
    await consumer.close();
  });

  it('an owner whose word was not heard gives the stream up all the same', async () => {
    const proxy = await startProxy(redis.server.port);
    const behind = connect(`redis://127.0.0.1:${proxy.port}`);
    const source = { stream, group: GROUP, startFrom: 'beginning' } as const;
    const consumer = await behind.consume({ ...source, consumer: 'c' });
    const other = await broker.consume({ ...source, consumer: 'd' });
    const dropped = proxy.dropReply(isResult);
    await expect(consumer.own(HOUR)).rejects.toMatchObject({ code: 'FS_BROKER_UNREACHABLE' });
    await dropped;
    await expect(consumer.take(1)).rejects.toMatchObject({ code: 'FS_NOT_OWNER' });
    expect(await other.own(HOUR)).toBeUndefined();
    await consumer.disown();
    expect(await other.own(HOUR)).toBeGreaterThan(0);
    await behind.close();
    await proxy.close();
  });

  it('everything goes on when memory is full: that is how it gets free', async () => {
    const consumer = await broker.consume({ stream, group: GROUP, consumer: 'c', startFrom: 'beginning' });
    await broker.append(stream, [Buffer.from('v'), Buffer.from('a')]);
    await admin.config('SET', 'maxmemory', '1');
    await expect(broker.append(stream, [Buffer.from('v'), Buffer.from('b')])).rejects.toMatchObject({
      code: 'FS_BROKER_FULL',
    });
    expect(await consumer.own(HOUR)).toBeGreaterThan(0);
    const [entry] = await consumer.take(5);
    const id = entry?.id ?? '';
    expect(await consumer.awaitNew(1)).toBe(false);
    expect(await consumer.recordAttempt(id, 2)).toBe(true);
    const drained = await consumer.drain({ count: 5, cursor: '0-0', known: new Set() });
    expect(drained.entries).toMatchObject([{ id, deliveries: 2 }]);
    const one = member('one');
    expect(await one.meet({ ttlMs: HOUR })).toMatchObject({ members: ['one'] });
    expect(await one.steer({ limit: 3 })).toEqual({ paused: false, limit: 3 });
    expect((await one.permits({ ...ASK, want: 4 })).granted).toBe(4);
    await one.permits({ ...ASK, used: 4 });
    expect(await consumer.ack([id])).toBe(1);
    await one.leave();
    await consumer.disown();
    await consumer.close();
  });

  async function holders(): Promise<[string, string][]> {
    const known = await admin.hgetall(key(`permits:${GROUP}`));
    return Object.entries(known).filter(([name]) => name.startsWith('holder:'));
  }

  async function time(): Promise<number> {
    const [seconds, micros] = await admin.time();
    return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
  }
});
