import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_PREFETCH } from '../../runtime/src/core/prefetch.js';
import { memory } from '../../runtime/src/memory/broker.js';
import { connect } from '../../runtime/src/redis/broker.js';
import type { Broker } from '../../runtime/src/types.js';
import { jobContract, jobWorker, otherConsumer, publishJobs } from '../runtime/engine/harness.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());

/** What one handler call does: how many turns of the event loop it takes, and whether it fails. */
const behaviour = fc.record({ turns: fc.nat(6), milliseconds: fc.nat(3), fails: fc.boolean() });

const load = fc.record({
  maxWorkers: fc.integer({ min: 1, max: 8 }),
  prefetch: fc.oneof(fc.constant('auto' as const), fc.integer({ min: 0, max: 12 })),
  before: fc.nat(30),
  during: fc.nat(30),
  behaviours: fc.array(behaviour, { minLength: 1, maxLength: 20 }),
});

describe.each(['redis', 'memory'] as const)('a worker on %s', (kind) => {
  let broker: Broker;
  beforeAll(() => {
    broker = kind === 'redis' ? connect(server.url) : memory();
  });
  afterAll(() => broker.close());

  it('never runs more than maxWorkers, never holds more than limit + prefetch, and handles everything', async () => {
    await fc.assert(
      fc.asyncProperty(load, async ({ maxWorkers, prefetch, before, during, behaviours }) => {
        const retry = { delay: 0, jitter: false, maxAttempts: 3 };
        const contract = jobContract({ concurrency: { maxWorkers, prefetch }, retry });
        const observer = await otherConsumer(broker, contract);
        const done: number[] = [];
        let running = 0;
        let most = 0;
        const { worker, until } = jobWorker(broker, contract, async ({ n }, { attempt }) => {
          running += 1;
          most = Math.max(most, running);
          const behave = behaviours[(n + attempt) % behaviours.length];
          for (let turn = 0; turn < (behave?.turns ?? 0); turn++) await new Promise((go) => setImmediate(go));
          if (behave?.milliseconds) await new Promise((go) => setTimeout(go, behave.milliseconds));
          running -= 1;
          if (behave?.fails && attempt < 3) throw new Error('once more');
          done.push(n);
        });
        let overheld = 0;
        const bound = maxWorkers + (prefetch === 'auto' ? MAX_PREFETCH : prefetch);
        worker.on(['handler-started', 'received', 'acked'], () => {
          overheld = Math.max(overheld, (worker.status()[0]?.held ?? 0) - bound);
        });
        // Redis's own view: each retry that waits is pending too, but keeps neither worker nor room.
        let pending = 0;
        const looks: Promise<void>[] = [];
        worker.on('received', () => {
          const look = observer.inspect().then((group) => {
            pending = Math.max(pending, group.pending);
          });
          looks.push(look);
        });
        await publishJobs(broker, contract, before);
        await worker.start();
        await publishJobs(broker, contract, during, before);
        await until('acked', before + during);
        await worker.stop();
        await Promise.all(looks);
        await observer.close();
        expect(most).toBeLessThanOrEqual(maxWorkers);
        expect(overheld).toBe(0);
        if (!behaviours.some(({ fails }) => fails)) expect(pending).toBeLessThanOrEqual(bound);
        expect(done.sort((a, b) => a - b)).toEqual(Array.from({ length: before + during }, (_, i) => i));
      }),
      { numRuns: 60 },
    );
  });
});
