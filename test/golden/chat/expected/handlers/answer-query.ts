import type { Handlers } from '../generated/index.js';

/**
 * Answers one question with the language model and publishes the reply.
 *
 * This file is yours: fs-gen wrote it once and never touches it again.
 */
export const answerQuery: Handlers['answerQuery'] = async (message, context) => {
  context.log.info({ message }, 'received');
  throw new Error('Write me: answer-query.ts');
};
