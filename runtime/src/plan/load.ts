import { parseExpression } from '../core/expression.js';
import type { Keys, Setup } from './options.js';
import { Random } from './random.js';

/** A message as it is published. */
export interface Load {
  /** Milliseconds after the start, in their order. */
  readonly arrivals: readonly number[];
  /** What message number `n` says. */
  message(n: number): { readonly payload: unknown; readonly headers: Readonly<Record<string, string>> };
  /** What becomes of one call of the handler, whoever makes it and whenever. */
  call(n: number, attempt: number): { readonly ms: number; readonly fails: boolean };
}

/** One for each purpose, so that another rate has the same handler times, and another limit the same messages. */
const STREAMS = { arrivals: 0, keys: 1, engine: 2, samples: 3, calls: 4 } as const;
/** More attempts than that of one message share their draws with the next message's. */
const ATTEMPTS = 64;

export function randomOf(seed: number, purpose: 'engine' | 'samples', process = 0): Random {
  return new Random(seed + process * 7_919, STREAMS[purpose]);
}

/** What is published and what handlers do, all of it from the seed. */
export function loadOf(setup: Setup): Load {
  const { seed, keys, source, failures, policy } = setup;
  const keyOf = keys === undefined ? undefined : keyDraw(keys, new Random(seed, STREAMS.keys));
  return {
    arrivals: arrivalsOf(setup),
    message: (_n) => (keyOf === undefined ? EMPTY : withKey(policy.concurrency?.orderBy, keyOf())),
    call(n, attempt) {
      const random = new Random(seed, STREAMS.calls + n * ATTEMPTS + (attempt % ATTEMPTS));
      const ms = source.draw(random);
      return { ms, fails: failures > 0 && random.next() < failures };
    },
  };
}

function arrivalsOf({ arrivals, duration, seed, rate }: Setup): readonly number[] {
  if (arrivals.kind === 'list') return arrivals.ms.filter((at) => at <= duration);
  const random = new Random(seed, STREAMS.arrivals);
  const gap = 1_000 / rate;
  const next = arrivals.kind === 'poisson' ? () => random.exponential() * gap : () => gap;
  const times: number[] = [];
  for (let at = next(); at <= duration; at += next()) times.push(at);
  return times;
}

const EMPTY = { payload: {}, headers: {} };

/** A message that has its key where the expression looks. */
function withKey(orderBy: string | undefined, key: string) {
  const expression = orderBy === undefined ? undefined : parseExpression(orderBy);
  if (expression === undefined) return EMPTY;
  const { source, path } = expression;
  if (source === 'header') return { payload: {}, headers: { [path[0] ?? '']: key } };
  const payload = path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), key);
  return { payload, headers: {} };
}

/** Draws keys by their shares: `k0`, the most frequent, `k1`, … */
export function keyDraw({ count, zipf = 0 }: Keys, random: Random): () => string {
  if (zipf === 0) return () => `k${Math.floor(random.next() * count)}`;
  let sum = 0;
  const upTo = Array.from({ length: count }, (_, i) => {
    sum += (i + 1) ** -zipf;
    return sum;
  });
  return () => {
    const at = random.next() * sum;
    let [low, high] = [0, count - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((upTo[middle] ?? sum) <= at) low = middle + 1;
      else high = middle;
    }
    return `k${low}`;
  };
}

/** Share of the messages that the most frequent key has. */
export function hottestShare({ count, zipf = 0 }: Keys): number {
  let sum = 0;
  for (let n = 1; n <= count; n++) sum += n ** -zipf;
  return 1 / sum;
}
