/** A Cluster that stays as it is: where commands go, and what becomes of those that are not answered. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Redis } from 'ioredis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connect } from '../../../runtime/src/redis/broker.js';
import { toFsError } from '../../../runtime/src/redis/errors.js';
import { besides, slotOf } from '../../../runtime/src/redis/keys.js';
import { eventually } from '../../support/eventually.js';
import { startProxy } from '../../support/proxy.js';
import { startRedis } from '../../support/redis-server.js';
import { consumerOf, FOR_EVER, fields, useCluster, valuesOf } from './cluster-parts.js';

const use = useCluster();

/** Everything goes through proxies, by `natMap`; `of` is the one before a node. */
async function proxied() {
  const proxies = new Map<number, Awaited<ReturnType<typeof startProxy>>>();
  for (const { server } of use.cluster().nodes) proxies.set(server.port, await startProxy(server.port));
  onTestFinished(() => Promise.all([...proxies.values()].map((proxy) => proxy.close())).then(() => {}));
  const entries = [...proxies].map(([port, proxy]) => [
    `127.0.0.1:${port}`,
    { host: '127.0.0.1', port: proxy.port },
  ]);
  const nodes = [...proxies.values()].map(({ port }) => ({ host: '127.0.0.1', port }));
  const broker = use.broker({ cluster: { nodes, natMap: Object.fromEntries(entries) } });
  return { broker, of: (port: number) => proxies.get(port) };
}

describe('keys', () => {
  it('have the slot that Redis gives them', async () => {
    const [node] = use.cluster().nodes;
    const odd = ['', '{}', '{}a{b}', 'a{b', 'a{{b}}c', 'é{ü}', '{a}{b}', 'a}b{c}'];
    const random = Array.from({ length: 300 }, (_, i) => randomBytes(i % 40).toString('latin1'));
    for (const key of [...odd, ...random]) {
      expect(await node?.admin.cluster('KEYSLOT', key), JSON.stringify(key)).toBe(slotOf(key));
    }
  });

  it('of a stream lie in its slot', () => {
    for (const stream of ['a', '{a}b', 'chat.{room}']) {
      expect(slotOf(besides(stream, 'producer:{x}'))).toBe(slotOf(stream));
    }
  });

  /** Why every consumer has a blocking connection of its own. */
  it('of two streams in one blocking read are refused, even on one node', async () => {
    const [node] = await use.cluster().masters();
    const read = node?.admin.call('XREAD', 'BLOCK', 1, 'STREAMS', 'a', 'b', '$', '$');
    await expect(read).rejects.toThrow('CROSSSLOT');
  });
});

