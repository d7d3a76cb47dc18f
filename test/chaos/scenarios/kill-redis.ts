import { setTimeout as sleep } from 'node:timers/promises';
import type { RedisServer } from '../../support/redis-server.js';
import { wallClock } from '../parts/ledger.js';
import type { Publisher } from '../parts/publisher.js';
import { settled } from '../parts/verdict.js';
import { atMost, exactly, scenario, told } from '../scenario.js';
import type { Stage } from '../stage.js';

const LEASE_MS = 10_000;
const BACKLOG = 2_000;
/** Longest time that the server stays away, ms. */
const AWAY_MS = 1_500;
/** Going again means: a message that was published after the restart is confirmed, and a handler was started. */
const AGAIN_MS = 5_000;

export const killRedisEverysec = killRedis('everysec');
export const killRedisAlways = killRedis('always');

function killRedis(fsync: 'everysec' | 'always') {
  return scenario({
    name: `kill-redis-${fsync}`,
    what: `redis-server is killed (SIGKILL) under load and started again, appendfsync ${fsync}`,
    sizes: {
      messages: { what: 'messages published', long: 100_000, short: 10_000 },
      kills: { what: 'times that the server is killed', long: 20, short: 3 },
      processes: { what: 'worker processes', long: 3, short: 2 },
      workers: { what: 'handlers at once in a process', long: 10, short: 10 },
    },
    async run(stage, { messages, kills, processes, workers }) {
      const server = await stage.redis({ fsync });
      const admin = stage.admin(server.url);
      const policy = { concurrency: { maxWorkers: workers, prefetch: 50 }, timeout: { lease: LEASE_MS } };
      const crew = stage.crew({ target: { url: server.url }, policy });
      const publisher = stage.publisher({ url: server.url }, { publishTimeout: 30_000 });
      await crew.hireReady(processes);
      const fed = publisher.feed({ count: messages, backlog: BACKLOG, handled: stage.handled });
      const pauses: number[] = [];
      const step = (0.9 * messages) / kills;
      for (let kill = 0; kill < kills; kill++) {
        const at = step * (kill + stage.random.next());
        const away = stage.random.between(0, AWAY_MS);
        if (!(await stage.reaches(at))) throw new Error(`after ${kill} kills the work stands still`);
        pauses.push(await outage(stage, server, publisher, away));
        stage.say(`killed ${kill + 1}, going again after ${Math.round(pauses.at(-1) ?? 0)} ms`);
      }
      await fed;
      const { balance, findings } = await settled(stage, { admin, publisher, crew }, 60_000);
      return [
        told('kills', kills),
        atMost(
          'until it was going again, from the restart, at most',
          stage.patience(AGAIN_MS),
          Math.max(...pauses),
          'ms',
        ),
        ...findings,
        exactly('published and possibly written', 0, publisher.unconfirmed.size),
        told('slowest publish', publisher.slowest, 'ms'),
        told('handler starts repeated', balance.repeatedStarts),
      ];
    },
  });
}

/** Gives the milliseconds from the restart until messages are confirmed and handlers are started again. */
async function outage(
  stage: Stage,
  server: RedisServer,
  publisher: Publisher,
  away: number,
): Promise<number> {
  await server.kill('SIGKILL');
  await sleep(away);
  await server.start();
  const restarted = wallClock();
  const again = await stage.until(() => {
    stage.book.update();
    const everythingWasPublished = publisher.open === 0;
    return (
      (everythingWasPublished || publisher.lastConfirmed > restarted) && stage.book.lastStart > restarted
    );
  }, 60_000);
  if (again === undefined) throw new Error('a minute after the restart nothing goes');
  return Math.max(publisher.lastConfirmed, restarted, stage.book.lastStart) - restarted;
}
