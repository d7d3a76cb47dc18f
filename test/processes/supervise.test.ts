import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { supervise } from '../../runtime/src/processes/index.js';
import { connect } from '../../runtime/src/redis/broker.js';
import { jobContract, publishJobs } from '../runtime/engine/harness.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { type Said, startSupervised } from './supervise-harness.js';

const AT_ONCE = { restart: { delay: 0 } };

const began = ({ args }: Said) => args !== undefined;
const signalled = ({ signals }: Said) => signals !== undefined;
const numbers = (said: readonly Said[]) => said.map(({ number }) => number).sort();

/** Both processes of a service have begun; gives what they said. */
async function bothOf(service: ReturnType<typeof startSupervised>): Promise<readonly Said[]> {
  return service.until(2, began);
}

describe('supervise', () => {
  it('runs the same script in each process, which learns which one it is', async () => {
    const service = startSupervised({});
    const said = await bothOf(service);
    expect(numbers(said)).toEqual([1, 2]);
    expect(new Set(said.map(({ pid }) => pid)).size).toBe(2);
    // Nothing is inherited that would make a child's own children take themselves for supervised ones.
    for (const { args, environment } of said)
      expect({ args, environment }).toEqual({ args: ['an argument'], environment: null });
    service.child.kill('SIGTERM');
    expect(await service.ended).toBe(0);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('on %s has all of them drain, and waits', async (signal) => {
    const service = startSupervised({ ACT: 'patient' });
    await bothOf(service);
    service.child.kill(signal);
    expect(await service.ended).toBe(0);
    expect(service.said.filter(signalled).map(({ signals }) => signals)).toEqual([1, 1]);
    expect(service.said.at(-1)).toMatchObject({ kind: 'ended', code: 0 });
  });

  it('does not hurry them when the whole group was signalled', async () => {
    const service = startSupervised({ ACT: 'patient' });
    await bothOf(service);
    process.kill(-(service.child.pid ?? 0), 'SIGINT');
    expect(await service.ended).toBe(0);
    expect(service.said.filter(signalled).map(({ signals }) => signals)).toEqual([1, 1]);
  });

  it('hurries them on a second signal', async () => {
    const service = startSupervised({ ACT: 'twice' });
    await bothOf(service);
    service.child.kill('SIGTERM');
    await service.until(2, signalled);
    service.child.kill('SIGTERM');
    expect(await service.ended).toBe(0);
    expect(service.said.filter(({ signals }) => signals === 2)).toHaveLength(2);
  });

  it('kills those that outlive the grace, and says so with its exit code', async () => {
    const service = startSupervised({ ACT: 'stubborn' }, { grace: 0 });
    await bothOf(service);
    service.child.kill('SIGTERM');
    expect(await service.ended).toBe(1);
    expect(service.log()).toContain('was ended by SIGKILL instead of ending well');
  });

  it('exits with 1 if one of them fails while it drains', async () => {
    const service = startSupervised({ ACT: 'fail-late' });
    await bothOf(service);
    service.child.kill('SIGTERM');
    expect(await service.ended).toBe(1);
  });

  it('starts one again that has crashed, time after time, and leaves the other alone', async () => {
    const service = startSupervised({}, { ...AT_ONCE, healthy: 0 });
    const [first, other] = await bothOf(service);
    let victim = first;
    for (let crashes = 1; crashes <= 3; crashes += 1) {
      process.kill(victim?.pid ?? 0, 'SIGKILL');
      const lives = await service.until(crashes + 1, (said) => began(said) && said.number === first?.number);
      victim = lives.at(-1);
    }
    expect(service.said.filter((said) => began(said) && said.number === other?.number)).toHaveLength(1);
    expect(service.log()).toContain('was ended by SIGKILL, and is started again');
    service.child.kill('SIGTERM');
    expect(await service.ended).toBe(0);
  });

  it('ends all, with its code, when one cannot start', async () => {
    const service = startSupervised({ ACT: 'fail' }, { processes: 1, restart: { delay: 1, tries: 3 } });
    expect(await service.ended).toBe(7);
    expect(service.said.filter(began)).toHaveLength(3);
    expect(service.log()).toMatch(/process 1 can't start: it exited with code 7, 3 times in a row/);
  });

  it('waits twice as long after each crash, and not longer than it is told', async () => {
    const restart = { delay: 2, maxDelay: 5, tries: 5 };
    const service = startSupervised({ ACT: 'fail' }, { processes: 1, restart });
    expect(await service.ended).toBe(7);
    const waits = [...service.log().matchAll(/"restartIn":(\d+)/g)].map(([, ms]) => Number(ms));
    expect(waits).toEqual([2, 4, 5, 5]);
  });

  it('ends when all have ended by themselves, and starts none again', async () => {
    const service = startSupervised({ ACT: 'finish' });
    expect(await service.ended).toBe(0);
    expect(service.said.filter(began)).toHaveLength(2);
  });

  it('takes its processes along when it is killed', async () => {
    const service = startSupervised({});
    await bothOf(service);
    service.child.kill('SIGKILL');
    await service.ended;
    expect(numbers(service.said.filter(signalled))).toEqual([1, 2]);
  });

  it.each([{ processes: 0 }, { grace: -1 }, { restart: { tries: 0.5 } }])('refuses %j', async (options) => {
    await expect(supervise(options)).rejects.toMatchObject({ code: 'FS_POLICY_INVALID' });
  });
});

describe('workers under supervision', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  it('share the work, and drain on SIGTERM: nothing is lost', async () => {
    const JOBS = 500;
    const broker = connect(server.url);
    const contract = jobContract();
    const environment = { REDIS_URL: server.url, STREAM: contract.stream };
    const service = startSupervised({ ...environment, SCRIPT: 'job-service.ts' }, AT_ONCE);
    await service.until(2, ({ ready }) => ready === true);
    await publishJobs(broker, contract, JOBS);
    await service.until(JOBS, ({ done }) => done !== undefined);
    service.child.kill('SIGTERM');
    expect(await service.ended).toBe(0);
    const reports = service.said.flatMap(({ report }) => report ?? []);
    expect(reports).toHaveLength(2);
    for (const report of reports) expect(report).toMatchObject({ aborted: 0, unacknowledged: 0 });
    expect(new Set(service.said.map(({ done }) => done)).size).toBe(JOBS + 1);
    await broker.close();
  });
});
