import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { DeadLetters } from '../../../runtime/src/operate/index.js';
import { deadIds } from '../parts/balance.js';
import { repeated } from '../parts/book.js';
import { DEAD, STREAM } from '../parts/contract.js';
import type { Crew } from '../parts/crew.js';
import { settled } from '../parts/verdict.js';
import { exactly, scenario, told } from '../scenario.js';
import type { Stage } from '../stage.js';

const ATTEMPTS = 3;
const BACKLOG = 1_000;

export const poison = scenario({
  name: 'poison',
  what: 'one message in a hundred can not be decoded, breaks the contract, or fails at every attempt; later it is replayed',
  sizes: {
    messages: { what: 'messages published', long: 50_000, short: 5_000 },
    percent: { what: 'share of poison', long: 1, short: 1 },
  },
  async run(stage, { messages, percent }) {
    const server = await stage.redis();
    const admin = stage.admin(server.url);
    const policy = {
      concurrency: { maxWorkers: 10, prefetch: 50 },
      retry: { maxAttempts: ATTEMPTS, delay: 20 },
    };
    const crew = stage.crew({ target: { url: server.url }, policy });
    const publisher = stage.publisher({ url: server.url });
    await crew.hireReady(2);
    const raw: string[] = [];
    const failing = new Set<number>();
    const writes: Promise<unknown>[] = [];
    await publisher.feed({
      count: messages,
      backlog: BACKLOG,
      // What can't be decoded is never handled, and failing ones aren't either.
      handled: () => stage.handled() + failing.size,
      job: (n) => {
        if (stage.random.next() * 100 >= percent) return {};
        if (stage.random.chance(1 / 3)) {
          failing.add(n);
          return { failAfter: 0 };
        }
        writes.push(writeRaw(admin, stage).then((id) => raw.push(id)));
        return {};
      },
    });
    await Promise.all(writes);
    const { findings } = await settled(stage, { admin, publisher, crew }, 60_000);
    const { starts, dones } = stage.book;
    const failed = [...failing];
    const attempts = failed.filter((n) => starts[n] !== ATTEMPTS).length;
    const expected = [...raw, ...failed.map((n) => publisher.confirmed.get(n)?.entryId ?? '')];
    const found = await deadIds(admin);
    const once = new Set(found);
    const replayed = await replay(server.url, crew);
    await stage.until(() => {
      stage.book.update();
      return failed.every((n) => dones[n] !== undefined);
    }, 30_000);
    const after = await settled(stage, { admin, publisher, crew }, 30_000);
    return [
      told('undecodable and invalid entries', raw.length),
      told('messages that always fail', failing.size),
      exactly('poison that is no dead letter', 0, expected.filter((id) => !once.has(id)).length),
      exactly('dead letters that stand there twice', 0, found.length - once.size),
      exactly('dead letters that were no poison', 0, once.size - expected.length),
      exactly(`failing messages that were not started ${ATTEMPTS} times`, 0, attempts),
      exactly(
        'handler starts repeated, of the others',
        0,
        repeated(starts.filter((_, n) => !failing.has(n))),
      ),
      ...findings,
      exactly('replayed, with handlers that can', failing.size, replayed),
      exactly('replayed and done once', failing.size, failed.filter((n) => dones[n] === 1).length),
      exactly('dead letters left: what nobody can decode', raw.length, (await deadIds(admin)).length),
      exactly('pending after the replay', 0, after.balance.pending),
    ];
  },
});

/** The handlers are put right, and what had failed in them is put back. Gives how many that were. */
async function replay(url: string, crew: Crew): Promise<number> {
  await Promise.all(crew.working.map((member) => member.end('SIGTERM')));
  await crew.hireReady(2, { fixed: true });
  const letters = new DeadLetters(url);
  try {
    await letters.start();
    let count = 0;
    for await (const page of letters.scan(DEAD, { reason: 'the handler failed' })) {
      for await (const batch of letters.replay(DEAD, page.letters)) {
        count += batch.filter(({ result }) => result.kind === 'replayed').length;
      }
    }
    return count;
  } finally {
    letters.close();
  }
}

/** Bytes that are no frame, or a payload that breaks the contract. */
async function writeRaw(admin: Redis, stage: Stage): Promise<string> {
  const fields = stage.random.pick([
    ['__data__', randomBytes(64)],
    ['__data__', '{"n":"no number"}'],
    ['__data__', '{"n":1,"stranger":true}'],
    ['other', 'no frame at all'],
  ]);
  return String(await admin.xadd(STREAM, '*', ...fields));
}
