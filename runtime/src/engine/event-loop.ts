import { type IntervalHistogram, monitorEventLoopDelay, performance } from 'node:perf_hooks';

/** How busy this process's event loop was, 0..1, and how late its timers were at the 99th percentile, in milliseconds. */
export interface EventLoopSample {
  readonly utilisation: number;
  readonly delayP99: number;
}

const RESOLUTION_MS = 10;
/** A sample younger than this is given again, so that any number of channels may ask. */
const FRESH_MS = 150;

/**
 * Watches the event loop between `start` and `stop`; neither keeps the process alive. Before, `sample` is all zero.
 *
 * A histogram that is reset forgets the interval that it is in, so that a handler which blocks the loop just then would
 * not be seen. Therefore there are two, read and reset in turn, and one is reset only while the other is counting.
 */
export class EventLoop {
  #histograms: [IntervalHistogram, IntervalHistogram] | undefined;
  #utilisation = performance.eventLoopUtilization();
  #sampledAt = 0;
  #sample: EventLoopSample = { utilisation: 0, delayP99: 0 };

  /** Safe to call again. */
  start(): void {
    if (this.#histograms !== undefined) return;
    const watch = () => monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    this.#histograms = [watch(), watch()];
    for (const histogram of this.#histograms) histogram.enable();
    this.#utilisation = performance.eventLoopUtilization();
    this.#sampledAt = performance.now();
  }

  /** Safe to call again, and before `start`. */
  stop(): void {
    for (const histogram of this.#histograms ?? []) histogram.disable();
    this.#histograms = undefined;
    this.#sample = { utilisation: 0, delayP99: 0 };
  }

  /** The loop since the sample before; its delay since the one before that. */
  readonly sample = (): EventLoopSample => {
    const now = performance.now();
    if (this.#histograms === undefined || now - this.#sampledAt < FRESH_MS) return this.#sample;
    const [older, newer] = this.#histograms;
    if (newer.count === 0) return this.#sample;
    const utilisation = performance.eventLoopUtilization();
    const late = older.count === 0 ? 0 : older.percentile(99) / 1e6 - RESOLUTION_MS;
    this.#sample = {
      utilisation: performance.eventLoopUtilization(utilisation, this.#utilisation).utilization,
      delayP99: Math.max(0, late),
    };
    older.reset();
    this.#histograms = [newer, older];
    this.#utilisation = utilisation;
    this.#sampledAt = now;
    return this.#sample;
  };
}
