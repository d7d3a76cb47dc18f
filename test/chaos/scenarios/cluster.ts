import { Cluster } from 'ioredis';
import { connect } from '../../../runtime/src/redis/broker.js';
import { slotOf } from '../../../runtime/src/redis/keys.js';
import { RedisCluster } from '../../support/redis-cluster.js';
import { standing } from '../parts/balance.js';
import { balances } from '../parts/balances.js';
import { type Deed, FAULTS, fail, move, plan, type Step } from '../parts/cluster-deeds.js';
import { Gaps } from '../parts/gaps.js';
import { wallClock } from '../parts/ledger.js';
import { Publisher } from '../parts/publisher.js';
import { sabotaged } from '../sabotage.js';
import { atMost, exactly, scenario, told } from '../scenario.js';
import type { Stage } from '../stage.js';

const MASTERS = 3;
const STREAMS = 8;
/** Messages a second into each stream. */
const RATE = 25;
const LEASE_MS = 5_000;
const NODE_TIMEOUT_MS = 1_000;
const PUBLISH_TIMEOUT_MS = 60_000;
/** For streams that nothing is done to, without any acknowledgement. In the short form scenarios share the machine. */
const GAP_MS = { long: 1_000, short: 4_000 };
/** Until a killed or frozen master's streams are worked again. */
const AGAIN_MS = 15_000;

/**
 * A message counts as confirmed when the replica has it. The replica is the only one that can become master, so that one
 * is enough; and while the old master is away, nobody is there to confirm.
 */
export const cluster = scenario({
  name: 'cluster',
  what: 'masters of a Cluster are killed, frozen, or hand over, and slots move, while others work on',
  sizes: {
    failovers: { what: 'times that a replica becomes master', long: 10, short: 2 },
    moves: { what: 'slots that move, with a stream in each', long: 5, short: 1 },
  },
  async run(stage, { failovers, moves }) {
    const nodes = await RedisCluster.start({
      masters: MASTERS,
      nodeTimeout: NODE_TIMEOUT_MS,
      start: (options) => stage.redis(options),
    });
    stage.atEnd(() => nodes.stop());
    const admin = new Cluster([...nodes.target.cluster.nodes], { redisOptions: { protocol: 2 } });
    stage.atEnd(() => admin.disconnect());
    const streams = spread();
    const policy = { concurrency: { maxWorkers: 10, prefetch: 20 }, timeout: { lease: LEASE_MS } };
    const crew = stage.crew({ target: nodes.target, policy, streams });
    const acks = Gaps.ofAcks(stage.book);
    await crew.hireReady(2);
    const confirm = stage.sabotage === 'no-quorum' ? undefined : { replicas: 1 };
    // One broker: what holds up one stream must not hold up the others.
    const broker = sabotaged(connect(nodes.target), stage.sabotage);
    const publishers = streams.map(
      (stream, first) =>
        new Publisher(broker, {
          publishTimeout: PUBLISH_TIMEOUT_MS,
          confirm,
          numbering: { stream, first, step: STREAMS },
        }),
    );
    for (const publisher of publishers) stage.atEnd(() => publisher.close());
    let over = false;
    const fed = publishers.map((publisher) =>
      publisher.feed({
        count: Number.MAX_SAFE_INTEGER,
        rate: RATE,
        backlog: Number.MAX_SAFE_INTEGER,
        handled: stage.handled,
        until: () => over,
      }),
    );
    await stage.until(() => stage.handled() > RATE * STREAMS, 30_000);

    const deeds: (Deed & { readonly calm: number })[] = [];
    for (const step of plan(failovers, moves)) {
      await stage.until(() => false, stage.random.between(200, 700));
      const deed =
        step === 'move' ? await move(stage, nodes, streams) : await fail(stage, nodes, streams, step);
      await again(stage, streams, publishers);
      deeds.push({ ...deed, calm: wallClock() });
      stage.say(`${deeds.length}, ${step}: ${inWords(deed, streams, acks)}`);
    }
    over = true;
    await Promise.race([
      Promise.all(fed),
      stage.until(() => publishers.every(({ open }) => open === 0), 2 * PUBLISH_TIMEOUT_MS),
    ]);
    const settled = async () => {
      const states = await Promise.all(streams.map((stream) => standing(admin, [stream])));
      return states.every(({ pending, unread }) => pending + unread === 0);
    };
    await stage.until(settled, 60_000, 50);
    return [
      told('failovers', deeds.filter(({ step }) => step !== 'move').length),
      told('slots moved', deeds.filter(({ step }) => step === 'move').length),
      ...gapsOf(stage, deeds, streams, acks),
      ...(await balances(admin, stage, streams, publishers)),
      exactly('worker processes that ended by themselves', 0, crew.crashed),
    ];
  },
});

