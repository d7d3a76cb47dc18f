import type { Worker } from '../../../runtime/src/engine/worker.js';
import { type Ledger, wallClock } from './ledger.js';

const RSS_EVERY_MS = 1_000;

/** What the engine tells about its work, as lines of the ledger. Gives a function that ends it. */
export function recordEvents(worker: Worker, ledger: Ledger): () => void {
  const record = (name: string, count: number) => void ledger.write('event', name, count, wallClock());
  for (const kind of ['received', 'taken-over', 'handed-back'] as const) {
    worker.on(kind, ({ count }) => record(kind, count));
  }
  for (const kind of [
    'dead-lettered',
    'lease-lost',
    'retry-scheduled',
    'disconnected',
    'released',
    'disowned',
  ] as const) {
    worker.on(kind, () => record(kind, 1));
  }
  worker.on('entries-lost', ({ ids }) => record('entries-lost', ids.length));
  worker.on('group-created', ({ again }) => {
    if (again) record('group-again', 1);
  });
  recordAckBatches(worker, (size) => record('most-acked-at-once', size));
  const report = () => record('rss', process.memoryUsage.rss());
  const timer = setInterval(report, RSS_EVERY_MS).unref();
  return () => clearInterval(timer);
}

/** When each acknowledgement was confirmed, by stream: `acked:<stream>`. */
export function recordAcks(worker: Worker, ledger: Ledger): void {
  worker.on('acked', ({ stream }) => void ledger.write('event', `acked:${stream}`, 1, wallClock()));
}

/** A batch is announced within one turn; only one that is larger than all before is worth a line. */
function recordAckBatches(worker: Worker, record: (size: number) => void): void {
  let size = 0;
  let largest = 0;
  worker.on('acked', () => {
    size += 1;
    if (size > 1) return;
    queueMicrotask(() => {
      if (size > largest) {
        largest = size;
        record(size);
      }
      size = 0;
    });
  });
}
