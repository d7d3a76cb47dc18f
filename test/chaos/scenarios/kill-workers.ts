import type { Crew } from '../parts/crew.js';
import { repetitions, settled } from '../parts/verdict.js';
import { exactly, type Finding, scenario, told } from '../scenario.js';
import type { Stage } from '../stage.js';

const LEASE_MS = 5_000;

/** Messages that may be ahead of the handlers: every kill hits a process under load. */
const BACKLOG = 2_000;

export const killWorkers = scenario({
  name: 'kill-workers',
  what: 'worker processes are killed (SIGKILL) under load, one after the other, and replaced',
  sizes: {
    messages: { what: 'messages published', long: 200_000, short: 16_000 },
    kills: { what: 'processes killed', long: 200, short: 10 },
    processes: { what: 'worker processes at once', long: 4, short: 3 },
    workers: { what: 'handlers at once in a process', long: 5, short: 5 },
    prefetch: { what: 'messages held beyond them', long: 50, short: 50 },
  },
  async run(stage, sizes) {
    const { messages, kills, processes, workers, prefetch } = sizes;
    const server = await stage.redis();
    const admin = stage.admin(server.url);
    const policy = { concurrency: { maxWorkers: workers, prefetch }, timeout: { lease: LEASE_MS } };
    const crew = stage.crew({ target: { url: server.url }, policy });
    const publisher = stage.publisher({ url: server.url });
    await crew.hireReady(processes);
    const fed = publisher.feed({ count: messages, backlog: BACKLOG, handled: stage.handled });
    const killed = await killAlong(stage, crew, messages, kills);
    await fed;
    const { balance, findings } = await settled(stage, { admin, publisher, crew }, 60_000);
    const ackBatch = stage.book.event('most-acked-at-once');
    return [
      exactly('kills', kills, killed),
      told('largest ack batch', ackBatch),
      told('taken over', stage.book.event('taken-over')),
      ...findings,
      ...repetitions(stage, balance, killed * (workers + ackBatch)),
    ] satisfies Finding[];
  },
});

/** Kills are spread over the messages, not over the time: the same seed kills at the same places. Gives how many. */
async function killAlong(stage: Stage, crew: Crew, messages: number, kills: number): Promise<number> {
  const step = (0.95 * messages) / kills;
  for (let kill = 0; kill < kills; kill++) {
    const at = step * (kill + stage.random.next());
    const chance = stage.random.next();
    if (!(await stage.reaches(at))) return kill;
    await stage.until(() => crew.working.length > 0, 60_000);
    const victim = crew.working[Math.floor(chance * crew.working.length)];
    void victim?.end('SIGKILL');
    crew.hire();
    if ((kill + 1) % 20 === 0) stage.say(`${kill + 1} killed, ${stage.handled()} handled`);
  }
  return kills;
}
