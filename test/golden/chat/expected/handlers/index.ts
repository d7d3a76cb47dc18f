import type { Handlers } from '../generated/index.js';
import { answerQuery } from './answer-query.js';
import { applyCommand } from './apply-command.js';

/** Pass this to `createWorker`. When the contract gains an operation, the compiler asks for it here. */
export const handlers: Handlers = { answerQuery, applyCommand };
