import { Owner } from '../../../runtime/src/engine/owner.js';
import { Settler } from '../../../runtime/src/engine/settler.js';
import { patched } from '../mutation.js';
import type { Rule } from './rule.js';

/** One message of a key after the other, and one owner of a stream. */
export const ORDERING: readonly Rule[] = [
  {
    name: 'lanes',
    says: 'messages of one key are worked one at a time, in their order',
    mutation: {
      policy: ({ concurrency = {}, ...policy }) => {
        const { orderBy: _, ...rest } = concurrency;
        return { ...policy, concurrency: rest };
      },
    },
    breaks: 'in the order of the key',
  },
  {
    name: 'lane-until-settled',
    says: 'a lane is free when its message is settled, and not when its handler has ended',
    mutation: {
      client: (consumer) => ({
        async ack(ids) {
          consumer.ack(ids).catch(() => undefined);
          return ids.length;
        },
      }),
    },
    breaks: 'in the order of the key',
  },
  {
    name: 'drained-first',
    says: 'an owner takes what is pending before anything new',
    mutation: { client: () => ({ drain: async () => ({ entries: [], deleted: [], cursor: '0-0' }) }) },
    breaks: 'in the order of the key',
  },
  {
    name: 'drained-in-order',
    says: 'what is pending is taken over in the order of its ids',
    mutation: {
      client: (consumer) => ({
        async drain(request) {
          const { entries, ...rest } = await consumer.drain(request);
          return { ...rest, entries: entries.toReversed() };
        },
      }),
    },
    breaks: 'in the order of the key',
  },
  {
    name: 'take-fenced',
    says: 'new entries are taken by the owner alone',
    mutation: { server: (consumer) => ({ take: (count) => consumer.read(count, 0) }) },
    breaks: 'one owner of a stream',
  },
  {
    name: 'attempt-fenced',
    says: 'an attempt is recorded by the owner alone',
    mutation: {
      server: (consumer) => ({
        async recordAttempt(id, attempt) {
          return (await consumer.recordAttempt(id, attempt)) || (await consumer.renew([id])).length === 0;
        },
      }),
    },
    breaks: 'one owner of a stream',
  },
  {
    name: 'release-waits',
    says: 'what a handler releases in an owned stream waits at its owner, and keeps its lane',
    mutation: {
      patch: () =>
        patched(
          Settler.prototype,
          'settle',
          (settle) =>
            function (this: Settler, delivery, settlement) {
              if (settlement.kind !== 'release') return settle.call(this, delivery, settlement);
              void this.handBackUncounted([delivery]).then(() => this.forget(delivery));
            },
        ),
    },
    breaks: 'in the order of the key',
  },
  {
    name: 'handed-over-at-rest',
    says: 'a stream is handed over when nothing of it runs any more',
    mutation: {
      patch: () =>
        patched(
          Owner.prototype,
          'unwant',
          (unwant) =>
            function (this: Owner) {
              unwant.call(this);
              this.release('handed over').catch(() => undefined);
            },
        ),
    },
    breaks: 'handed over at rest',
  },
];
