import type { Handlers } from '../generated/index.js';
import type { LanguageModel } from '../model.js';

/** Answers one question with the language model and publishes the reply. */
export const answerQuery =
  (model: LanguageModel): Handlers['answerQuery'] =>
  async (query, context) => {
    const { text, model: used, usage } = await model.answer(query, context.signal);
    await context.publish.chatReplies({
      queryId: query.queryId,
      conversationId: query.conversationId,
      text,
      model: used,
      usage,
      answeredAt: new Date().toISOString(),
    });
  };
