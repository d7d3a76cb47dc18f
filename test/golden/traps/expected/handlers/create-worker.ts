import type { Handlers } from '../generated/index.js';

/** This file is yours: fs-gen wrote it once and never touches it again. */
export const createWorker: Handlers['createWorker'] = {
  async _1(message, context) {
    context.log.info({ message }, 'received');
    throw new Error('Write me: create-worker.ts, _1');
  },
  async _2(message, context) {
    context.log.info({ message }, 'received');
    throw new Error('Write me: create-worker.ts, _2');
  },
};
