import type { PolicyDeclaration } from '../../../runtime/src/contract.js';
import type { Rule } from './rule.js';

/** Counting starts over all processes. */
export const ATTEMPTS: readonly Rule[] = [
  {
    name: 'attempt-recorded',
    says: 'an attempt is recorded before its handler starts',
    mutation: {
      client: (consumer) => ({ recordAttempt: async (id) => (await consumer.renew([id])).length === 0 }),
    },
    breaks: 'attempts <= maxAttempts',
  },
  {
    name: 'take-over-uncounted',
    says: 'a take-over leaves the count alone',
    mutation: {
      server: (consumer) => ({
        async takeOver(request) {
          const { entries, ...rest } = await consumer.takeOver(request);
          for (const { id, deliveries } of entries) await consumer.recordAttempt(id, deliveries + 1);
          return {
            ...rest,
            entries: entries.map((entry) => ({ ...entry, deliveries: entry.deliveries + 1 })),
          };
        },
      }),
    },
    breaks: 'given up only after maxAttempts',
  },
  {
    name: 'hand-back-uncounted',
    says: 'what is handed back without having started leaves no count behind',
    mutation: {
      client: (consumer) => ({
        handBack: (entries) =>
          consumer.handBack(entries.map(({ id, deliveries }) => ({ id, deliveries: deliveries + 1 }))),
      }),
    },
    breaks: 'what is handed back is free at once',
  },
  {
    name: 'max-attempts',
    says: 'no retry goes beyond maxAttempts',
    mutation: { policy: (policy) => withAttempts(policy, 2) },
    breaks: 'attempts <= maxAttempts',
  },
  {
    name: 'all-attempts',
    says: 'a message gets all attempts that it has',
    mutation: { policy: (policy) => withAttempts(policy, -1) },
    breaks: 'given up only after maxAttempts',
  },
];

function withAttempts(policy: PolicyDeclaration, more: number): PolicyDeclaration {
  const { maxAttempts = 1, ...retry } = policy.retry ?? {};
  return { ...policy, retry: { ...retry, maxAttempts: Math.max(1, maxAttempts + more) } };
}
