import { Pool } from '../../../runtime/src/core/pool.js';
import type { PoolItem } from '../../../runtime/src/core/schedule.js';
import { MemoryStream } from '../../../runtime/src/memory/stream.js';
import { patched } from '../mutation.js';
import type { Rule } from './rule.js';

/** Taking entries in: as many as there is room for, and every one of them. */
export const INTAKE: readonly Rule[] = [
  {
    name: 'stranded',
    says: 'after any doubt, what a lost reply held is read before anything new',
    mutation: { client: () => ({ stranded: async () => [] }) },
    breaks: 'what is stranded comes first',
  },
  {
    name: 'group-from-the-beginning',
    says: 'a group that vanished begins at the beginning, never at the end',
    mutation: {
      patch: () => {
        const known = new WeakSet<MemoryStream>();
        return patched(
          MemoryStream.prototype,
          'addGroup',
          (addGroup) =>
            function (this: MemoryStream, name, startFrom) {
              const again = known.has(this);
              known.add(this);
              return addGroup.call(this, name, again ? 'now' : startFrom);
            },
        );
      },
    },
    breaks: 'nothing is lost',
  },
  {
    name: 'deleted-reported',
    says: 'what was deleted while it was pending is reported',
    mutation: {
      client: (consumer) => ({
        takeOver: async (request) => ({ ...(await consumer.takeOver(request)), deleted: [] }),
      }),
    },
    breaks: 'losses are reported',
  },
  {
    name: 'room-asked',
    says: 'no more is read than there is room for',
    mutation: { client: (consumer) => ({ read: (count, waitMs) => consumer.read(count + 3, waitMs) }) },
    breaks: 'held <= limit + prefetch',
  },
  {
    name: 'room-reserved',
    says: 'room is set aside before a read is sent',
    mutation: {
      patch: () => {
        const undo = [
          patched(Pool.prototype, 'reserve', () => () => {}),
          patched(
            Pool.prototype,
            'unreserve',
            (unreserve) =>
              function (this: Pool<PoolItem>) {
                unreserve.call(this, 0);
              },
          ),
        ];
        return () => {
          for (const each of undo) each();
        };
      },
    },
    breaks: 'held <= limit + prefetch',
  },
  {
    name: 'limit',
    says: 'no more than maxWorkers handlers run at once',
    mutation: {
      policy: ({ concurrency, ...policy }) => ({
        ...policy,
        concurrency: { ...concurrency, maxWorkers: (concurrency?.maxWorkers ?? 1) + 1 },
      }),
    },
    breaks: 'running <= maxWorkers',
  },
];
