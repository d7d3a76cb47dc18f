/**
 * The in-process broker does what Redis does: random sequences of commands give the same results on both.
 * `MODEL_SEQUENCES` says how many. A failure prints the shortest sequence that shows it and a seed; with that in
 * `MODEL_SEED` it comes first the next time.
 */
import fc from 'fast-check';
import { afterAll, test } from 'vitest';
import { useRedis } from '../support/shared-redis.js';
import { sequence } from './commands.js';
import { Lane } from './model.js';
import { memorySubject, redisSubject } from './subjects.js';

const SEQUENCES = Number(process.env.MODEL_SEQUENCES ?? 10_000);
/** Where it is decided whether a change goes in, the same each time; see support/fast-check.ts. */
const SEED = Number(process.env.MODEL_SEED ?? fc.readConfigureGlobal().seed ?? Date.now() % 2 ** 31);
/** Sequences that are under way at once, to fill the round trips to Redis. */
const LANES = 20;

const redis = useRedis();
const closing: (() => Promise<void>)[] = [];

afterAll(async () => {
  for (const close of closing) await close();
});

test(
  'in-process broker and Redis agree',
  async () => {
    const [model, real] = [memorySubject(), redisSubject(redis.url)];
    closing.push(model.close, real.close);
    const lanes = Array.from({ length: LANES }, async (_, i) => {
      const lane = new Lane(model, real, `lane${i}`);
      await lane.open();
      await fc.assert(
        fc.asyncProperty(sequence, (commands) => lane.compare(commands)),
        { numRuns: Math.ceil(SEQUENCES / LANES), seed: SEED + i },
      );
    });
    const results = await Promise.allSettled(lanes);
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  },
  10 * 60_000,
);
