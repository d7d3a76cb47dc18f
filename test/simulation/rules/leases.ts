import { LeaseKeeper } from '../../../runtime/src/engine/lease.js';
import { patched, steal } from '../mutation.js';
import type { Rule } from './rule.js';

/** Showing life, and taking over from who shows none. */
export const LEASES: readonly Rule[] = [
  {
    name: 'heartbeat',
    says: 'what is held is renewed every third of the lease',
    mutation: { patch: () => patched(LeaseKeeper.prototype, 'start', () => () => {}) },
    breaks: 'who shows life is not robbed',
  },
  {
    name: 'queued-heartbeat',
    says: 'what waits for its handler or a retry is renewed too',
    mutation: {
      client: (consumer, { member }) => ({
        renew: (ids) => consumer.renew(ids.filter((id) => member.signals.has(id))),
      }),
    },
    breaks: 'who shows life is not robbed',
  },
  {
    name: 'renew-fenced',
    says: 'renewing takes nothing back from whoever took it over',
    mutation: {
      server: (consumer, place) => ({
        renew: (ids) => {
          for (const id of ids) steal(consumer, place, id);
          return consumer.renew(ids);
        },
      }),
    },
    breaks: 'a late failure settles nothing',
  },
  {
    name: 'lease-lost',
    says: 'who lost a lease aborts the handler',
    mutation: {
      client: (consumer) => ({
        renew: async (ids) => {
          await consumer.renew(ids);
          return [];
        },
      }),
    },
    breaks: 'who lost the lease is told',
  },
  {
    name: 'take-over-idle',
    says: 'nothing is taken over before its owner has shown no life for a lease',
    mutation: {
      server: (consumer) => ({ takeOver: (request) => consumer.takeOver({ ...request, idleMs: 0 }) }),
    },
    breaks: 'who shows life is not robbed',
  },
  {
    name: 'take-over-after-death',
    says: 'what a dead process held is taken over',
    mutation: {
      client: () => ({ takeOver: async () => ({ entries: [], deleted: [], cursor: '0-0' }) }),
    },
    breaks: 'everything comes to its end',
  },
];
