import type { Handlers } from '../generated/index.js';
import type { LanguageModel } from '../model.js';
import type { Session } from '../session.js';
import { answerQuery } from './answer-query.js';
import { applyCommand } from './apply-command.js';

/** The handlers of the service, with what they work on: easy to give them something else in a test. */
export function createHandlers(model: LanguageModel, session: Session): Handlers {
  return { answerQuery: answerQuery(model), applyCommand: applyCommand(session) };
}
