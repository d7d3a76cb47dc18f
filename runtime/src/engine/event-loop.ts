import { type IntervalHistogram, monitorEventLoopDelay, performance } from 'node:perf_hooks';

/** Resolution of the delay, ms: a timer that fires so often is all that it costs. */
const RESOLUTION = 20;

/** How busy this process's event loop is, since it was last asked. */
export interface EventLoopSample {
  /** Share of the time in which it was doing something, 0..1. */
  readonly utilisation: number;
  /** How late its timers were, 99th percentile, ms. */
  readonly delayP99: number;
}

/** Watches the event loop between `start` and `stop`. */
export class EventLoop {
  #delay: IntervalHistogram | undefined;
  #last = performance.eventLoopUtilization();

  start(): void {
    this.#delay ??= monitorEventLoopDelay({ resolution: RESOLUTION });
    this.#delay.enable();
    this.#last = performance.eventLoopUtilization();
  }

  stop(): void {
    this.#delay?.disable();
    this.#delay = undefined;
  }

  /** What there was since the last call. */
  sample(): EventLoopSample {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, this.#last);
    this.#last = now;
    // It measures the whole interval between two timers.
    const p99 = this.#delay === undefined ? 0 : this.#delay.percentile(99) / 1e6 - RESOLUTION;
    this.#delay?.reset();
    return { utilisation: utilization, delayP99: Math.max(0, p99) };
  }
}
