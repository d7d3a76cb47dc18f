/** Something that goes up and down: its mean over a span of time, and the most that it was in it. */
export class Level {
  readonly #from: number;
  readonly #to: number;
  #value = 0;
  #since = 0;
  #area = 0;
  #max = 0;

  constructor(from: number, to: number) {
    this.#from = from;
    this.#to = to;
  }

  get value(): number {
    return this.#value;
  }

  add(change: number, now: number): void {
    this.set(this.#value + change, now);
  }

  set(value: number, now: number): void {
    this.#count(now);
    this.#value = value;
    if (now >= this.#from && now <= this.#to) this.#max = Math.max(this.#max, value);
  }

  /** Mean and maximum, once the span is over. */
  end(): { readonly mean: number; readonly max: number } {
    this.#count(this.#to);
    return { mean: this.#area / (this.#to - this.#from), max: this.#max };
  }

  #count(now: number): void {
    const [from, to] = [Math.max(this.#since, this.#from), Math.min(now, this.#to)];
    if (to > from) {
      this.#area += this.#value * (to - from);
      this.#max = Math.max(this.#max, this.#value);
    }
    this.#since = Math.max(this.#since, now);
  }
}

/** Mean, percentiles (the smallest value that so many are not above) and maximum; zeros of nothing. */
export function distributionOf(values: readonly number[]): Distribution {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  const sum = sorted.reduce((total, value) => total + value, 0);
  return { mean: sum / Math.max(1, sorted.length), p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

/** Of times: milliseconds. */
export interface Distribution {
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}