describe('a broker', () => {
  it('finds its way from any one node, replicas too', async () => {
    const spread = await use.spread();
    for (const { server } of use.cluster().nodes) {
      const broker = use.broker({ cluster: { nodes: [{ host: '127.0.0.1', port: server.port }] } });
      for (const { stream } of spread) await broker.append(stream, fields(String(server.port)));
      await broker.close();
    }
    for (const { stream, owner } of spread) {
      expect(await owner.admin.xlen(stream)).toBe(use.cluster().nodes.length);
    }
  });

  it('takes a URL of nodes', async () => {
    const ports = use.cluster().nodes.map(({ server }) => server.port);
    const broker = connect(`redis+cluster://127.0.0.1:${ports[4]},127.0.0.1:${ports[5]}`);
    onTestFinished(() => broker.close());
    expect(broker.location).toBe(`cluster://127.0.0.1:${ports[4]},127.0.0.1:${ports[5]}`);
    const { stream, owner } = await use.stream();
    await broker.append(stream, fields('1'));
    expect(await owner.admin.xlen(stream)).toBe(1);
  });

  it('says what is wrong: a server alone, nobody there, a node without the others', async () => {
    const alone = await startRedis();
    onTestFinished(() => alone.stop());
    const target = (port: number) => ({ cluster: { nodes: [{ host: '127.0.0.1', port }] } });
    await expect(use.broker(target(alone.port)).start()).rejects.toMatchObject({
      code: 'FS_BROKER_COMMAND',
      message: expect.stringContaining('cluster support disabled'),
    });
    await expect(use.broker(target(1)).start()).rejects.toMatchObject({ code: 'FS_BROKER_UNREACHABLE' });
    const { stream, owner } = await use.stream();
    const other = use.cluster().nodes.find((node) => node !== owner);
    const single = connect(other?.server.url);
    onTestFinished(() => single.close());
    await expect(single.append(stream, fields('1'))).rejects.toMatchObject({
      code: 'FS_BROKER_COMMAND',
      hint: expect.stringContaining('`cluster`'),
    });
  });

  it('ends waiting reads on every node at once', async () => {
    const broker = use.broker();
    const spread = await use.spread();
    const consumers = await Promise.all(
      spread.map(async ({ stream }) => (await consumerOf(broker, stream)).consumer),
    );
    const reads = consumers.map((consumer) => consumer.read(1, FOR_EVER));
    await eventually(async () => {
      const lists = (await use.cluster().masters()).map(({ admin }) => admin.call('CLIENT', 'LIST'));
      const blocked = String(await Promise.all(lists)).match(/cmd=xreadgroup/g) ?? [];
      return blocked.length >= consumers.length ? true : undefined;
    }, 'all wait');
    for (const { owner } of spread) await owner.admin.config('RESETSTAT');
    for (const [i, { owner }] of spread.entries()) {
      await consumers[i]?.interrupt();
      // Answered, and not cut off: that would reject.
      expect(await reads[i]).toEqual([]);
      // Only its own node was asked: on the others the number is somebody else's.
      const others = spread.slice(i + 1).map((each) => each.owner.admin.info('commandstats'));
      expect(String(await Promise.all(others))).not.toContain('unblock');
      expect(await owner.admin.info('commandstats')).toContain('unblock');
    }
  });
});

describe('what was sent and not answered', () => {
  it('is not sent again by itself', async () => {
    const { broker, of } = await proxied();
    const { stream, owner } = await use.stream();
    await broker.append(stream, fields('0'));
    const dropped = of(owner.server.port)?.dropReply((reply) => /^\$\d+\r\n\d+-\d+/.test(String(reply)));
    await expect(broker.append(stream, fields('1'))).rejects.toMatchObject({ code: 'FS_PUBLISH_UNCERTAIN' });
    await dropped;
    await broker.append(stream, fields('2'));
    const written = await owner.admin.xrange(stream, '-', '+');
    expect(written.map(([, [, value]]) => value)).toEqual(['0', '1', '2']);
  });

  it('is written once when the caller sends the same batch again', async () => {
    const { broker, of } = await proxied();
    const { stream, owner } = await use.stream();
    const send = (sequence: number) =>
      broker.appendBatch(stream, [fields(String(sequence))], { producer: 'p', sequence });
    await send(1);
    const dropped = of(owner.server.port)?.dropReply((reply) => /^\$\d+\r\n\d+-\d+/.test(String(reply)));
    await expect(send(2)).rejects.toMatchObject({ code: 'FS_PUBLISH_UNCERTAIN' });
    await dropped;
    await send(2);
    expect(await owner.admin.xlen(stream)).toBe(2);
  });

  it('leaves the entries of a read stranded, where they are found', async () => {
    const { broker, of } = await proxied();
    const { stream, owner } = await use.stream();
    const { consumer } = await consumerOf(broker, stream);
    const dropped = of(owner.server.port)?.dropReply((reply) => String(reply).includes('lost'));
    const read = consumer.read(10, FOR_EVER);
    await broker.append(stream, fields('lost'));
    await expect(read).rejects.toMatchObject({ code: 'FS_BROKER_UNREACHABLE' });
    await dropped;
    const [entry] = await consumer.stranded(new Set(), 10);
    expect(valuesOf(entry ? [entry] : [])).toEqual(['lost']);
    expect(await consumer.ack([entry?.id ?? ''])).toBe(1);
  });
});

