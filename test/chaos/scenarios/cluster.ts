import { Cluster } from 'ioredis';
import { shardKeys } from '../../../runtime/src/core/shards.js';
import { connect } from '../../../runtime/src/redis/broker.js';
import { RedisCluster } from '../../support/redis-cluster.js';
import { standing } from '../parts/balance.js';
import { balances } from '../parts/balances.js';
import { type Deed, FAULTS, fail, move, plan, type Step } from '../parts/cluster-deeds.js';
import { Gaps } from '../parts/gaps.js';
import { keysOf, outOfOrder, spreadOver } from '../parts/keys.js';
import { wallClock } from '../parts/ledger.js';
import { openPublishing, Publisher } from '../parts/publisher.js';
import { sabotaged } from '../sabotage.js';
import { atMost, exactly, scenario, told } from '../scenario.js';
import type { Stage } from '../stage.js';

const MASTERS = 3;
const SHARDS = 8;
/** Messages a second into each shard. */
const RATE = 25;
/** Keys in each shard, which take turns. */
const KEYS = 10;
/** Handlers at once in each of the two processes: as many for each of its shards as there are keys. */
const WORKERS = 40;
const LEASE_MS = 5_000;
const NODE_TIMEOUT_MS = 1_000;
const PUBLISH_TIMEOUT_MS = 60_000;
/** For shards that nothing is done to, without any acknowledgement. In the short form scenarios share the machine. */
const GAP_MS = { long: 1_000, short: 4_000 };
/** Until a killed or frozen master's shards are worked again. */
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
    const stream = spreadOver(MASTERS, SHARDS);
    const streams = shardKeys(stream, SHARDS);
    const policyOf = (orderBy: string) => ({
      concurrency: { maxWorkers: WORKERS, prefetch: 20, orderBy },
      timeout: { lease: LEASE_MS },
      stream: { shards: SHARDS },
    });
    const policy = policyOf('$message.payload#/key');
    // Each message a key of its own: still one owner for a shard, and nothing that holds a key together.
    const worked = stage.sabotage === 'no-lanes' ? policyOf('$message.payload#/n') : policy;
    const crew = stage.crew({ target: nodes.target, policy: worked, stream, acks: true });
    const acks = Gaps.ofAcks(stage.book);
    await crew.hireReady(2);
    const confirm = stage.sabotage === 'no-quorum' ? undefined : { replicas: 1 };
    // One client: what holds up one shard must not hold up the others.
    const broker = sabotaged(connect(nodes.target), stage.sabotage);
    const publishing = openPublishing(broker, {
      publishTimeout: PUBLISH_TIMEOUT_MS,
      confirm,
      policy,
      stream,
    });
    const publishers = streams.map(
      (shard, first) => new Publisher(publishing, { stream: shard, first, step: SHARDS }),
    );
    const keys = streams.map((shard) => keysOf(shard, stream, SHARDS, KEYS));
    for (const publisher of publishers) stage.atEnd(() => publisher.close());
    let over = false;
    const fed = publishers.map((publisher, shard) =>
      publisher.feed({
        job: (i) => ({ key: keys[shard]?.[i % KEYS] }),
        count: Number.MAX_SAFE_INTEGER,
        rate: RATE,
        backlog: Number.MAX_SAFE_INTEGER,
        handled: stage.handled,
        until: () => over,
      }),
    );
    await stage.until(() => stage.handled() > RATE * SHARDS, 30_000);

    const deeds: (Deed & { readonly calm: number })[] = [];
    for (const step of plan(failovers, moves)) {
      await stage.until(() => false, stage.random.between(200, 700));
      const deed =
        step === 'move' ? await move(stage, nodes, streams) : await fail(stage, nodes, streams, step);
      await again(stage, streams, publishers, acks);
      deeds.push({ ...deed, calm: wallClock() });
      stage.say(`${deeds.length}, ${step}: ${inWords(deed, streams, acks)}`);
    }
    over = true;
    await Promise.race([
      Promise.all(fed),
      stage.until(() => publishers.every(({ open }) => open === 0), 2 * PUBLISH_TIMEOUT_MS),
    ]);
    const settled = async () => {
      const { pending, unread } = await standing(admin, streams);
      return pending + unread === 0;
    };
    await stage.until(settled, 60_000, 50);
    return [
      told('failovers', deeds.filter(({ step }) => step !== 'move').length),
      told('slots moved', deeds.filter(({ step }) => step === 'move').length),
      ...gapsOf(stage, deeds, streams, acks),
      ...(await balances(admin, stage, streams, publishers)),
      exactly('out of order', 0, disorder(stage, publishers)),
      told('owners lost', stage.book.event('disowned')),
      exactly('worker processes that ended by themselves', 0, crew.crashed),
    ];
  },
});

/** Messages of all shards that were started before one of their key. */
function disorder({ book }: Stage, publishers: readonly Publisher[]): number {
  const lanes = publishers.flatMap(({ next }, shard) =>
    Array.from({ length: KEYS }, (_, key) => {
      const length = Math.ceil((next - key) / KEYS);
      return Array.from({ length }, (_, i) => shard + SHARDS * (key + KEYS * i));
    }),
  );
  return lanes.reduce((sum, lane) => sum + outOfOrder(book, lane).length, 0);
}

/** Until a message of every stream that was published from now on has been confirmed and handled, and one acknowledged. */
async function again(
  stage: Stage,
  streams: readonly string[],
  publishers: readonly Publisher[],
  acks: Gaps,
): Promise<void> {
  const now = wallClock();
  const isWorked = (publisher: Publisher, i: number) => {
    if (!acks.hasSince(streams[i] ?? '', now)) return false;
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
  const still = streams.filter((_, i) => !publishers[i] || !isWorked(publishers[i], i));
  throw new Error(`a minute after all was well nothing goes on ${still.join(', ')}`);
}

/** How long streams stood still: those that something was done to, the others, and all of them in between. */
function gapsOf(
  stage: Stage,
  deeds: readonly (Deed & { readonly calm: number })[],
  streams: readonly string[],
  acks: Gaps,
) {
  const longest = (kinds: readonly Step[], isTouched: boolean, among = deeds) => {
    const gaps = among
      .filter(({ step }) => kinds.includes(step))
      .flatMap(({ touched, from, to }) =>
        streams
          .filter((stream) => touched.includes(stream) === isTouched)
          .map((stream) => acks.longest(stream, from, to)),
      );
    return Math.max(0, ...gaps);
  };
  // Where the processes meet, and what they are told, lies beside the first.
  const meetings = deeds.filter(({ touched }) => touched.includes(streams[0] ?? ''));
  const others = longest([...FAULTS, 'move'], false);
  const quiet = deeds
    .slice(1)
    .flatMap(({ from }, i) => streams.map((stream) => acks.within(stream, deeds[i]?.calm ?? from, from)));
  const limit = stage.short ? GAP_MS.short : GAP_MS.long;
  return [
    atMost('other streams without an acknowledgement, at most', limit, others, 'ms'),
    told('failovers where the processes meet', meetings.filter(({ step }) => step !== 'move').length),
    told('others meanwhile, at most', longest(FAULTS, false, meetings), 'ms'),
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
