/**
 * How many messages to hold beyond the running ones.
 *
 * `auto` follows Little's law: as many as will start while one round trip to the broker (a read, and the
 * ack before it) is under way, which is `limit / handler time × round trip`. A slow handler thus holds none
 * that another process could run, and a fast one never waits for the next read.
 */
export interface Prefetch {
  /** Messages to hold beyond `limit` running ones. */
  size(limit: number): number;
  /** A handler ran for so many milliseconds. */
  handled(ms: number): void;
  /** A read that found a backlog took so many milliseconds. */
  readTook(ms: number): void;
  /** An acknowledgement took so many milliseconds. */
  ackTook(ms: number): void;
}

/** No `auto` prefetch is larger. */
export const MAX_PREFETCH = 1_000;

/** Below this share of a worker's time lost between two messages, prefetching isn't worth what it holds. */
const NEGLIGIBLE_LOSS = 0.003;

/** Round trips vary; this many of them are covered. Costs a fast handler a few milliseconds of held work. */
const SAFETY = 4;

const SMOOTHING = 0.1;

export function fixedPrefetch(size: number): Prefetch {
  return { size: () => size, handled: ignore, readTook: ignore, ackTook: ignore };
}

export function autoPrefetch(): Prefetch {
  const handler = average();
  const read = average();
  const ack = average();
  return {
    size(limit) {
      const handlerMs = handler.value();
      if (handlerMs === undefined) return 0;
      const roundTrip = (read.value() ?? 0.5) + (ack.value() ?? 0.5);
      // The clock's resolution bounds what a handler that returns at once can show.
      const loss = roundTrip / Math.max(handlerMs, 0.001);
      if (loss < NEGLIGIBLE_LOSS) return 0;
      return Math.min(MAX_PREFETCH, Math.ceil(limit * loss * SAFETY));
    },
    handled: handler.add,
    readTook: read.add,
    ackTook: ack.add,
  };
}

function average() {
  let mean: number | undefined;
  return {
    add(sample: number) {
      mean = mean === undefined ? sample : mean + SMOOTHING * (sample - mean);
    },
    value: () => mean,
  };
}

function ignore(): void {}
