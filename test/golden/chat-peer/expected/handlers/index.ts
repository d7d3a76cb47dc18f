import type { Handlers } from '../generated/index.js';
import { onChatReplies } from './on-chat-replies.js';

/** Pass this to `createWorker`. When the contract gains an operation, the compiler asks for it here. */
export const handlers: Handlers = { onChatReplies };
