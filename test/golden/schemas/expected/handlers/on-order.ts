import type { Handlers } from '../generated/index.js';

/**
 * Keeps the books.
 *
 * This file is yours: fs-gen wrote it once and never touches it again.
 */
export const onOrder: Handlers['onOrder'] = {
  async heartbeat(message, context) {
    context.log.info({ message }, 'received');
    throw new Error('Write me: on-order.ts, heartbeat');
  },
  async orderCancelled(message, context) {
    context.log.info({ message }, 'received');
    throw new Error('Write me: on-order.ts, orderCancelled');
  },
  async orderPlaced(message, context) {
    context.log.info({ message }, 'received');
    throw new Error('Write me: on-order.ts, orderPlaced');
  },
};
