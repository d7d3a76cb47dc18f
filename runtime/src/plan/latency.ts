import { sleep } from '../core/clock.js';
import type { Broker, Clock } from '../types.js';

/** Calls that give something at once, or that a connection doesn't wait for. */
const AT_ONCE = new Set<PropertyKey>(['start', 'close', 'interrupt', 'coordinate']);

/**
 * A broker that is as far away as Redis is: each call takes half of the round trip to get there, is carried out, and
 * takes the other half for the reply. What its calls give, a consumer or a coordination, is as far away itself.
 */
export function farAway(broker: Broker, clock: Clock, roundTrip: number): Broker {
  return roundTrip === 0 ? broker : distant(broker, clock, roundTrip / 2);
}

function distant<T extends object>(near: T, clock: Clock, half: number): T {
  const made = new Map<PropertyKey, unknown>();
  return new Proxy(near, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      if (!made.has(name)) made.set(name, wrapped(value.bind(target), name));
      return made.get(name);
    },
  });

  function wrapped(call: (...args: unknown[]) => unknown, name: PropertyKey) {
    if (name === 'coordinate') return (...args: unknown[]) => distant(call(...args) as object, clock, half);
    if (AT_ONCE.has(name)) return call;
    return async (...args: unknown[]) => {
      await sleep(clock, half);
      try {
        const result = await call(...args);
        return name === 'consume' ? distant(result as object, clock, half) : result;
      } finally {
        await sleep(clock, half);
      }
    };
  }
}
