/** A group that is steered from outside, over both brokers. */
import { describe, expect, onTestFinished, test } from 'vitest';
import { memory } from '../../../runtime/src/memory/broker.js';
import { groupView, steer } from '../../../runtime/src/operate/steer.js';
import { connect } from '../../../runtime/src/redis/broker.js';
import type { Broker } from '../../../runtime/src/types.js';
import { eventually } from '../../support/eventually.js';
import { useRedis } from '../../support/shared-redis.js';
import { controlledHandler, GROUP, jobContract, jobWorker, publishJobs } from '../engine/harness.js';

const redis = useRedis();

/** Two processes of one group, and an operator with a connection of its own where there are connections. */
async function group(kind: 'redis' | 'memory', maxWorkers = 1) {
  const shared = memory();
  const open = (): Broker => {
    const broker = kind === 'redis' ? connect(redis.url) : shared;
    onTestFinished(() => broker.close());
    return broker;
  };
  const contract = jobContract({ concurrency: { maxWorkers } });
  const { handler, calls } = controlledHandler();
  const workers = [0, 1].map(() => jobWorker(open(), contract, handler));
  for (const { worker } of workers) await worker.start();
  onTestFinished(async () => {
    await Promise.all(workers.map(({ worker }) => worker.stop({ grace: 0 })));
  });
  return { contract, calls, workers, operator: open(), where: { stream: contract.stream, group: GROUP } };
}

describe.each(['redis', 'memory'] as const)('%s', (kind) => {
  test('pausing holds every process, also one that comes later, until the group is resumed', async () => {
    const { contract, workers, operator, where, calls } = await group(kind);
    expect(await steer(operator, where, { paused: true })).toEqual({ paused: true, limit: null });
    for (const { until } of workers) expect(await until('paused')).toMatchObject([{ by: 'group' }]);
    const late = jobWorker(operator, contract, () => {});
    await late.worker.start();
    onTestFinished(() => late.worker.stop({ grace: 0 }).then(() => {}));
    await late.until('paused');
    await publishJobs(operator, contract, 1);
    // Nobody of the group overrules it.
    for (const { worker } of workers) worker.resume();
    expect(workers.map(({ worker }) => worker.status()[0]?.paused)).toEqual([true, true]);
    expect(calls).toEqual([]);
    expect(late.of('acked')).toEqual([]);
    expect(await steer(operator, where, { paused: false })).toEqual({ paused: false, limit: null });
    for (const { until } of workers) expect(await until('resumed')).toMatchObject([{ by: 'group' }]);
    await eventually(async () => calls.length + late.of('acked').length === 1 || undefined, 'it is worked');
    for (const call of calls) call.succeed();
  });

  test("a limit holds in each process, a worker's own wins, and null is the contract's again", async () => {
    const { workers, operator, where } = await group(kind, 2);
    const [one, other] = workers;
    const limits = () => workers.map(({ worker }) => worker.status()[0]?.limit);
    expect(await steer(operator, where, { limit: 7 })).toEqual({ paused: false, limit: 7 });
    for (const { until } of workers) await until('limit-changed');
    expect(limits()).toEqual([7, 7]);
    one?.worker.setLimit('onJob', 3);
    expect(limits()).toEqual([3, 7]);
    await steer(operator, where, { limit: null });
    await other?.until('limit-changed', 2);
    expect(limits()).toEqual([3, 2]);
    one?.worker.setLimit('onJob', null);
    await eventually(async () => limits()[0] === 2 || undefined, 'nothing is left of either');
  });

  test('who looks sees the members and what holds, and is none of them', async () => {
    const { operator, where, contract } = await group(kind);
    const { members, ...rest } = await groupView(operator, where);
    expect(members).toHaveLength(2);
    expect(rest).toEqual({ shards: 1, steering: { paused: false, limit: null } });
    await operator.spread(contract.stream, 4);
    await steer(operator, where, { limit: 2 });
    expect(await groupView(operator, where)).toEqual({
      members,
      shards: 4,
      steering: { paused: false, limit: 2 },
    });
    expect((await groupView(operator, { ...where, group: 'nobody' })).members).toEqual([]);
  });

  test('refuses what can not be meant, and changes nothing', async () => {
    const { operator, where } = await group(kind);
    for (const change of [
      { limit: 0 },
      { limit: 1.5 },
      { limit: '3' },
      { limit: Number.NaN },
      { limit: -1 },
      { paused: 'no' },
      { paused: null },
      { pause: true },
    ]) {
      await expect(steer(operator, where, change as object), JSON.stringify(change)).rejects.toMatchObject({
        code: 'FS_POLICY_INVALID',
      });
    }
    for (const nowhere of [
      { stream: '', group: GROUP },
      { stream: where.stream, group: '' },
    ]) {
      await expect(steer(operator, nowhere, { paused: true })).rejects.toMatchObject({
        code: 'FS_POLICY_INVALID',
      });
    }
    expect(await steer(operator, where, {})).toEqual({ paused: false, limit: null });
  });
});

test('says so when Redis is not there, or the broker is closed', async () => {
  const away = connect('redis://127.0.0.1:1');
  onTestFinished(() => away.close());
  const where = { stream: 'jobs', group: GROUP };
  await expect(steer(away, where, { paused: true })).rejects.toMatchObject({ code: 'FS_BROKER_UNREACHABLE' });
  await expect(groupView(away, where)).rejects.toMatchObject({ code: 'FS_BROKER_UNREACHABLE' });
  for (const broker of [connect(redis.url), memory()]) {
    await broker.close();
    await expect(steer(broker, where, {})).rejects.toMatchObject({ code: 'FS_BROKER_CLOSED' });
  }
});