describe('confirm', () => {
  it('asks the master that took the write, and its replicas alone', async () => {
    const broker = use.broker();
    const [one, two] = await use.spread();
    if (one === undefined || two === undefined) throw new Error('two masters');
    const publish = (stream: string, sequence: number, timeout: number) =>
      broker.appendBatch(
        stream,
        [fields('v')],
        { producer: 'p', sequence },
        { confirm: { replicas: 1, timeout } },
      );
    await Promise.all([publish(one.stream, 1, 10_000), publish(two.stream, 1, 10_000)]);
    const replica = await use.cluster().replicaOf(one.owner);
    replica.server.pause();
    onTestFinished(() => replica.server.resume());
    await expect(publish(one.stream, 2, 50)).rejects.toMatchObject({ code: 'FS_PUBLISH_UNCONFIRMED' });
    await publish(two.stream, 2, 10_000);
    replica.server.resume();
    await publish(one.stream, 2, 30_000);
    expect(await one.owner.admin.xlen(one.stream)).toBe(2);
  });
});

it('a master that is none any more is busy, and not to blame', async () => {
  const [master] = await use.cluster().masters();
  const replica = master && (await use.cluster().replicaOf(master));
  const waited = await replica?.admin.wait(1, 10).catch((error: unknown) => toFsError(error, 'there'));
  expect(waited).toMatchObject({ code: 'FS_BROKER_BUSY' });
});

it('a service needs no more than docs/redis.md says', async () => {
  const text = readFileSync(new URL('../../../docs/redis.md', import.meta.url), 'utf8');
  const blocks = [...text.matchAll(/```acl(?: cluster)?\n([\s\S]*?)```/g)].map(([, rules = '']) => rules);
  const rules = blocks.join(' ').split(/\s+/).filter(Boolean);
  expect(rules).toContain('+asking');
  for (const { admin } of use.cluster().nodes) {
    await admin.call('ACL', 'SETUSER', 'service', 'reset', 'on', '>p4ss', '~*', ...rules);
    await admin.call('ACL', 'LOG', 'RESET');
  }
  const [one, two] = await use.spread();
  if (one === undefined || two === undefined) throw new Error('two masters');
  const broker = use.broker({ options: { username: 'service', password: 'p4ss' } });
  const { consumer } = await consumerOf(broker, one.stream);
  const batch = { producer: 'p', sequence: 1 };
  const [id = ''] = await broker.appendBatch(one.stream, [fields('1')], batch);
  await consumer.read(1, FOR_EVER);
  await consumer.deadLetter(id, { stream: two.stream, keep: 1_000 }, fields('1'));
  const waiting = consumer.read(1, FOR_EVER);
  await consumer.interrupt();
  expect(await waiting).toEqual([]);
  await broker.close();
  const logs = use.cluster().nodes.map(({ admin }) => admin.call('ACL', 'LOG'));
  expect(await Promise.all(logs)).toEqual(logs.map(() => []));
});

it('passwords and users of a URL are those of every node', async () => {
  const { cluster } = use;
  for (const { admin } of cluster().nodes) {
    await admin.call('ACL', 'SETUSER', 'app', 'on', '>p@ss', '~*', '+@all');
  }
  const { stream, owner } = await use.stream();
  const { port } = cluster().nodes[3]?.server ?? { port: 0 };
  const broker = connect(`redis+cluster://app:p%40ss@127.0.0.1:${port}`);
  onTestFinished(() => broker.close());
  await broker.append(stream, fields('1'));
  const who = new Redis(owner.server.url);
  onTestFinished(() => who.disconnect());
  expect(await who.call('CLIENT', 'LIST')).toContain('user=app');
  const wrong = connect(`redis+cluster://app:wrong@127.0.0.1:${port}`);
  onTestFinished(() => wrong.close());
  await expect(wrong.start()).rejects.toMatchObject({ code: 'FS_BROKER_AUTH' });
});
