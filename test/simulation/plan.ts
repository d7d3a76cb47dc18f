import type { PolicyDeclaration } from '../../runtime/src/contract.js';
import { withOrder } from './ordered-plan.js';
import { Random } from './random.js';

/** How often something goes wrong with a request, each from 0 to 1. */
export interface RequestRisks {
  /** It never arrives; the caller learns that the connection broke. */
  readonly requestLost: number;
  /** It takes effect; the caller learns that the connection broke. */
  readonly replyLost: number;
  /** The caller learns that the connection broke, and it takes effect afterwards. */
  readonly late: number;
  /** It takes effect twice. */
  readonly duplicate: number;
  /** It, or its reply, takes up to two leases. */
  readonly slow: number;
}

/** Mean times between events, in milliseconds; `Infinity`: never. */
export interface Disasters {
  /** Of one process. */
  readonly crash: number;
  readonly pause: number;
  readonly stop: number;
  readonly outage: number;
  /** Of all of them. */
  readonly globalOutage: number;
  readonly clockJump: number;
  readonly deletion: number;
  readonly groupDestroyed: number;
}

/** Everything that a seed decides before anything happens. */
export interface Plan {
  readonly seed: number;
  /** Milliseconds during which things go wrong. */
  readonly duration: number;
  readonly workers: number;
  readonly publishers: number;
  readonly messagesEach: number;
  readonly publishTimeout: number;
  /** Shares of messages whose handler always fails, and of other calls that fail. */
  readonly failing: { readonly hopeless: number; readonly calls: number };
  /** Entries that nobody can decode, and messages of the channel that nobody receives. */
  readonly strays: number;
  readonly policy: PolicyDeclaration;
  readonly lease: number;
  /** Milliseconds from a request to its reply when all is well. */
  readonly roundTrip: number;
  readonly risks: RequestRisks;
  readonly disasters: Disasters;
  /** Keys that messages have, and the share of those that have none; `undefined`: the channel has no order. */
  readonly order?: { readonly keys: number; readonly keyless: number };
}

const NEVER = Number.POSITIVE_INFINITY;

/**
 * Draws a plan: every third one for a channel that is ordered, spread over several streams, or worked in batches. Each seed has a
 * few kinds of trouble and not all: the rarest pairs meet more often so.
 */
export function drawPlan(seed: number): Plan {
  const plan = drawPlain(seed);
  return seed % 3 === 0 ? withOrder(plan) : plan;
}

/** Messages that one call of a handler takes at most. */
export function batchSize({ policy }: Plan): number {
  return policy.batch?.maxSize ?? 1;
}

function drawPlain(seed: number): Plan {
  const random = new Random(seed);
  const duration = random.between(2_000, 12_000);
  const lease = Math.round(random.pick([150, 400, 1_000, 3_000]) * random.between(0.8, 1.2));
  const risk = (most: number) => (random.chance(0.4) ? random.between(0, most) : 0);
  const mean = (probability: number, from: number) =>
    random.chance(probability) ? random.between(from, duration) : NEVER;
  return {
    seed,
    duration,
    lease,
    workers: random.pick([1, 2, 2, 3]),
    publishers: random.pick([1, 1, 2]),
    messagesEach: random.int(3, 18),
    publishTimeout: random.pick([300, 2_000, 10_000]),
    failing: { hopeless: random.pick([0, 0.1, 0.1, 0.7]), calls: random.pick([0.1, 0.2, 0.5]) },
    strays: random.pick([0, 0, 0, 1, 3]),
    policy: withLongRetries(drawPolicy(random, lease), seed),
    roundTrip: Math.min(5, lease / 20) * random.between(0.05, 1),
    risks: {
      requestLost: risk(0.2),
      replyLost: risk(0.2),
      late: risk(0.08),
      duplicate: risk(0.15),
      slow: risk(0.08),
    },
    disasters: {
      crash: mean(0.4, 800),
      pause: mean(0.5, 200),
      stop: mean(0.4, 800),
      outage: mean(0.25, 800),
      globalOutage: mean(0.2, 2_000),
      clockJump: mean(0.2, 500),
      deletion: mean(0.15, 1_000),
      groupDestroyed: mean(0.08, 2_000),
    },
  };
}

function drawPolicy(random: Random, lease: number): PolicyDeclaration {
  const handler = random.pick([undefined, undefined, lease / 2, lease * 2]);
  const deadLetter = random.pick([undefined, false, 'graveyard'] as const);
  return {
    concurrency: {
      maxWorkers: random.pick([1, 1, 2, 3, 5]),
      prefetch: random.pick(['auto', 'auto', 0, 1, 3, 10]),
    },
    retry: {
      maxAttempts: random.pick([1, 1, 2, 3, 4]),
      backoff: random.pick(['exponential', 'fixed']),
      delay: random.pick([0, 10, 100, 400]),
      maxDelay: random.pick([400, 1_000]),
      jitter: random.chance(0.5),
      ...(deadLetter !== undefined && { deadLetter }),
    },
    timeout: { lease, ...(handler !== undefined && { handler }) },
    stream: { group: 'simulated', format: random.pick(['binary', 'json']) },
  };
}

/** In one plan of eight a retry is so far off that the message waits for it without its payload. */
function withLongRetries(policy: PolicyDeclaration, seed: number): PolicyDeclaration {
  if (seed % 8 !== 3) return policy;
  return { ...policy, retry: { ...policy.retry, delay: 5_000, maxDelay: 6_000, jitter: false } };
}
