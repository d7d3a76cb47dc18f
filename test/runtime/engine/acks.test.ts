import { expect, it } from 'vitest';
import { systemClock } from '../../../runtime/src/core/clock.js';
import { Acks } from '../../../runtime/src/engine/acks.js';

function makeAcks(send: (ids: readonly string[]) => Promise<unknown>) {
  const acked: string[] = [];
  const failures: number[] = [];
  const acks = new Acks({
    send,
    clock: systemClock,
    onAcked: (ids) => acked.push(...ids),
    onFailed: (_error, count) => {
      failures.push(count);
      return 1;
    },
  });
  return { acks, acked, failures };
}

it('sends what comes up in one turn together', async () => {
  const sent: (readonly string[])[] = [];
  const { acks, acked } = makeAcks(async (ids) => void sent.push(ids));
  for (const id of ['1-0', '2-0', '3-0']) acks.push(id);
  expect(await acks.stop(1_000)).toEqual([]);
  expect(sent).toEqual([['1-0', '2-0', '3-0']]);
  expect(acked).toEqual(['1-0', '2-0', '3-0']);
});

it('sends together what came up while the last was on its way', async () => {
  const sent: (readonly string[])[] = [];
  let release = () => {};
  const { acks } = makeAcks((ids) => {
    sent.push(ids);
    return new Promise<void>((resolve) => {
      release = resolve;
    });
  });
  acks.push('1-0');
  await new Promise((resolve) => setImmediate(resolve));
  for (const id of ['2-0', '3-0']) acks.push(id);
  expect(acks.size).toBe(3);
  release();
  await new Promise((resolve) => setImmediate(resolve));
  expect(sent).toEqual([['1-0'], ['2-0', '3-0']]);
  release();
  await acks.stop(1_000);
});

it('keeps what failed, in order, and sends it again', async () => {
  let tries = 0;
  const { acks, acked, failures } = makeAcks(async () => {
    tries += 1;
    if (tries < 3) throw new Error('away');
  });
  for (const id of ['1-0', '2-0']) acks.push(id);
  expect(await acks.stop(1_000)).toEqual([]);
  expect(acked).toEqual(['1-0', '2-0']);
  expect(failures).toEqual([1, 2]);
});

it('gives what could not be confirmed, and tries no more', async () => {
  let tries = 0;
  const { acks } = makeAcks(async () => {
    tries += 1;
    throw new Error('away');
  });
  acks.push('1-0');
  expect(await acks.stop(20)).toEqual(['1-0']);
  const before = tries;
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(tries).toBe(before);
});
