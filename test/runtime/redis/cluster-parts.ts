/** What the tests on a Cluster have in common: one Cluster for a file, streams by the node that holds them. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, onTestFinished } from 'vitest';
import { FsError } from '../../../runtime/src/errors.js';
import { connect } from '../../../runtime/src/redis/broker.js';
import type { RedisTarget } from '../../../runtime/src/redis/connection.js';
import type { Broker, BrokerEvent, Consumer, Entry } from '../../../runtime/src/types.js';
import { type ClusterNode, type ClusterOptions, RedisCluster } from '../../support/redis-cluster.js';

export const GROUP = 'workers';
/** A wait that a test would not survive. */
export const FOR_EVER = 60_000;

export function useCluster(options: ClusterOptions = {}) {
  let running: RedisCluster | undefined;
  beforeAll(async () => {
    running = await RedisCluster.start(options);
  }, 90_000);
  afterAll(() => running?.stop());
  const cluster = () => {
    if (running === undefined) throw new Error('the Cluster runs only while tests do');
    return running;
  };
  beforeEach(() => cluster().whole(), 90_000);

  return {
    cluster,
    /** A broker for this test. */
    broker(target: Partial<RedisTarget> = {}): Broker {
      const broker = connect({ ...cluster().target, ...target });
      onTestFinished(() => broker.close());
      return broker;
    },
    /** A stream that no other test uses, and its master. */
    async stream(): Promise<{ stream: string; owner: ClusterNode }> {
      const stream = `s:${randomUUID()}`;
      return { stream, owner: await ownerOf(cluster(), stream) };
    },
    /** A stream for each master. */
    async spread(): Promise<readonly { stream: string; owner: ClusterNode }[]> {
      const found = new Map<ClusterNode, string>();
      while (found.size < (await cluster().masters()).length) {
        const stream = `s:${randomUUID()}`;
        found.set(await ownerOf(cluster(), stream), stream);
      }
      return [...found].map(([owner, stream]) => ({ owner, stream }));
    },
  };
}

async function ownerOf(cluster: RedisCluster, key: string): Promise<ClusterNode> {
  const owner = await cluster.owner(key);
  if (owner === undefined) throw new Error(`the nodes do not agree who holds ${key}`);
  return owner;
}

/** A consumer, and what it tells. */
export async function consumerOf(broker: Broker, stream: string, consumer = 'c') {
  const events: BrokerEvent[] = [];
  const onEvent = (event: BrokerEvent) => events.push(event);
  const opened = await broker.consume({ stream, group: GROUP, consumer, startFrom: 'beginning', onEvent });
  return { consumer: opened, events };
}

export function fields(value: string): Uint8Array[] {
  return [Buffer.from('v'), Buffer.from(value)];
}

export function valuesOf(entries: readonly Entry[]): readonly string[] {
  return entries.map((entry) => String(entry.fields?.[1]));
}

/** Reads on over failures, as the engine does, until so many entries have come; what was stranded counts. */
export async function readOn(consumer: Consumer, count: number) {
  const known = new Map<string, string>();
  const failures: string[] = [];
  const take = (entries: readonly Entry[]) => {
    for (const [i, { id }] of entries.entries()) known.set(id, valuesOf(entries)[i] ?? '');
  };
  let doubt = false;
  while (known.size < count) {
    try {
      if (doubt) take(await consumer.stranded(new Set(known.keys()), 100));
      doubt = false;
      if (known.size < count) take(await consumer.read(100, FOR_EVER));
    } catch (error) {
      doubt = true;
      failures.push(error instanceof FsError ? error.code : String(error));
      await sleep(20);
    }
  }
  return { values: [...known.values()], failures };
}
