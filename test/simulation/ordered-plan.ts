import type { PolicyDeclaration } from '../../runtime/src/contract.js';
import type { Plan } from './plan.js';
import { Random } from './random.js';

/** In one such plan of six nothing is ordered, and the channel only has more streams, or batches. */
const UNORDERED = 1 / 6;

/** The plan for a channel with order keys, shards and batches; the rest of it stays. Few keys, so that lanes collide. */
export function withOrder(plan: Plan): Plan {
  const random = new Random(plan.seed).fork(7);
  const workers = random.pick([1, 2, 2, 3, 3]);
  const ordered = !random.chance(UNORDERED);
  const order = { keys: random.int(3, 6), keyless: random.pick([0, 0, 0.15]) };
  const policy = withBatch(withShards(plan.policy, random), random);
  if (!ordered) return { ...plan, workers, policy };
  return { ...plan, workers, order, policy: withKey(policy, random) };
}

function withKey(policy: PolicyDeclaration, random: Random): PolicyDeclaration {
  const missingKey = random.pick([undefined, 'shared', 'deadLetter'] as const);
  const orderBy = '$message.payload#/k';
  const concurrency = { ...policy.concurrency, orderBy, ...(missingKey !== undefined && { missingKey }) };
  return { ...policy, concurrency };
}

function withShards(policy: PolicyDeclaration, random: Random): PolicyDeclaration {
  return { ...policy, stream: { ...policy.stream, shards: random.pick([1, 1, 2, 3]) } };
}

function withBatch(policy: PolicyDeclaration, random: Random): PolicyDeclaration {
  if (!random.chance(0.35)) return policy;
  return { ...policy, batch: { maxSize: random.pick([2, 3, 5]), maxWait: random.pick([0, 20, 150]) } };
}

/** The order key of a message, by the seed and its number alone. */
export function keyOf({ seed, order }: Plan, n: number): string | undefined {
  if (order === undefined) return undefined;
  const random = new Random(seed).fork(n);
  return random.chance(order.keyless) ? undefined : `k${random.int(1, order.keys)}`;
}
