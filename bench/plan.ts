import { setTimeout as sleep } from 'node:timers/promises';
import { silentLogger, type Worker } from '@fs-gen/runtime';
import { openClient, openWorker } from '@fs-gen/runtime/codegen/v1';
import type { SimulationResult } from '@fs-gen/runtime/plan';
import { Redis } from 'ioredis';
import { z } from 'zod';
import { distributionOf, Level } from '../runtime/src/plan/level.js';
import { type Load, loadOf } from '../runtime/src/plan/load.js';
import { type Setup, setupOf } from '../runtime/src/plan/options.js';
import { simulateSetup } from '../runtime/src/plan/simulate.js';
import { startRedis } from '../test/support/redis-server.js';

/** No figure may be further from the plan than this. */
const TOLERANCE = 0.1;
/** Between two looks at what is held, ms. */
const LOOK = 20;

/** Near 90 % busy: most messages wait, and far longer than timers are out on a busy machine. */
const LOAD = { perSecond: 14, handler: 250, workers: 4, seed: 7 } as const;

type Figures = Readonly<Record<'throughput' | 'p50' | 'p95' | 'held', number>>;

/** A run on a real Redis, and what came and what handlers took in it. */
interface Run {
  readonly figures: Figures;
  readonly load: Load;
  readonly roundTrip: number;
}

/**
 * What `fs-gen plan` says, and what happens: the same messages at the same times, with handlers that take the same, once
 * on a real Redis and once in a simulation, in one process and in two. A machine that has something else to do makes
 * handlers slower than they were asked to be, and then waits are much longer; so the second plan takes what the run has
 * measured. That one has to agree.
 */
export async function plan(seconds: number): Promise<boolean> {
  console.log(
    `${LOAD.perSecond} messages/s for ${seconds} s, handlers of ${LOAD.handler} ms on average (exponential), ` +
      `${LOAD.workers} workers in all; waiting times in ms\n`,
  );
  console.log(
    '| workers | figure | real | plan of the numbers | real / plan | plan of the measured | real / plan |',
  );
  console.log('| --- | --- | --- | --- | --- | --- | --- |');
  let agrees = true;
  for (const processes of [1, 2]) {
    const maxWorkers = LOAD.workers / processes;
    const setup = setupOf({
      operation: 'onJob',
      policy: { concurrency: { maxWorkers } },
      arrivals: { kind: 'poisson', perSecond: LOAD.perSecond },
      time: { kind: 'exponential', mean: LOAD.handler },
      processes,
      duration: seconds * 1_000,
      seed: LOAD.seed,
    });
    const { figures: real, load, roundTrip } = await run(setup, maxWorkers);
    const planned = figuresOf(await simulateSetup(setup));
    const measured = figuresOf(await simulateSetup({ ...setup, roundTrip }, load));
    for (const name of ['throughput', 'p50', 'p95', 'held'] as const) {
      const ratios = [planned, measured].map((figures) => real[name] / figures[name]);
      agrees &&= Math.abs((ratios[1] ?? 0) - 1) <= TOLERANCE;
      const [first, second] = ratios.map((ratio) => ratio.toFixed(3));
      const values = [real, planned, measured].map((figures) => figures[name].toFixed(1));
      const cells = [`${processes} × ${maxWorkers}`, name, values[0], values[1], first, values[2], second];
      console.log(`| ${cells.join(' | ')} |`);
    }
    const late = meanOf(load.arrivals.map((_, n) => load.call(n, 1).ms - loadOf(setup).call(n, 1).ms));
    console.log(`| | | handlers ${late.toFixed(1)} ms late | | | round trip ${roundTrip.toFixed(2)} | |`);
  }
  return agrees;
}

function figuresOf({ throughput, waiting, held }: SimulationResult): Figures {
  return { throughput, p50: waiting.p50, p95: waiting.p95, held: held.mean };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The same on a real Redis. */
async function run(setup: Setup, maxWorkers: number): Promise<Run> {
  await using server = await startRedis();
  const load = loadOf(setup);
  const contract = contractOf(maxWorkers);
  const client = openClient<{ readonly jobs: (job: object, options: object) => Promise<unknown> }>(contract, {
    redis: server.url,
  });
  await client.start();
  const pinger = new Redis(server.url);
  let begun = performance.now();
  const elapsed = () => performance.now() - begun;
  const publishedAt: number[] = [];
  const waits: number[] = [];
  const took: number[] = [];
  const pings: number[] = [];
  let handled = 0;
  const handlers = {
    async onJob(_job: unknown, { id }: { readonly id: string }) {
      const n = Number(id);
      const now = elapsed();
      waits[n] = now - (publishedAt[n] ?? now);
      await exactly(load.call(n, 1).ms);
      took[n] = elapsed() - now;
    },
  };
  const workers = Array.from({ length: setup.processes }, () =>
    openWorker(contract, { redis: server.url, logger: silentLogger, handlers }),
  );
  for (const worker of workers) {
    worker.on('acked', () => {
      if (elapsed() >= setup.warmUp && elapsed() <= setup.duration) handled += 1;
    });
    await worker.start();
  }
  begun = performance.now();
  const held = new Level(setup.warmUp, setup.duration);
  const looking = setInterval(() => {
    held.set(heldBy(workers), elapsed());
    const sentAt = elapsed();
    void pinger.ping().then(() => pings.push(elapsed() - sentAt));
  }, LOOK);
  await publishAll(load, elapsed, async (n) => {
    publishedAt[n] = elapsed();
    await client.publish.jobs({ n }, { messageId: String(n) });
  });
  while (took.filter((ms) => ms !== undefined).length < load.arrivals.length) await sleep(LOOK);
  clearInterval(looking);
  await Promise.all(workers.map((worker) => worker.stop()));
  await client.close();
  await pinger.quit();
  const { p50, p95 } = distributionOf(waits.filter((_, n) => (publishedAt[n] ?? 0) >= setup.warmUp));
  const throughput = handled / ((setup.duration - setup.warmUp) / 1_000);
  const figures = { throughput, p50, p95, held: held.end().mean };
  const call = (n: number) => ({ ms: took[n] ?? 0, fails: false });
  return { figures, load: { ...load, arrivals: publishedAt, call }, roundTrip: meanOf(pings) };
}

async function publishAll(
  { arrivals }: Load,
  elapsed: () => number,
  publish: (n: number) => Promise<unknown>,
): Promise<void> {
  const published: Promise<unknown>[] = [];
  for (const [n, at] of arrivals.entries()) {
    await exactly(at - elapsed());
    published.push(publish(n));
  }
  await Promise.all(published);
}

/** A timer takes a millisecond or more too long, which adds up where workers are nearly always busy. */
async function exactly(ms: number): Promise<void> {
  const end = performance.now() + ms;
  if (ms > 2) await sleep(Math.floor(ms - 2));
  while (performance.now() < end) await new Promise<void>((resolve) => setImmediate(resolve));
}

function heldBy(workers: readonly Worker[]): number {
  return workers.reduce((sum, worker) => sum + worker.status().reduce((own, { held }) => own + held, 0), 0);
}

function contractOf(maxWorkers: number) {
  const jobs = {
    name: 'jobs',
    address: 'planned',
    transport: 'stream',
    parameters: [],
    messages: { job: { name: 'job', contentType: 'application/json', payload: z.unknown() } },
    policy: {},
  } as const;
  const policy = { concurrency: { maxWorkers } };
  const onJob = { name: 'onJob', channel: jobs, messages: ['job'], publishes: [], policy };
  return { service: 'bench', channels: { jobs }, operations: { onJob } };
}
