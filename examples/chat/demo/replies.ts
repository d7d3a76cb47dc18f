import { type Broker, silentLogger } from '@fs-gen/runtime';
import { createWorker } from '../peer/index.js';

export interface Replies {
  /** How many replies came for each question. */
  readonly perQuery: ReadonlyMap<string, number>;
  /** Resolves when as many as expected have come. */
  readonly finished: Promise<void>;
  stop(): Promise<void>;
}

/** The other side of the contract, generated with `--perspective peer`: it receives what the service sends. */
export async function countReplies(broker: Broker, expected: number): Promise<Replies> {
  const perQuery = new Map<string, number>();
  let count = 0;
  let resolve = () => {};
  const finished = new Promise<void>((done) => {
    resolve = done;
  });
  const worker = createWorker({
    broker,
    logger: silentLogger,
    policy: { onChatReplies: { stream: { group: `demo-${process.pid}-replies`, startFrom: 'now' } } },
    handlers: {
      onChatReplies: ({ queryId }) => {
        perQuery.set(queryId, (perQuery.get(queryId) ?? 0) + 1);
        count += 1;
        if (count === expected) resolve();
      },
    },
  });
  await worker.start();
  return { perQuery, finished, stop: async () => void (await worker.stop()) };
}
