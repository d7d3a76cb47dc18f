/**
 * Brokers that break one rule of delivery, so that it can be seen that the scenarios notice: `--sabotage <rule>`. The
 * engine on top of them is the real one.
 */
import { randomUUID } from 'node:crypto';
import type { Broker, Consumer } from '../../runtime/src/types.js';

/** What each breaks. */
export const SABOTAGES = {
  'ack-first': 'a message is acknowledged when its handler begins',
  'no-take-over': 'what a dead process held is never taken over',
  'no-renew': 'nobody shows life for what is held',
  unfenced: 'a failure settles a message whoever holds it',
  'no-hand-back': 'a stopping worker keeps what it has not started',
  'no-ack': 'acknowledgements are not sent',
  'no-copy': 'what failed for good is acknowledged and not copied',
  'copy-twice': 'what failed for good is copied twice',
  'numbers-forgotten': 'a batch that is sent again counts as a new one',
  'claims-written': 'what Redis refused is said to be written',
  'losses-hidden': 'nobody is told of entries that were deleted while pending',
  'no-way-back': 'a worker that has lost its Redis never tries again',
  'no-aof': 'Redis keeps nothing on its disk',
  'no-lanes': 'messages of a key are worked at once',
  'no-quorum': 'a master takes writes without a replica, and none is waited for',
} as const;

export type Sabotage = keyof typeof SABOTAGES;

export function isSabotage(name: string): name is Sabotage {
  return Object.hasOwn(SABOTAGES, name);
}

export function sabotagesHandler(sabotage: string | undefined): boolean {
  return sabotage === 'ack-first';
}

/** The broker with the rule broken; untouched where the rule is not a broker's. */
export function sabotaged(broker: Broker, sabotage: string | undefined): Broker {
  if (sabotage === undefined) return broker;
  const consume: Broker['consume'] = async (source) =>
    saboteur(await broker.consume(source), sabotage as Sabotage, broker);
  return overlay(broker, {
    consume,
    ...(sabotage === 'numbers-forgotten' && {
      appendBatch: (stream, entries, { sequence }) =>
        broker.appendBatch(stream, entries, { producer: randomUUID(), sequence }),
    }),
    ...(sabotage === 'claims-written' && {
      appendBatch: (stream, entries, batch) =>
        broker.appendBatch(stream, entries, batch).catch(() => entries.map((_, i) => `0-${i + 1}`)),
    }),
  });
}

function saboteur(consumer: Consumer, sabotage: Sabotage, broker: Broker): Consumer {
  const none = { entries: [], deleted: [], cursor: '0-0' } as const;
  const broken: Partial<Record<Sabotage, Partial<Consumer>>> = {
    'no-take-over': { takeOver: async () => none },
    'no-renew': { renew: async () => [] },
    'no-hand-back': { handBack: async (entries) => entries.length },
    'no-ack': { ack: async (ids) => ids.length },
    'no-copy': { deadLetter: async (id) => (await consumer.ack([id])) > 0 },
    'copy-twice': {
      deadLetter: async (id, target, fields) => {
        await broker.append(target.stream, fields);
        return consumer.deadLetter(id, target, fields);
      },
    },
    unfenced: {
      renew: async () => [],
      recordAttempt: async () => true,
      deadLetter: async (id, target, fields) => {
        await broker.append(target.stream, fields);
        await consumer.ack([id]);
        return true;
      },
    },
    'losses-hidden': {
      takeOver: async (request) => ({ ...(await consumer.takeOver(request)), deleted: [] }),
    },
    'no-way-back': { read: neverAgain(consumer) },
  };
  return overlay(consumer, broken[sabotage] ?? {});
}

function neverAgain(consumer: Consumer): Consumer['read'] {
  return async (count, waitMs) => {
    try {
      return await consumer.read(count, waitMs);
    } catch {
      return new Promise(() => {});
    }
  };
}

/** An object whose own methods come first; the others run on the original, private fields and all. */
function overlay<T extends object>(original: T, methods: Partial<T>): T {
  return new Proxy(original, {
    get(target, name) {
      const own = methods[name as keyof T];
      const value: unknown = own ?? Reflect.get(target, name, target);
      return typeof value === 'function' && own === undefined ? value.bind(target) : value;
    },
  });
}
