import { Acks } from '../../../runtime/src/engine/acks.js';
import { Runner } from '../../../runtime/src/engine/runner.js';
import { Settler } from '../../../runtime/src/engine/settler.js';
import { patched } from '../mutation.js';
import type { Rule } from './rule.js';

/** Coming to an end: nothing is left behind that others would have to wait for. */
export const STOPPING: readonly Rule[] = [
  {
    name: 'hand-back',
    says: 'a stop hands back what it does not finish',
    mutation: { client: () => ({ handBack: async (entries) => entries.length }) },
    breaks: 'what is handed back is free at once',
  },
  {
    name: 'hand-back-idle',
    says: 'what is handed back looks abandoned, not alive',
    mutation: {
      server: (consumer) => ({
        async handBack(entries) {
          const done = entries.map(({ id, deliveries }) => consumer.recordAttempt(id, deliveries));
          return (await Promise.all(done)).filter(Boolean).length;
        },
      }),
    },
    breaks: 'what is handed back is free at once',
  },
  {
    name: 'consumer-kept',
    says: 'a consumer is removed only when nothing is pending for it',
    mutation: {
      server: (consumer, { world, member }) => ({
        async close() {
          const own = [...world.pending().values()].filter((entry) => entry.consumer === member.host.name);
          // What XGROUP DELCONSUMER does to them.
          await consumer.ack(own.map(({ id }) => id));
          await consumer.close();
        },
      }),
    },
    breaks: 'nothing is lost',
  },
  {
    name: 'hand-back-told',
    says: 'a stop tells how much it handed back',
    mutation: { patch: () => patched(Settler.prototype, 'handedBack', () => 0) },
    breaks: 'stop() adds up',
  },
  {
    name: 'unacknowledged-told',
    says: 'a stop waits for acknowledgements, and tells which did not make it',
    mutation: { patch: () => patched(Acks.prototype, 'stop', () => async () => []) },
    breaks: 'stop() adds up',
  },
  {
    name: 'timers-cancelled',
    says: 'a stop leaves no timer behind',
    mutation: { patch: () => patched(Runner.prototype, 'stop', () => () => {}) },
    breaks: 'nothing is left',
  },
];
