import type { Handlers } from '../generated/index.js';

/**
 * Answers, in the order in which the model finished them.
 *
 * This file is yours: fs-gen wrote it once and never touches it again.
 */
export const onChatReplies: Handlers['onChatReplies'] = async (message, context) => {
  context.log.info({ message }, 'received');
  throw new Error('Write me: on-chat-replies.ts');
};
