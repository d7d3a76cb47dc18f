import { setEnvironmentData } from 'node:worker_threads';
import type { EngineOptions } from '../../../runtime/src/engine/worker.js';
import { memory } from '../../../runtime/src/memory/broker.js';
import { inThreads, type ThreadOptions } from '../../../runtime/src/threads/index.js';
import type { Handler, Logger, LogLevel } from '../../../runtime/src/types.js';
import { jobContract, jobWorker } from '../engine/harness.js';
import type job from './handlers/job.js';

/** Threads load the sources, as the tests do. */
export const TYPESCRIPT: ThreadOptions = { threads: 2, execArgv: ['--import', 'tsx'] };

export function jobInThreads(options: ThreadOptions = {}) {
  return inThreads<typeof job>(new URL('./handlers/job.js', import.meta.url), { ...TYPESCRIPT, ...options });
}

/** Numbers that threads which start from now on see as well. */
export function sharedNumbers(): Int32Array {
  const numbers = new Int32Array(new SharedArrayBuffer(16));
  setEnvironmentData('shared', numbers);
  return numbers;
}

export interface Line {
  readonly level: LogLevel;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

export function recordingLogger(lines: Line[], bound: object = {}): Logger {
  const at = (level: LogLevel) => (first: object | string, message?: string) =>
    typeof first === 'string'
      ? lines.push({ level, fields: { ...bound }, message: first })
      : lines.push({ level, fields: { ...bound, ...first }, message: message ?? '' });
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => recordingLogger(lines, { ...bound, ...fields }),
  } as Logger;
}

/** A worker on a broker of its own whose handler runs in threads; ends both. */
export async function threadWorker(
  policy: Parameters<typeof jobContract>[0] = {},
  threadOptions: ThreadOptions = {},
  options: Partial<EngineOptions> = {},
) {
  const broker = memory();
  const contract = jobContract({ retry: { maxAttempts: 1 }, ...policy });
  const handler = jobInThreads(threadOptions);
  const lines: Line[] = [];
  const logger = recordingLogger(lines);
  const harness = jobWorker(broker, contract, handler as unknown as Handler<{ n: number }>, {
    logger,
    ...options,
  });
  await harness.worker.start();
  return {
    ...harness,
    handler,
    broker,
    contract,
    lines,
    async act(act: string, n = 1): Promise<void> {
      await publishActs(broker, contract, [{ n, act }]);
    },
    async [Symbol.asyncDispose]() {
      await harness.worker.stop({ grace: 0 });
      await handler[Symbol.asyncDispose]();
      await broker.close();
    },
  };
}

type Broker = ReturnType<typeof memory>;
type Contract = ReturnType<typeof jobContract>;

async function publishActs(broker: Broker, contract: Contract, jobs: readonly object[]): Promise<void> {
  const { Client } = await import('../../../runtime/src/engine/client.js');
  const client = new Client<{ jobs(job: object): Promise<unknown> }>(contract.contract, {
    broker,
    ownsBroker: false,
  });
  for (const job of jobs) await client.publish.jobs(job);
  await client.close();
}
