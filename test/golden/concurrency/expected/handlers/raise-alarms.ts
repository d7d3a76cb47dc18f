import type { Handlers } from '../generated/index.js';

/** This file is yours: fs-gen wrote it once and never touches it again. */
export const raiseAlarms: Handlers['raiseAlarms'] = {
  async silent(messages, context) {
    for (const [i, message] of messages.entries()) {
      context.deliveries[i]?.log.info({ message }, 'received');
    }
    throw new Error('Write me: raise-alarms.ts, silent');
  },
  async tampered(messages, context) {
    for (const [i, message] of messages.entries()) {
      context.deliveries[i]?.log.info({ message }, 'received');
    }
    throw new Error('Write me: raise-alarms.ts, tampered');
  },
};
