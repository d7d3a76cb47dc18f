import type { Handlers } from '../generated/index.js';

/** This file is yours: fs-gen wrote it once and never touches it again. */
export const onTick: Handlers['onTick'] = async (message, context) => {
  context.log.info({ message }, 'received');
  throw new Error('Write me: on-tick.ts');
};
