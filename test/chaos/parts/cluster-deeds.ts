import { slotOf } from '../../../runtime/src/redis/keys.js';
import type { ClusterNode, RedisCluster } from '../../support/redis-cluster.js';
import type { Stage } from '../stage.js';
import { wallClock } from './ledger.js';

export const FAULTS = ['kill', 'hand over', 'freeze'] as const;
export type Step = (typeof FAULTS)[number] | 'move';

/** What was done, to which streams, and how long it took until all was as before, on the wall clock in ms. */
export interface Deed {
  readonly step: Step;
  readonly touched: readonly string[];
  readonly from: number;
  readonly to: number;
}

/** The moves stand between the failovers. */
export function plan(failovers: number, moves: number): readonly Step[] {
  const faults = Array.from({ length: failovers }, (_, i) => FAULTS[i % FAULTS.length] ?? 'kill');
  const every = Math.max(1, Math.floor(failovers / Math.max(1, moves)));
  const steps = faults.flatMap((fault, i): Step[] =>
    (i + 1) % every === 0 && (i + 1) / every <= moves ? [fault, 'move'] : [fault],
  );
  const missing = moves - steps.filter((step) => step === 'move').length;
  return [...steps, ...Array.from({ length: missing }, () => 'move' as const)];
}

/** Ends when the Cluster is whole again, with another master. */
export async function fail(
  stage: Stage,
  nodes: RedisCluster,
  streams: readonly string[],
  step: Exclude<Step, 'move'>,
): Promise<Deed> {
  const [first = ''] = shuffled(stage, streams);
  const old = await ownerOf(nodes, first);
  const touched: string[] = [];
  for (const stream of streams) if ((await nodes.owner(stream)) === old) touched.push(stream);
  const replica = await nodes.replicaOf(old);
  const from = wallClock();
  if (step === 'hand over') {
    await replica.admin.cluster('FAILOVER');
    await nodes.succeeded(first, old);
  } else if (step === 'kill') {
    // What the master takes from here on its replica never sees: it stands still, or it would be back within the 100 ms.
    replica.server.pause();
    await old.admin.call('CLIENT', 'KILL', 'TYPE', 'replica');
    await stage.until(() => false, 100);
    await old.server.kill('SIGKILL');
    replica.server.resume();
    await nodes.succeeded(first, old);
    await old.server.start();
  } else {
    old.server.pause();
    await nodes.succeeded(first, old);
    old.server.resume();
  }
  await nodes.whole();
  return { step, touched, from, to: wallClock() };
}

export async function move(stage: Stage, nodes: RedisCluster, streams: readonly string[]): Promise<Deed> {
  const [stream = ''] = shuffled(stage, streams);
  const owner = await ownerOf(nodes, stream);
  const [to = owner] = shuffled(stage, await nodes.masters()).filter((node) => node !== owner);
  const from = wallClock();
  await nodes.moveSlot(slotOf(stream), to);
  await nodes.whole();
  return { step: 'move', touched: [stream], from, to: wallClock() };
}

async function ownerOf(nodes: RedisCluster, stream: string): Promise<ClusterNode> {
  const owner = await nodes.owner(stream);
  if (owner === undefined) throw new Error(`the nodes do not agree who holds ${stream}`);
  return owner;
}

function shuffled<T>(stage: Stage, all: readonly T[]): T[] {
  return all
    .map((each) => [stage.random.between(0, 1), each] as const)
    .sort(([a], [b]) => a - b)
    .map(([, each]) => each);
}
