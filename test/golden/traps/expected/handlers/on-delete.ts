import type { Handlers } from '../generated/index.js';

/**
 * First line
 * second line *\/ and `${nothing}`.
 *
 * This file is yours: fs-gen wrote it once and never touches it again.
 */
export const onDelete: Handlers['onDelete'] = {
  async constructorMessage(message, context) {
    context.log.info({ message }, 'received');
    throw new Error('Write me: on-delete.ts, constructorMessage');
  },
  async thenMessage(message, context) {
    context.log.info({ message }, 'received');
    throw new Error('Write me: on-delete.ts, thenMessage');
  },
};
