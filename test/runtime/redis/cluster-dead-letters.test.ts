/** Dead letters on a Cluster whose stream lies in another slot than the entry's. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { DeadLetters } from '../../../runtime/src/operate/dead-letters.js';
import { consumerOf, FOR_EVER, fields, GROUP, useCluster, valuesOf } from './cluster-parts.js';

const use = useCluster({ replicas: 0 });

describe('dead letters in another slot', () => {
  async function failing() {
    const broker = use.broker();
    const { stream, owner } = await use.stream();
    const { consumer } = await consumerOf(broker, stream, 'first');
    const id = await broker.append(stream, fields('bad'));
    await consumer.read(1, FOR_EVER);
    const spread = await use.spread();
    const [dead] = spread.filter((each) => each.owner !== owner);
    if (dead === undefined) throw new Error('two masters');
    const about = Object.entries({ 'fs:stream': stream, 'fs:id': id, 'fs:group': GROUP }).flat();
    const copy = [...fields('bad'), ...about.map((text) => Buffer.from(text))];
    return { broker, stream, owner, consumer, id, dead, copy };
  }

  it('are written, and the entry is acknowledged', async () => {
    const { consumer, stream, owner, id, dead, copy } = await failing();
    expect(await consumer.deadLetter(id, { stream: dead.stream, keep: undefined }, copy)).toBe(true);
    expect(await dead.owner.admin.xlen(dead.stream)).toBe(1);
    expect((await owner.admin.xpending(stream, GROUP))[0]).toBe(0);
    expect(await consumer.deadLetter(id, { stream: dead.stream, keep: undefined }, copy)).toBe(false);
    expect(await dead.owner.admin.xlen(dead.stream)).toBe(1);
  });

  it('are written once when the process dies before it acknowledges', async () => {
    const { broker, consumer, stream, owner, id, dead, copy } = await failing();
    expect(await consumer.deadLetter(id, { stream: dead.stream, keep: undefined }, copy)).toBe(true);
    // As it was before the acknowledgement: read by the first, who has died.
    await owner.admin.xgroup('DESTROY', stream, GROUP);
    const { consumer: second } = await consumerOf(broker, stream, 'second');
    expect(valuesOf(await second.read(1, FOR_EVER))).toEqual(['bad']);
    expect(await second.deadLetter(id, { stream: dead.stream, keep: undefined }, copy)).toBe(true);
    expect(await dead.owner.admin.xlen(dead.stream)).toBe(1);
    expect((await owner.admin.xpending(stream, GROUP))[0]).toBe(0);
  });

  it('are not written by somebody whose entry has been taken over', async () => {
    const { broker, consumer, stream, id, dead, copy } = await failing();
    const { consumer: second } = await consumerOf(broker, stream, 'second');
    await second.takeOver({ idleMs: 0, cursor: '0-0', count: 10 });
    expect(await consumer.deadLetter(id, { stream: dead.stream, keep: undefined }, copy)).toBe(false);
    expect(await dead.owner.admin.exists(dead.stream)).toBe(0);
  });

  it('are listed, replayed and discarded', async () => {
    const { consumer, stream, owner, id, dead, copy } = await failing();
    await consumer.deadLetter(id, { stream: dead.stream, keep: undefined }, copy);
    const [node] = use.cluster().nodes;
    const operator = new DeadLetters(`redis+cluster://127.0.0.1:${node?.server.port}`);
    onTestFinished(() => operator.close());
    const scan = async () => {
      for await (const { letters } of operator.scan(dead.stream)) return letters;
      return [];
    };
    for await (const [moved] of operator.replay(dead.stream, await scan())) {
      expect(moved?.result.kind).toBe('replayed');
    }
    expect(await owner.admin.xlen(stream)).toBe(2);
    expect(await operator.count(dead.stream)).toBe(0);
    await dead.owner.admin.xadd(dead.stream, '*', ...copy.map((field) => Buffer.from(field)));
    for await (const gone of operator.discard(dead.stream, await scan())) expect(gone).toBe(1);
    expect(await operator.count(dead.stream)).toBe(0);
  });
});
