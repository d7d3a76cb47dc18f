import type { Book } from '../parts/book.js';
import type { Crew, Ending } from '../parts/crew.js';
import type { Publisher } from '../parts/publisher.js';
import { settled } from '../parts/verdict.js';
import { atLeast, atMost, exactly, scenario, told } from '../scenario.js';
import type { Stage } from '../stage.js';

/** So long that what was not handed back stands out. */
const LEASE_MS = 30_000;
const HANDLER_MS = 30;
/** Messages ahead of the handlers; more than all processes hold, little enough that none waits long for its turn. */
const BACKLOG = 250;
/** A message waits for its turn, for the take-over of what was handed back, which is looked for once a second. */
const AT_ONCE_MS = 5_000;

export const sigterm = scenario({
  name: 'sigterm',
  what: 'worker processes are told to end (SIGTERM) under load, one after the other, and replaced',
  sizes: {
    signals: { what: 'processes told to end', long: 100, short: 6 },
    processes: { what: 'worker processes at once', long: 3, short: 3 },
    workers: { what: 'handlers at once in a process', long: 8, short: 8 },
    prefetch: { what: 'messages held beyond them', long: 40, short: 40 },
  },
  async run(stage, { signals, processes, workers, prefetch }) {
    const server = await stage.redis();
    const admin = stage.admin(server.url);
    const policy = { concurrency: { maxWorkers: workers, prefetch }, timeout: { lease: LEASE_MS } };
    const crew = stage.crew({ target: { url: server.url }, policy, handlerMs: HANDLER_MS });
    const publisher = stage.publisher({ url: server.url });
    await crew.hireReady(processes);
    let over = false;
    const fed = publisher.feed({
      count: Number.MAX_SAFE_INTEGER,
      backlog: BACKLOG,
      handled: stage.handled,
      until: () => over,
    });
    const endings = await replaceAll(stage, crew, signals).finally(() => {
      over = true;
    });
    await fed;
    const { balance, findings } = await settled(stage, { admin, publisher, crew }, LEASE_MS + 30_000);
    const { book } = stage;
    return [
      told('signals', endings.length),
      exactly('exit codes other than 0', 0, endings.filter(({ code }) => code !== 0).length),
      ...findings,
      exactly('handler starts repeated', 0, balance.repeatedStarts),
      exactly('handlers aborted', 0, book.event('aborted')),
      exactly('done and not acknowledged', 0, book.event('unacknowledged')),
      told('handlers that ended within the grace', book.event('drained')),
      atLeast('handed back', 1, book.event('released')),
      atMost(
        'longest wait of a message, from its confirmation to its start',
        stage.patience(AT_ONCE_MS),
        longestWait(publisher, book),
        'ms',
      ),
    ];
  },
});

async function replaceAll(stage: Stage, crew: Crew, signals: number): Promise<readonly Ending[]> {
  const endings: Ending[] = [];
  for (let i = 0; i < signals; i++) {
    const leaver = stage.random.pick(crew.working);
    const successor = crew.hire();
    endings.push(await leaver.end('SIGTERM'));
    await successor.ready;
    if ((i + 1) % 20 === 0 || i === 0) stage.say(`${i + 1} ended, ${stage.handled()} handled`);
  }
  return endings;
}

function longestWait(publisher: Publisher, book: Book): number {
  let longest = 0;
  for (const [n, { at }] of publisher.confirmed) longest = Math.max(longest, (book.firstStart[n] ?? at) - at);
  return longest;
}
