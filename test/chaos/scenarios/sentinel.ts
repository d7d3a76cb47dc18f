import { missingWrites } from '../parts/balance.js';
import { wallClock } from '../parts/ledger.js';
import type { Publisher } from '../parts/publisher.js';
import { Group, type Node } from '../parts/sentinels.js';
import { settled } from '../parts/verdict.js';
import { atMost, exactly, scenario, told } from '../scenario.js';
import type { Stage } from '../stage.js';

const REPLICAS = 2;
const LEASE_MS = 5_000;
const RATE = 200;
const PUBLISH_TIMEOUT_MS = 60_000;
/**
 * Until a message is confirmed by all replicas, the old master has to be back as one: a Sentinel turns a master that
 * comes back into a replica when it has seen it as a master for 8 s. Noticing, voting and copying come on top.
 */
const AGAIN_MS = 25_000;

const FAULTS = ['cut', 'kill', 'freeze'] as const;
type Fault = (typeof FAULTS)[number];

const BEGIN: Readonly<Record<Fault, (node: Node) => unknown>> = {
  kill: ({ server }) => server.kill('SIGKILL'),
  freeze: ({ server }) => server.pause(),
  cut: ({ proxy }) => proxy.cutFromPeers(),
};
const END: typeof BEGIN = {
  kill: ({ server }) => server.start(),
  freeze: ({ server }) => server.resume(),
  cut: ({ proxy }) => proxy.heal(),
};

/** How long it took from the fault, ms. */
interface Pause {
  readonly named: number;
  readonly confirmed: number;
  readonly handled: number;
}

/**
 * Messages count as confirmed when all replicas have them. One of two would not be enough: a Sentinel chooses by what the
 * replicas have told it, which may be some seconds old, and so may choose the one that is behind. The price is that
 * nothing is confirmed until the old master is back as a replica.
 */
export const sentinel = scenario({
  name: 'sentinel',
  what: 'the master behind Sentinel is killed, frozen, or cut off with its clients, until another is master',
  sizes: {
    failovers: { what: 'times that another becomes master', long: 20, short: 2 },
    replicas: { what: 'replicas that have to confirm a message, of two', long: REPLICAS, short: REPLICAS },
  },
  async run(stage, { failovers, replicas }) {
    const group = await Group.start(stage, REPLICAS);
    const policy = { concurrency: { maxWorkers: 10, prefetch: 50 }, timeout: { lease: LEASE_MS } };
    const crew = stage.crew({ target: group.target, policy });
    const confirm = stage.sabotage === 'no-quorum' ? undefined : { replicas };
    const publisher = stage.publisher(group.target, { publishTimeout: PUBLISH_TIMEOUT_MS, confirm });
    await crew.hireReady(2);
    let over = false;
    const fed = publisher.feed({
      count: Number.MAX_SAFE_INTEGER,
      rate: RATE,
      backlog: Number.MAX_SAFE_INTEGER,
      handled: stage.handled,
      until: () => over,
    });
    await stage.until(() => stage.handled() > RATE, stage.patience(30_000));
    const pauses: Pause[] = [];
    for (let i = 0; i < failovers; i++) {
      const fault = FAULTS[i % FAULTS.length] ?? 'cut';
      const pause = await failover(stage, group, publisher, fault);
      pauses.push(pause);
      stage.say(`${i + 1}, ${fault}: ${inWords(pause)}`);
    }
    over = true;
    await Promise.race([fed, stage.until(() => publisher.open === 0, 2 * PUBLISH_TIMEOUT_MS)]);
    const master = await group.master();
    if (master === undefined) throw new Error('the Sentinels do not agree who is master');
    const { balance, findings } = await settled(stage, { admin: master.admin, publisher, crew }, 60_000);
    const again = stage.patience(AGAIN_MS);
    const most = (of: keyof Pause) => Math.max(...pauses.map((pause) => pause[of]));
    return [
      told('failovers', pauses.length),
      told('from the fault until another was master, at most', most('named'), 'ms'),
      atMost('until a message was confirmed, at most', again, most('confirmed'), 'ms'),
      atMost('until a message from the new master was handled, at most', again, most('handled'), 'ms'),
      // What was handled before its write was lost would not show among the lost.
      exactly(
        'confirmed writes that are not there any more',
        0,
        await missingWrites(master.admin, publisher),
      ),
      exactly('publishes not settled', 0, publisher.open),
      told('slowest publish', publisher.slowest, 'ms'),
      told('published and possibly written', publisher.unconfirmed.size),
      told(
        'refused',
        [...publisher.refusals].map(([code, count]) => `${code} ${count}`).join(', ') || 'none',
      ),
      ...findings,
      told('handler starts repeated', balance.repeatedStarts),
    ];
  },
});

/** Ends when all is as before, with another master. */
async function failover(stage: Stage, group: Group, publisher: Publisher, fault: Fault): Promise<Pause> {
  const old = await group.master();
  if (old === undefined) throw new Error('the Sentinels do not agree who is master');
  await stage.until(() => false, stage.random.between(0, 500));
  const start = wallClock();
  await BEGIN[fault](old);
  const master = await group.succeeded(old);
  const named = wallClock();
  // What has a number from here on was published when there was another master; a handler of it was read from that one.
  const first = publisher.next;
  await END[fault](old);
  await group.whole(master);
  const again = await stage.until(() => {
    stage.book.update();
    return stage.book.firstStart.length > first && confirmedFrom(publisher, first).length > 0;
  }, stage.patience(60_000));
  if (again === undefined) throw new Error('long after the failover nothing goes');
  const handled = stage.book.firstStart.slice(first).filter((at) => at > named);
  return {
    named: named - start,
    confirmed: Math.min(...confirmedFrom(publisher, first)) - start,
    handled: Math.min(...handled) - start,
  };
}

/**
 * When messages from this number on were confirmed. Earlier ones prove nothing: a master that was frozen still has the
 * replicas' word for what it sent them before, and gives it as soon as it wakes.
 */
function confirmedFrom({ confirmed }: Publisher, first: number): readonly number[] {
  return [...confirmed].flatMap(([n, { at }]) => (n >= first ? [at] : []));
}

function inWords({ named, confirmed, handled }: Pause): string {
  return `another is master after ${Math.round(named)} ms, confirming after ${Math.round(confirmed)}, handling after ${Math.round(handled)}`;
}
