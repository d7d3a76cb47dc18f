import { setTimeout as sleep } from 'node:timers/promises';
import type { Line } from '../parts/book.js';
import type { WorkerConfig } from '../parts/contract.js';
import type { Crew } from '../parts/crew.js';
import type { Publisher } from '../parts/publisher.js';
import { settled } from '../parts/verdict.js';
import { atLeast, exactly, scenario, told } from '../scenario.js';
import type { Stage } from '../stage.js';

const WORKERS = 8;
const SLOW = 12;
/** Messages of a round; more than one process can hold. */
const ROUND = 60;

export const frozen = scenario({
  name: 'frozen',
  what: 'handlers run for many leases; then a process is frozen (SIGSTOP) for 3 leases and fails late',
  sizes: {
    // Two thirds of it are what a busy machine may keep a process waiting before it rightly counts as dead.
    lease: { what: 'the lease, ms', long: 3_000, short: 3_000 },
    leases: { what: 'leases that a slow handler runs for', long: 10, short: 4 },
    rounds: { what: 'processes frozen, one after the other', long: 10, short: 2 },
  },
  async run(stage, { lease, leases, rounds }) {
    const server = await stage.redis();
    const admin = stage.admin(server.url);
    const config = { target: { url: server.url }, policy: policyOf(lease, 5) };
    const crew = stage.crew(config);
    const publisher = stage.publisher({ url: server.url });
    await crew.hireReady(2);
    const robbed = await slowHandlers(stage, publisher, lease, leases);
    const seen = { started: 0, lateFailures: 0, notTwice: 0, doneTwice: 0, thirdAttempts: 0 };
    for (let round = 0; round < rounds; round++) {
      // At the last attempt its failure would make a dead letter, else a retry: neither is its to write any more.
      const maxAttempts = round % 2 === 0 ? 1 : 5;
      const result = await freeze(stage, crew, publisher, lease, { policy: policyOf(lease, maxAttempts) });
      for (const name of Object.keys(seen) as (keyof typeof seen)[]) seen[name] += result[name];
      stage.say(`round ${round + 1}: ${JSON.stringify(result)}`);
    }
    const { balance, findings } = await settled(stage, { admin, publisher, crew }, 20_000);
    return [
      told(`messages whose handler ran for ${leases} leases`, SLOW),
      exactly('robbed of their message', 0, robbed),
      atLeast('handlers that were running in a frozen process', rounds, seen.started),
      exactly('of their messages, not started exactly twice', 0, seen.notTwice),
      atLeast('late failures', rounds, seen.lateFailures),
      exactly('dead letters', 0, balance.dead),
      exactly('third attempts', 0, seen.thirdAttempts),
      // What was queued may begin before a process that wakes has heard that it lost it: at least once, as promised.
      told('messages done twice', seen.doneTwice),
      told('messages handled', stage.book.handled),
      told('handler starts repeated', balance.repeatedStarts),
      ...findings,
    ];
  },
});

function policyOf(lease: number, maxAttempts: number): WorkerConfig['policy'] {
  return {
    concurrency: { maxWorkers: WORKERS, prefetch: WORKERS },
    timeout: { lease },
    retry: { maxAttempts, delay: 50 },
  };
}

/** Gives how many of them were started again, or lost their lease. */
async function slowHandlers(
  stage: Stage,
  publisher: Publisher,
  lease: number,
  leases: number,
): Promise<number> {
  const lostBefore = stage.book.event('lease-lost');
  for (let i = 0; i < SLOW; i++) await publisher.publish({ ms: leases * lease });
  await stage.until(() => stage.handled() >= SLOW, stage.patience(3 * leases * lease));
  const repeats = stage.book.starts.slice(0, SLOW).reduce((sum, count) => sum + count - 1, 0);
  return repeats + stage.book.event('lease-lost') - lostBefore;
}

/** Freezes a process of its own in the middle of its work, and looks at what becomes of what it was running. */
async function freeze(
  stage: Stage,
  crew: Crew,
  publisher: Publisher,
  lease: number,
  changes: Partial<WorkerConfig>,
) {
  const victim = crew.hire(changes);
  await victim.ready;
  const lines: Line[] = [];
  const stopListening = stage.book.onLine((line) => lines.push(line));
  const first = publisher.next;
  for (let i = 0; i < ROUND; i++) {
    // Done late by at least 1.5 leases, when it stands still for 3 of them.
    const ms = stage.random.between(0.3, 1.5) * lease;
    await publisher.publish({ ms, failAfter: ms + lease });
  }
  const running = () => {
    stage.book.update();
    const ended = new Set(lines.flatMap((line) => (line.kind === 'done' ? [line.n] : [])));
    return lines.flatMap((line) =>
      line.kind === 'start' && line.pid === victim.pid && !ended.has(line.n) ? [line.n] : [],
    );
  };
  await stage.until(() => running().length >= WORKERS / 2, stage.patience(10_000));
  victim.freeze();
  await sleep(50);
  const held = running();
  await sleep(3 * lease);
  victim.thaw();
  await stage.until(() => stage.handled() >= publisher.next, stage.patience(20 * lease));
  await victim.end('SIGTERM');
  stage.book.update();
  stopListening();
  const { starts, dones } = stage.book;
  const ofRound = Array.from({ length: publisher.next - first }, (_, i) => first + i);
  return {
    started: held.length,
    lateFailures: lines.filter((line) => line.kind === 'fail' && line.pid === victim.pid).length,
    notTwice: held.filter((n) => starts[n] !== 2).length,
    doneTwice: ofRound.filter((n) => (dones[n] ?? 0) > 1).length,
    thirdAttempts: lines.filter((line) => line.kind === 'start' && line.attempt > 2).length,
  };
}
