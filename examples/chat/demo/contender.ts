import { type Broker, silentLogger } from '@fs-gen/runtime';
import { createWorker } from '../generated/index.js';
import { createHandlers } from '../handlers/index.js';
import { simulatedModel } from '../model.js';
import { createSession } from '../session.js';

/** How far one contender has come. */
export interface Progress {
  readonly name: string;
  readonly workers: number;
  readonly busy: number;
  readonly waiting: number;
  readonly done: number;
  readonly total: number;
  /** Milliseconds since the first query started; stands still once all are done. */
  readonly elapsed: number;
}

export interface Contender {
  progress(): Progress;
  /** The most handlers that ever ran at once. */
  mostBusy(): number;
  /** Sequence numbers of the control commands, as they were applied. */
  applied(): readonly number[];
  start(): Promise<void>;
  /** Resolves when every query and every command has been acknowledged. */
  finished: Promise<void>;
  stop(): Promise<void>;
}

/**
 * The chat service with a consumer group of its own, so that each contender gets every query. Only the number of
 * workers differs: one is what a stream handled message by message gives, five is what the contract says.
 */
export function enter(
  name: string,
  broker: Broker,
  work: { queries: number; commands: number },
  workers?: number,
): Contender {
  const session = createSession();
  // Its own group, from now on: on a shared Redis what was there before is left alone.
  const group = {
    stream: { group: `demo-${process.pid}-${name.replace(' ', '-')}`, startFrom: 'now' },
  } as const;
  const worker = createWorker({
    broker,
    logger: silentLogger,
    handlers: createHandlers(simulatedModel(), session),
    policy: {
      answerQuery: workers === undefined ? group : { ...group, concurrency: { maxWorkers: workers } },
      applyCommand: group,
    },
  });
  let busy = 0;
  let mostBusy = 0;
  let done = 0;
  let commands = 0;
  let startedAt: number | undefined;
  let endedAt: number | undefined;
  const finished = new Promise<void>((resolve) => {
    worker.on('acked', ({ operation }) => {
      if (operation === 'answerQuery') done += 1;
      else commands += 1;
      if (done === work.queries) endedAt ??= performance.now();
      if (done === work.queries && commands === work.commands) resolve();
    });
  });
  worker.on('handler-started', ({ operation }) => {
    if (operation !== 'answerQuery') return;
    startedAt ??= performance.now();
    busy += 1;
    mostBusy = Math.max(mostBusy, busy);
  });
  worker.on(['handler-succeeded', 'handler-failed'], ({ operation }) => {
    if (operation === 'answerQuery') busy -= 1;
  });
  return {
    finished,
    start: () => worker.start(),
    stop: async () => void (await worker.stop()),
    mostBusy: () => mostBusy,
    applied: () => session.applied,
    progress: () => ({
      name,
      workers: workers ?? limitOf(),
      busy,
      done,
      total: work.queries,
      waiting: work.queries - done - busy,
      elapsed: startedAt === undefined ? 0 : (endedAt ?? performance.now()) - startedAt,
    }),
  };

  function limitOf(): number {
    return worker.status().find(({ operation }) => operation === 'answerQuery')?.limit ?? 0;
  }
}
