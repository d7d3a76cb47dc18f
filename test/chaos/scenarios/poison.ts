import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { deadIds } from '../parts/balance.js';
import { repeated } from '../parts/book.js';
import { STREAM } from '../parts/contract.js';
import { settled } from '../parts/verdict.js';
import { exactly, scenario, told } from '../scenario.js';
import type { Stage } from '../stage.js';

const ATTEMPTS = 3;
const BACKLOG = 1_000;

export const poison = scenario({
  name: 'poison',
  what: 'one message in a hundred can not be decoded, breaks the contract, or fails at every attempt',
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
    const expected = [...raw, ...[...failing].map((n) => publisher.confirmed.get(n)?.entryId ?? '')];
    const found = await deadIds(admin);
    const once = new Set(found);
    const starts = stage.book.starts;
    const others = starts.map((count, n) => (failing.has(n) ? 1 : count));
    return [
      ...findings,
      told('undecodable and invalid entries', raw.length),
      told('messages that always fail', failing.size),
      exactly('poison that is no dead letter', 0, expected.filter((id) => !once.has(id)).length),
      exactly('dead letters that stand there twice', 0, found.length - once.size),
      exactly('dead letters that were no poison', 0, once.size - expected.length),
      exactly(
        `failing messages that were not started ${ATTEMPTS} times`,
        0,
        [...failing].filter((n) => starts[n] !== ATTEMPTS).length,
      ),
      exactly('handler starts repeated, of the others', 0, repeated(others)),
    ];
  },
});

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
