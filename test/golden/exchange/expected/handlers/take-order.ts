import type { Handlers } from '../generated/index.js';

/** This file is yours: fs-gen wrote it once and never touches it again. */
export const takeOrder: Handlers['takeOrder'] = {
  async cancel(message, context) {
    context.log.info({ message }, 'received');
    throw new Error('Write me: take-order.ts, cancel');
  },
  async place(message, context) {
    context.log.info({ message }, 'received');
    throw new Error('Write me: take-order.ts, place');
  },
};
