import type { Random } from './random.js';

/** How long handlers take, in milliseconds. */
export type HandlerTime =
  | { readonly kind: 'fixed'; readonly ms: number }
  /** Most are short, and a few long: the deviation is as large as the mean. */
  | { readonly kind: 'exponential'; readonly mean: number }
  /** What most services look like. Two of the four say which; `p95` above `p50`, and so on. */
  | {
      readonly kind: 'lognormal';
      readonly mean?: number;
      readonly p50?: number;
      readonly p95?: number;
      readonly p99?: number;
    }
  /** Measured: each as likely as any other. */
  | { readonly kind: 'samples'; readonly ms: readonly number[] };

export interface TimeSource {
  readonly mean: number;
  draw(random: Random): number;
}

/** Deviations from the median of a normal distribution below which 95 and 99 of 100 lie. */
const QUANTILES = { p95: 1.6448536, p99: 2.3263479 } as const;

/** What to draw from; words that say what is wrong where it can't be. */
export function timeSource(time: HandlerTime): TimeSource | string {
  switch (time.kind) {
    case 'fixed':
      return positive(time.ms) ?? { mean: time.ms, draw: () => time.ms };
    case 'exponential':
      return positive(time.mean) ?? { mean: time.mean, draw: (random) => random.exponential() * time.mean };
    case 'lognormal': {
      const shape = logNormal(time);
      if (typeof shape === 'string') return shape;
      const { mu, sigma } = shape;
      return {
        mean: Math.exp(mu + sigma ** 2 / 2),
        draw: (random) => Math.exp(mu + sigma * random.normal()),
      };
    }
    case 'samples': {
      const { ms } = time;
      if (ms.length === 0) return 'there are no samples';
      if (ms.some((each) => !Number.isFinite(each) || each < 0)) return 'a sample is no time';
      const mean = ms.reduce((sum, each) => sum + each, 0) / ms.length;
      if (mean === 0) return 'all samples are 0';
      return { mean, draw: (random) => ms[Math.floor(random.next() * ms.length)] ?? mean };
    }
    default:
      return time satisfies never;
  }
}

function positive(ms: number): string | undefined {
  return Number.isFinite(ms) && ms > 0 ? undefined : `${ms} ms is no time`;
}

/** The distribution whose logarithm has mean `mu` and deviation `sigma`, from two things that are known of it. */
function logNormal(time: Extract<HandlerTime, { kind: 'lognormal' }>) {
  const { mean, p50 } = time;
  const tails = (['p95', 'p99'] as const).filter((name) => time[name] !== undefined);
  const known = [mean, p50, ...tails.map((name) => time[name])].filter((ms) => ms !== undefined);
  if (known.length !== 2) return 'it takes two of mean, p50, p95 and p99';
  for (const ms of known) if (positive(ms) !== undefined) return `${ms} ms is no time`;
  const [tail, further] = tails;
  const at = (name: 'p95' | 'p99') => time[name] ?? 0;
  if (tail !== undefined && further !== undefined) {
    if (at(further) <= at(tail)) return 'p99 has to be above p95';
    const sigma = Math.log(at(further) / at(tail)) / (QUANTILES.p99 - QUANTILES.p95);
    return { mu: Math.log(at(tail)) - QUANTILES.p95 * sigma, sigma };
  }
  if (p50 !== undefined && tail !== undefined) {
    if (at(tail) < p50) return `${tail} has to be above p50`;
    return { mu: Math.log(p50), sigma: Math.log(at(tail) / p50) / QUANTILES[tail] };
  }
  if (p50 !== undefined && mean !== undefined) {
    if (mean < p50) return 'of times that are never below 0, the mean is above p50';
    return { mu: Math.log(p50), sigma: Math.sqrt(2 * Math.log(mean / p50)) };
  }
  // ln(tail / mean) = q·sigma − sigma² / 2; the smaller of the two solutions is the one that looks like a service.
  const [ms = 0, q] = tail === undefined ? [] : [at(tail), QUANTILES[tail]];
  const ratio = Math.log(ms / (mean ?? 1));
  const under = (q ?? 0) ** 2 - 2 * ratio;
  if (mean === undefined || q === undefined || ratio < 0 || under < 0)
    return `${tail} has to be above the mean, and at most ${Math.exp((q ?? 0) ** 2 / 2).toFixed(1)} times as large`;
  const sigma = q - Math.sqrt(under);
  return { mu: Math.log(mean) - sigma ** 2 / 2, sigma };
}
