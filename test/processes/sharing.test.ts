import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../runtime/src/redis/broker.js';
import type { Broker } from '../../runtime/src/types.js';
import { jobContract, otherConsumer, publishJobs } from '../runtime/engine/harness.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { startService } from './processes.js';

let server: RedisServer;
let broker: Broker;
beforeAll(async () => {
  server = await startRedis();
  broker = connect(server.url);
});
afterAll(async () => {
  await broker.close();
  await server.stop();
});

/** Eight seconds of work for the one who stays: a busy machine may take its time between publishing and the signal. */
const JOBS = 2_000;
const PREFETCH = 20;
/** So long that the one who leaves has something running when its signal comes, however long that takes. */
const LEAVER_MS = 2_000;
/**
 * Far below the lease of 30 s, of which a heartbeat may have used up a third: whatever is handed on within this was handed
 * back, not inherited. No nearer to what it takes, for a busy machine takes many times as long.
 */
const AT_ONCE_MS = 15_000;

describe('two processes on one group', () => {
  it('share the work; SIGTERM under load loses nothing, and the other runs at once what had not started', async () => {
    const contract = jobContract();
    const environment = { REDIS_URL: server.url, STREAM: contract.stream, PREFETCH: String(PREFETCH) };
    const [leaver, stayer] = [
      startService({ ...environment, HANDLER_MS: String(LEAVER_MS) }),
      startService(environment),
    ];
    await Promise.all([leaver, stayer].map((service) => service.until(({ ready }) => ready === true)));
    await publishJobs(broker, contract, JOBS);
    await Promise.all([leaver, stayer].map((service) => service.until(({ done }) => done !== undefined)));

    const signalled = performance.now();
    expect(await leaver.end('SIGTERM')).toBe(0);
    const report = leaver.said.find((said) => said.report)?.report;
    expect(report?.drained).toBeGreaterThan(0);
    expect(report?.released).toBeGreaterThan(0);
    expect(report).toMatchObject({ aborted: 0, unacknowledged: 0 });

    const handledBy = (service: typeof leaver) => service.said.flatMap(({ done }) => done ?? []);
    const left = new Set(handledBy(leaver));
    const rest = Array.from({ length: JOBS }, (_, n) => n).filter((n) => !left.has(n));
    for (const n of rest) await stayer.until(({ done }) => done === n);

    // What the stayer reads itself it begins in order: what comes after later ones was the leaver's.
    const begun = stayer.said.flatMap(({ started: n, at }) => (n === undefined ? [] : [{ n, at }]));
    const reached = Math.max(...begun.filter(({ at }) => at < signalled).map(({ n }) => n));
    const inherited = begun.filter(({ n, at }) => n < reached && at > signalled);
    expect(inherited.length).toBeGreaterThan(0);
    for (const { at } of inherited) expect(at - signalled).toBeLessThan(AT_ONCE_MS);

    // Nothing was lost, and a clean stop repeats nothing either.
    const all = [...handledBy(leaver), ...handledBy(stayer)].sort((a, b) => a - b);
    expect(all).toEqual(Array.from({ length: JOBS }, (_, n) => n));
    expect(handledBy(leaver).length).toBeGreaterThan(0);
    expect(handledBy(stayer).length).toBeGreaterThan(0);

    expect(await stayer.end('SIGTERM')).toBe(0);
    const observer = await otherConsumer(broker, contract);
    expect(await observer.inspect()).toMatchObject({ pending: 0, consumers: expect.any(Number) });
    await observer.close();
  });

  it('cuts the grace short on a second signal, and gives back what still ran', async () => {
    const contract = jobContract();
    const service = startService({
      REDIS_URL: server.url,
      STREAM: contract.stream,
      MAX_WORKERS: '1',
      PREFETCH: '0',
      HANDLER_MS: '600000',
    });
    await service.until(({ ready }) => ready === true);
    await publishJobs(broker, contract, 1);
    await service.until(({ started }) => started === 0);
    service.child.kill('SIGTERM');
    const observer = await otherConsumer(broker, contract);
    service.child.kill('SIGINT');
    await service.until(({ report }) => report !== undefined);
    const report = service.said.find((said) => said.report)?.report;
    expect(report).toMatchObject({ aborted: 1, released: 1 });
    const { entries } = await observer.takeOver({ idleMs: 60_000, count: 1, cursor: '0-0' });
    expect(entries).toHaveLength(1);
    await observer.close();
    await service.end('SIGKILL');
  });

  it('says why it can not start, without a stack trace, and ends with 1', async () => {
    const service = startService({ REDIS_URL: 'redis://127.0.0.1:1', STREAM: 'none' });
    await service.until(({ report }) => report !== undefined);
    const code = await service.end('SIGCONT');
    expect(code).toBe(1);
    const line = JSON.parse(service.log().trim());
    expect(line).toMatchObject({ level: 'error', code: 'FS_BROKER_UNREACHABLE' });
    expect(line.msg).toContain('redis://127.0.0.1:1');
    expect(line.hint).toContain('REDIS_URL');
    expect(service.log()).not.toMatch(/^\s+at /m);
  });
});
