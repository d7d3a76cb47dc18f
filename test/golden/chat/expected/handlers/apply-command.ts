import type { Handlers } from '../generated/index.js';

/**
 * Applies one operator command; the next one waits until this one is done.
 *
 * This file is yours: fs-gen wrote it once and never touches it again.
 */
export const applyCommand: Handlers['applyCommand'] = async (message, context) => {
  context.log.info({ message }, 'received');
  throw new Error('Write me: apply-command.ts');
};
