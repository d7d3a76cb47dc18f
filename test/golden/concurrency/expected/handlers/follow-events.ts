import type { Handlers } from '../generated/index.js';

/** This file is yours: fs-gen wrote it once and never touches it again. */
export const followEvents: Handlers['followEvents'] = {
  async closed(messages, context) {
    for (const [i, message] of messages.entries()) {
      context.deliveries[i]?.log.info({ message }, 'received');
    }
    throw new Error('Write me: follow-events.ts, closed');
  },
  async opened(messages, context) {
    for (const [i, message] of messages.entries()) {
      context.deliveries[i]?.log.info({ message }, 'received');
    }
    throw new Error('Write me: follow-events.ts, opened');
  },
};
