import type { Handlers } from '../generated/index.js';

/** This file is yours: fs-gen wrote it once and never touches it again. */
export const onJob: Handlers['onJob'] = async (message, context) => {
  context.log.info({ message }, 'received');
  throw new Error('Write me: on-job.ts');
};
