import { systemClock } from '../core/clock.js';
import type { Clock } from '../types.js';

/** The machine's clock; but a read that waits keeps the process alive, as a connection to Redis does. */
export const wakefulClock: Clock = {
  ...systemClock,
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};