/** Names of streams in slots of their own, the same number of them on each master, give or take one. */
function spread(): readonly string[] {
  const names: string[] = [];
  const slots = new Set<number>();
  for (let i = 0; names.length < STREAMS; i++) {
    const slot = slotOf(`chaos.jobs.${i}`);
    if (slots.has(slot) || Math.floor((slot * MASTERS) / 16_384) !== names.length % MASTERS) continue;
    slots.add(slot);
    names.push(`chaos.jobs.${i}`);
  }
  return names;
}

/** Until a message of every stream that was published from now on has been confirmed and handled. */
async function again(
  stage: Stage,
  streams: readonly string[],
  publishers: readonly Publisher[],
): Promise<void> {
  const now = wallClock();
  const isWorked = (publisher: Publisher) => {
    for (const [n, { at }] of publisher.confirmed) {
      if (at > now && stage.book.dones[n] !== undefined) return true;
    }
    return false;
  };
  const took = await stage.until(
    () => {
      stage.book.update();
      return publishers.every(isWorked);
    },
    60_000,
    50,
  );
  if (took !== undefined) return;
  const still = streams.filter((_, i) => !publishers[i] || !isWorked(publishers[i]));
  throw new Error(`a minute after all was well nothing goes on ${still.join(', ')}`);
}

/** How long streams stood still: those that something was done to, the others, and all of them in between. */
function gapsOf(
  stage: Stage,
  deeds: readonly (Deed & { readonly calm: number })[],
  streams: readonly string[],
  acks: Gaps,
) {
  const longest = (kinds: readonly Step[], isTouched: boolean) => {
    const gaps = deeds
      .filter(({ step }) => kinds.includes(step))
      .flatMap(({ touched, from, to }) =>
        streams
          .filter((stream) => touched.includes(stream) === isTouched)
          .map((stream) => acks.longest(stream, from, to)),
      );
    return Math.max(0, ...gaps);
  };
  const others = longest([...FAULTS, 'move'], false);
  const quiet = deeds
    .slice(1)
    .flatMap(({ from }, i) => streams.map((stream) => acks.within(stream, deeds[i]?.calm ?? from, from)));
  const limit = stage.short ? GAP_MS.short : GAP_MS.long;
  return [
    atMost('other streams without an acknowledgement, at most', limit, others, 'ms'),
    told('any stream while nothing was done, at most', Math.max(0, ...quiet), 'ms'),
    atMost(
      'streams of a killed or frozen master, at most',
      AGAIN_MS,
      longest(['kill', 'freeze'], true),
      'ms',
    ),
    told('streams of a master that handed over, at most', longest(['hand over'], true), 'ms'),
    told('streams whose slot moved, at most', longest(['move'], true), 'ms'),
  ];
}

function inWords({ touched, from, to }: Deed, streams: readonly string[], acks: Gaps): string {
  const pause = (which: readonly string[]) =>
    Math.round(Math.max(0, ...which.map((stream) => acks.longest(stream, from, to))));
  const others = streams.filter((stream) => !touched.includes(stream));
  const well = `all is well after ${Math.round(to - from)} ms`;
  return `${touched.length} streams paused for ${pause(touched)} ms, others for ${pause(others)}; ${well}`;
}
