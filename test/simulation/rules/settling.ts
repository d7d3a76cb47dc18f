import { Acks } from '../../../runtime/src/engine/acks.js';
import { patched, steal } from '../mutation.js';
import type { Rule } from './rule.js';

/** Ending a delivery: once, by whoever has it, and not before the broker says so. */
export const SETTLING: readonly Rule[] = [
  {
    name: 'ack-after-handler',
    says: 'nothing is acknowledged before its handler has succeeded',
    mutation: {
      client: (consumer) => ({
        async read(count, waitMs) {
          const entries = await consumer.read(count, waitMs);
          consumer.ack(entries.map(({ id }) => id)).catch(() => undefined);
          return entries;
        },
      }),
    },
    breaks: 'what is acknowledged was handled',
  },
  {
    name: 'ack-retried',
    says: 'an acknowledgement that fails is kept and sent again',
    mutation: { client: (consumer) => ({ ack: (ids) => consumer.ack(ids).catch(() => 0) }) },
    breaks: 'what counts as acknowledged is',
  },
  {
    name: 'long-retry-fetched',
    says: 'a message that waited long without its payload is fetched before it runs',
    mutation: { client: () => ({ fetch: async () => null }) },
    breaks: 'nothing is lost',
  },
  {
    name: 'settled-once',
    says: 'a delivery is settled once',
    mutation: {
      patch: () =>
        patched(
          Acks.prototype,
          'push',
          (push) =>
            function (this: Acks, id) {
              push.call(this, id);
              push.call(this, id);
            },
        ),
    },
    breaks: 'held <= limit + prefetch',
  },
  {
    name: 'late-retry-fenced',
    says: 'an attempt is recorded by whoever has the entry',
    mutation: {
      server: (consumer, place) => ({
        recordAttempt: (id, attempt) => {
          steal(consumer, place, id);
          return consumer.recordAttempt(id, attempt);
        },
      }),
    },
    breaks: 'a late failure settles nothing',
  },
  {
    name: 'late-release-fenced',
    says: 'an entry is handed back by whoever has it',
    mutation: {
      server: (consumer, place) => ({
        handBack: (entries) => {
          for (const { id } of entries) steal(consumer, place, id);
          return consumer.handBack(entries);
        },
      }),
    },
    breaks: 'a late failure settles nothing',
  },
  {
    name: 'late-dead-letter-fenced',
    says: 'a dead letter is written by whoever has the entry',
    mutation: {
      server: (consumer, place) => ({
        deadLetter: (id, target, fields) => {
          steal(consumer, place, id);
          return consumer.deadLetter(id, target, fields);
        },
      }),
    },
    breaks: 'a late failure settles nothing',
  },
  {
    name: 'late-drop-fenced',
    says: 'without a dead-letter stream, what failed for good is dropped by whoever has it',
    mutation: {
      server: (consumer, place) => ({
        drop: (id) => {
          steal(consumer, place, id);
          return consumer.drop(id);
        },
      }),
    },
    breaks: 'a late failure settles nothing',
  },
  {
    name: 'dead-letter-acks',
    says: 'a dead letter takes the entry off the pending list',
    mutation: {
      server: (_, { world, member }) => ({
        async deadLetter(id, target, fields) {
          if (world.pending().get(id)?.consumer !== member.host.name) return false;
          void world.memory.append(target.stream, fields);
          return true;
        },
      }),
    },
    breaks: 'one dead letter each',
  },
  {
    name: 'dead-letter-written',
    says: 'nothing is given up without a dead letter',
    mutation: {
      server: (consumer, { world, member }) => ({
        async deadLetter(id) {
          if (world.pending().get(id)?.consumer !== member.host.name) return false;
          return (await consumer.ack([id])) === 1;
        },
      }),
    },
    breaks: 'nothing is lost',
  },
  {
    name: 'dead-letter-in-one-step',
    says: 'dead letter and acknowledgement are one step',
    mutation: {
      client: (consumer, { world, member }) => ({
        async deadLetter(id, target, fields) {
          if (world.pending().get(id)?.consumer !== member.host.name) return false;
          member.succeeded.add(id);
          world.entry(id).deadLettered += 1;
          await world.memory.append(target.stream, fields);
          await consumer.ack([id]);
          return true;
        },
      }),
    },
    breaks: 'one dead letter each',
  },
  {
    name: 'dead-letter-reason',
    says: 'a dead letter says why',
    mutation: {
      client: (consumer) => ({
        deadLetter: (id, target, fields) => consumer.deadLetter(id, target, fields.slice(0, 2)),
      }),
    },
    breaks: 'one dead letter each',
  },
];
