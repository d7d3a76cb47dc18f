import type { Book } from './book.js';

/** Times at which something happened, by stream, and the longest in which it did not. */
export class Gaps {
  readonly #times = new Map<string, number[]>();

  /** Acknowledgements that worker processes tell of, see `recordAcks`. */
  static ofAcks(book: Book): Gaps {
    const gaps = new Gaps();
    book.onLine((line) => {
      const [, stream] = (line.kind === 'event' && /^acked:(.*)$/.exec(line.name)) || [];
      if (stream !== undefined) gaps.#add(stream, line.at);
    });
    return gaps;
  }

  /** Whether it has happened after the time. */
  hasSince(stream: string, at: number): boolean {
    return (this.#times.get(stream) ?? []).some((each) => each > at);
  }

  /** The longest pause that began or ended within the span, ms. */
  longest(stream: string, from: number, to: number): number {
    const times = this.#sorted(stream);
    const first = times.findLastIndex((at) => at < from);
    const last = times.findIndex((at) => at > to);
    return longestOf(times.slice(Math.max(0, first), last < 0 ? undefined : last + 1));
  }

  /** The longest pause that lay within the span, ms. */
  within(stream: string, from: number, to: number): number {
    return longestOf(this.#sorted(stream).filter((at) => at >= from && at <= to));
  }

  #add(stream: string, at: number): void {
    const times = this.#times.get(stream) ?? [];
    times.push(at);
    this.#times.set(stream, times);
  }

  /** Several processes write, each for itself. */
  #sorted(stream: string): readonly number[] {
    return [...(this.#times.get(stream) ?? [])].sort((a, b) => a - b);
  }
}

function longestOf(times: readonly number[]): number {
  return Math.max(0, ...times.slice(1).map((at, i) => at - (times[i] ?? at)));
}
