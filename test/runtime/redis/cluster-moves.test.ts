/** A Cluster that changes below the work: slots move, masters hand over, are killed and frozen. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { slotOf } from '../../../runtime/src/redis/keys.js';
import type { Broker } from '../../../runtime/src/types.js';
import { eventually } from '../../support/eventually.js';
import type { ClusterNode } from '../../support/redis-cluster.js';
import { consumerOf, FOR_EVER, fields, readOn, useCluster, valuesOf } from './cluster-parts.js';

const use = useCluster({ nodeTimeout: 1_000 });
const LONG = 120_000;

/** Sends batches of one, each until as many replicas have it, as publishers do. */
async function publish(broker: Broker, stream: string, values: readonly string[], replicas = 1) {
  for (const [sequence, value] of values.entries()) {
    const batch = { producer: 'p', sequence };
    const demands = replicas > 0 ? { confirm: { replicas, timeout: 500 } } : {};
    const send = () => broker.appendBatch(stream, [fields(value)], batch, demands).catch(() => undefined);
    await eventually(send, 'the batch is written', LONG);
  }
}

async function anotherMaster(than: ClusterNode): Promise<ClusterNode> {
  const node = (await use.cluster().masters()).find((master) => master !== than);
  if (node === undefined) throw new Error('there is one master');
  return node;
}

/** Until somebody waits there for entries. */
async function waited({ admin }: ClusterNode): Promise<void> {
  const isBlocked = async () => /flags=b .*cmd=xreadgroup/.test(String(await admin.call('CLIENT', 'LIST')));
  await eventually(async () => ((await isBlocked()) ? true : undefined), 'a read waits');
}

const numbers = (count: number) => Array.from({ length: count }, (_, i) => String(i));

describe('a slot that moves', () => {
  it('takes its group and a waiting read with it, without any doubt', async () => {
    const broker = use.broker();
    const { stream, owner } = await use.stream();
    const { consumer, events } = await consumerOf(broker, stream);
    const held = await broker.append(stream, fields('held'));
    await consumer.read(1, FOR_EVER);
    const reading = readOn(consumer, 1);
    await waited(owner);
    const to = await anotherMaster(owner);
    await use.cluster().moveSlot(slotOf(stream), to);
    await waited(to);
    await broker.append(stream, fields('new'));
    expect(await reading).toEqual({ values: ['new'], failures: [] });
    expect(await consumer.ack([held])).toBe(1);
    expect(events.map(({ kind }) => kind)).toEqual(['group-created']);
    expect(await to.admin.xlen(stream)).toBe(2);
  });

  it('is followed while it is between two nodes', async () => {
    const { stream, owner } = await use.stream();
    const slot = slotOf(stream);
    const to = await anotherMaster(owner);
    const early = use.broker();
    await early.append(stream, fields('1'));
    const { consumer } = await consumerOf(early, stream);
    await consumer.read(1, FOR_EVER);
    await to.admin.cluster('SETSLOT', slot, 'IMPORTING', owner.id);
    await owner.admin.cluster('SETSLOT', slot, 'MIGRATING', to.id);
    await early.append(stream, fields('2'));
    const keys = (await owner.admin.cluster('GETKEYSINSLOT', slot, 100)) as string[];
    await owner.admin.call('MIGRATE', '127.0.0.1', to.server.port, '', 0, 5_000, 'KEYS', ...keys);
    // All keys are there, and the owner sends on whoever asks for one, for one command at a time.
    for (const broker of [early, use.broker()]) await broker.append(stream, fields('3'));
    expect(valuesOf(await consumer.read(5, FOR_EVER))).toEqual(['2', '3', '3']);
    const waiting = consumer.read(1, FOR_EVER);
    await waited(to);
    const others = (await use.cluster().masters()).filter((node) => node !== owner && node !== to);
    for (const { admin } of [to, owner, ...others]) await admin.cluster('SETSLOT', slot, 'NODE', to.id);
    await early.append(stream, fields('4'));
    expect(valuesOf(await waiting)).toEqual(['4']);
    expect(await to.admin.xlen(stream)).toBe(5);
  });
});

describe('a master', () => {
  it('that hands over to its replica loses nothing, and no batch is written twice', async () => {
    const broker = use.broker();
    const { stream, owner } = await use.stream();
    const { consumer } = await consumerOf(broker, stream);
    const reading = readOn(consumer, 60);
    const publishing = publish(broker, stream, numbers(60));
    await eventually(async () => ((await owner.admin.xlen(stream)) > 9 ? true : undefined), 'they flow');
    await (await use.cluster().replicaOf(owner)).admin.cluster('FAILOVER');
    await publishing;
    expect((await reading).values).toEqual(numbers(60));
    const now = await use.cluster().succeeded(stream, owner);
    expect(await now.admin.xlen(stream)).toBe(60);
  }, 120_000);

  it('that is killed is replaced, and the others go on meanwhile', async () => {
    const broker = use.broker();
    const [victim, ...others] = await use.spread();
    if (victim === undefined) throw new Error('there is no master');
    const { consumer } = await consumerOf(broker, victim.stream);
    const reading = readOn(consumer, 40);
    const publishing = publish(broker, victim.stream, numbers(40));
    await eventually(
      async () => ((await victim.owner.admin.xlen(victim.stream)) > 9 ? true : undefined),
      'they flow',
    );
    await victim.owner.server.kill('SIGKILL');
    for (const { stream } of others) await publish(broker, stream, numbers(20));
    const now = await use.cluster().succeeded(victim.stream, victim.owner);
    // The new master has nobody who could confirm before the old one is back as its replica.
    await victim.owner.server.start();
    await publishing;
    expect((await reading).values).toEqual(numbers(40));
    expect(await now.admin.xlen(victim.stream)).toBe(40);
  }, 120_000);

  it('that stands still is left as soon as another has taken over', async () => {
    const broker = use.broker({ commandTimeout: 600_000 });
    const { stream, owner } = await use.stream();
    const { consumer } = await consumerOf(broker, stream);
    const reading = readOn(consumer, 20);
    await waited(owner);
    owner.server.pause();
    onTestFinished(() => owner.server.resume());
    await publish(broker, stream, numbers(20), 0);
    // Long before anybody would have given up on the connections as such.
    expect((await reading).values).toEqual(numbers(20));
  }, 120_000);
});
